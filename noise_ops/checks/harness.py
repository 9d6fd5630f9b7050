"""From a check to a test: which targets there are, and how many cases each is asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from noise_ops.checks import samples, strategies
from noise_ops.checks.profiles import EXAMPLES, profile
from noise_ops.checks.report import finding
from noise_ops.checks.samples import is_main, parameters
from noise_ops.checks.stream import UnpredictableError
from noise_ops.findings import Finding, hold
from noise_ops.reference.variates import DTYPES, HALF_DTYPES
from noise_ops.stats import certificate
from noise_ops.subjects import targets, witnesses
from noise_ops.subjects.broken import BrokenCallError
from noise_ops.subjects.cases import Case
from noise_ops.subjects.catalog import layers_for
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.surroundings import SURROUNDINGS
from noise_ops.subjects.targets import Target, default_dtype

Check = Callable[[Target, Case], "Finding | None"]
Law = Callable[[Target, float], "Finding | None"]
Source = Callable[[Iterable[str]], list[Subject]]
Cases = Callable[[Target], st.SearchStrategy[Case]]

EXPLORED_MODES = ("eager", "from_config", "reloaded")
"""Modes fast enough for Hypothesis; the others are asked about their standard case."""

REBUILT_MODES = ("from_config", "reloaded")
"""Modes in which a layer comes back from a config or a file."""

OTHER_MODES = ("function", "xla", "model", "fit", "mixed_float16", "mixed_bfloat16", *REBUILT_MODES, "mirrored")
"""Every mode but eager."""

SINGLE_MODES = tuple(mode for mode in OTHER_MODES if mode != "mirrored")
"""Every mode but eager in which a call has one output."""

SURROUNDING_MODES = tuple(SURROUNDINGS)
"""Modes in which a layer is called inside a loop, a map, a pipeline or a step of several batches."""

INFERENCE_MODES = ("predict", "function")
"""Modes besides the explored ones in which inference is asked for."""


def in_dtypes(
    ops: Iterable[str],
    dtypes: Sequence[str] = ("float16", "bfloat16", "float32", "float64"),
    mode: str = "eager",
    of: Source = layers_for,
) -> list[Target]:
    """Return the installed subjects that `ops` predict, each in every one of `dtypes`."""
    chosen = [dtype for dtype in DTYPES if dtype.name in dtypes]
    return [Target(subject, dtype, mode) for subject in of(ops) for dtype in chosen]


def in_modes(ops: Iterable[str], modes: Sequence[str], of: Source = layers_for) -> list[Target]:
    """Return the installed subjects that `ops` predict, in each mode with the dtype of its policy or float32."""
    return [Target(subject, default_dtype(mode), mode) for subject in of(ops) for mode in modes]


def over(targets: Sequence[Target]) -> Any:
    """Return the pytest mark that runs a test on each target."""
    return pytest.mark.parametrize("target", targets, ids=str)


shrinking = True
"""Whether a failing case is simplified; the plugin turns it off where a known deviation is expected."""


def found(check: Callable[[Target, Any], Finding | None], target: Target, asked: Any) -> Finding | None:
    """Return what a check finds of a case or a parameter; a layer that gives it nothing to look at is a finding."""
    try:
        return check(target, asked)
    except BrokenCallError as broken:
        return finding(broken.code, check.__name__, target, broken.case, str(broken))


def ask(target: Target, check: Check) -> None:
    """Hold a target to a property on its standard case.

    Raises:
      FindingError: if it does not keep it.
    """
    hold(found(check, target, target.standard))


def examine(target: Target, check: Check, cases: Cases = strategies.cases) -> None:
    """Hold a target to a property: on explored cases in a fast mode, on the standard case in the others.

    Args:
      target: what to examine.
      check: the property.
      cases: strategy of the cases the property speaks of.

    Raises:
      FindingError: at the simplest case found on which the property fails.
    """
    if target.mode not in EXPLORED_MODES:
        try:
            ask(target, check)
        except UnpredictableError as reason:
            pytest.skip(str(reason))
        return
    explore(lambda case: hold(found(check, target, case)), cases(target), _cost(target))


def over_grid(asked: Sequence[Target | tuple[Target, float]]) -> Any:
    """Return the pytest mark that asks a statistical property of targets, on their grids of rates or stddevs.

    What owns the full design (eager, float32) is one test a parameter. Elsewhere one test asks about the whole grid:
    the layers then share a trace or a model, and a report has fewer lines.

    Args:
      asked: targets, or pairs of a target and the one parameter to ask about.
    """
    pairs: list[tuple[Target, float | None]] = []
    for one in asked:
        if isinstance(one, tuple):
            pairs.append(one)
        else:
            pairs += [(one, value) for value in (parameters(one) if is_main(one) else (None,))]
    ids = [str(target) if value is None else f"{target}-{value:g}" for target, value in pairs]
    return pytest.mark.parametrize(("target", "parameter"), pairs, ids=ids)


def wide(targets: Sequence[Target]) -> list[Target]:
    """Return the targets that draw in float32 or float64."""
    return [target for target in targets if target.dtype not in HALF_DTYPES]


def half(targets: Sequence[Target]) -> list[Target]:
    """Return the targets that draw in float16 or bfloat16."""
    return [target for target in targets if target.dtype in HALF_DTYPES]


def judge(target: Target, parameter: float | None, check: Law) -> None:
    """Hold a target to a statistical property, at one parameter or on its whole grid.

    Raises:
      FindingError: with the first finding, after every check has left its row for the certificate.
    """
    asked = parameters(target) if parameter is None else (parameter,)
    seen = [found(check, target, value) for value in asked]
    hold(next((finding for finding in seen if finding is not None), None))


def explore(test: Callable[[Any], None], cases: st.SearchStrategy[Any], cost: int = 1) -> None:
    """Run `test` on explored cases, the same ones every time: one build gives one verdict."""
    # What costs more is asked less: a round trip through a file is worth ten calls, and a layer of Keras 2, for
    # whose sake TensorFlow forgets every kernel before each run, two.
    examples = max(1, EXAMPLES[profile()] // cost)
    runner = settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate, Phase.shrink) if shrinking else (Phase.explicit, Phase.generate),
    )
    runner(given(cases)(test))()


def forget() -> None:
    """Forget everything that was drawn, before or after the layers are changed under the suite."""
    samples.forget()
    targets.forget()
    witnesses.forget()
    certificate.take()


def _cost(target: Target) -> int:
    return {"from_config": 2, "reloaded": 5}.get(target.mode, 1) * (2 if target.subject.library.generation == 2 else 1)
