"""Which of pytest's items are checks, which of them a run asks, and which are expected to fail."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from noise_ops.checks import profiles
from noise_ops.checks.asking import AXES

REFUSAL = pytest.StashKey[str]()
"""Where a run keeps the sentence that says why it asks nothing: a selection that means nothing is no pass."""

_REFUSED = "noise_ops_refusal"


def target_of(item: pytest.Item) -> Any:
    """Return what a check is asked of (a `subjects.targets.Target`); None of what is no check."""
    callspec = getattr(item, "callspec", None)
    target = callspec.params.get("target") if callspec is not None else None
    # By name, since importing the class would import TensorFlow into every project that has this plugin.
    return target if type(target).__module__ == "noise_ops.subjects.targets" else None


def own_check_of(item: pytest.Item) -> Any:
    """Return the check of a user's own layer that a test asks (a `testing.parametrizing.Check`); None without one."""
    callspec = getattr(item, "callspec", None)
    check = callspec.params.get("check") if callspec is not None else None
    return check if type(check).__module__ == "noise_ops.testing.parametrizing" else None


def property_of(item: pytest.Item) -> str:
    """Return the property that a check asks."""
    return getattr(item, "originalname", item.name).removeprefix("test_")


def choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what the options leave out, expect known deviations, and put the checks of one target side by side.

    Checks of layers of the user's own share out among them what a session may spend.
    """
    if own := [(item.nodeid, check) for item in items if (check := own_check_of(item)) is not None]:
        from noise_ops.testing.parametrizing import share_out

        share_out(own, profiles.profile())
    chosen = _chosen(config, items)
    if len(chosen) < len(items):
        kept = set(chosen)
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = chosen
    checks = [item for item in chosen if target_of(item) is not None]
    for item in checks:
        _expect_known_deviation(item)
    if checks:
        gc.freeze()  # all of TensorFlow is no garbage, and need not be looked through again and again
    # The checks of one target side by side: they share its samples, and one process draws them.
    place = {name: number for number, name in enumerate(dict.fromkeys(str(target_of(item)) for item in items))}
    items.sort(key=lambda item: place[str(target_of(item))])


def choose_tellers(items: list[pytest.Item]) -> None:
    """Let each layer of the user's own know which of its checks are run: one of them tells what all of them would."""
    if own := [check for item in items if (check := own_check_of(item)) is not None]:
        from noise_ops.testing.parametrizing import choose_tellers as choose

        choose(own)


def _chosen(config: pytest.Config, items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the checks that the options leave, and whatever is no check; if they leave none, the run fails."""
    every = [item for item in items if target_of(item) is not None]
    if not every:
        return items
    # Here and not above: whoever has this plugin and no target is spared the import.
    from noise_ops import patterns

    checks = [item for item in every if _is_in_profile(config, item)]
    asked = {axis: config.getoption(f"--noise-{axis}") for axis in AXES}
    try:
        wanted = patterns.narrowed(asked, [_place(item) for item in checks])
    except patterns.NoSuchNameError as reason:
        _refuse(config, str(reason))
        wanted = [False] * len(checks)
    left = {item for item, is_wanted in zip(checks, wanted, strict=True) if is_wanted}
    return [item for item in items if item in left or target_of(item) is None]


def _place(item: pytest.Item) -> dict[str, str]:
    target = target_of(item)
    return {
        "layer": target.subject.name,
        "dtype": target.dtype.name,
        "mode": target.mode,
        "property": property_of(item),
    }


def _is_in_profile(config: pytest.Config, item: pytest.Item) -> bool:
    target = target_of(item)
    if not config.getoption("--noise-mode") and not profiles.covers_mode(target.mode):
        return False
    is_statistical = "parameter" in item.callspec.params  # type: ignore[attr-defined]
    asks_of_dtype = config.getoption("--noise-dtype") or profiles.covers_statistics_in(target.dtype.name)
    return bool(asks_of_dtype) or not is_statistical


def _expect_known_deviation(item: pytest.Item) -> None:
    from noise_ops import deviations
    from noise_ops.findings import FindingError
    from noise_ops.subjects.libraries import tensorflow

    target = target_of(item)
    library = target.subject.library
    parameter = item.callspec.params.get("parameter")  # type: ignore[attr-defined]
    asked = (property_of(item), target.subject.name, target.dtype.name, target.mode, parameter)
    versions = (library.name, library.version, tensorflow().__version__)
    deviation = deviations.expected(deviations.Asked(*asked, *versions))
    if deviation is not None:
        reason = f"{deviation.name}: {deviation.measured}"
        item.add_marker(pytest.mark.xfail(reason=reason, raises=FindingError, strict=True))


def _refuse(config: pytest.Config, sentence: str) -> None:
    """Keep why nothing is asked; a worker of pytest-xdist hands it on to the process that reports."""
    config.stash[REFUSAL] = sentence
    if hasattr(config, "workeroutput"):
        config.workeroutput[_REFUSED] = sentence


def hear_refusal(node: Any) -> None:
    """Keep why a worker of pytest-xdist that has ended asked nothing."""
    if refusal := (getattr(node, "workeroutput", None) or {}).get(_REFUSED):
        node.config.stash[REFUSAL] = refusal
