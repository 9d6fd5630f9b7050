"""From a check to a test: which targets there are, and how each is held to a property."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pytest

from noise_ops.checks import domains, exploration, recorded, samples, second_opinions, witnesses
from noise_ops.checks.asked import RECORDED
from noise_ops.checks.axes import large_case, small_case
from noise_ops.checks.chance import NothingToTellError
from noise_ops.checks.domains import Domain
from noise_ops.checks.report import finding
from noise_ops.checks.samples import is_main, parameters
from noise_ops.checks.stream import UnpredictableError
from noise_ops.findings import Finding, FindingError, hold
from noise_ops.reference.variates import DTYPES
from noise_ops.stats import certificate
from noise_ops.subjects import targets
from noise_ops.subjects.broken import BrokenCallError
from noise_ops.subjects.cases import Case
from noise_ops.subjects.catalog import layers_for
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.targets import Target, default_dtype

Check = Callable[[Target, Case], "Finding | None"]
Law = Callable[[Target, float], "Finding | None"]
Source = Callable[[Iterable[str]], list[Subject]]

SIMPLIFIED_MODES = ("eager", "from_config")
"""Modes fast enough for Hypothesis to simplify what fails in them."""

CASES: Mapping[str, tuple[Callable[[Target], Case], ...]] = MappingProxyType(
    {"small": (small_case,), "large": (large_case,), "small, large": (small_case, large_case)}
)
"""What is asked on cases that cost so much that they are the only ones, by the `on` of its question."""


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


def put(target: Target, check: Check, on: str) -> None:
    """Hold a target to a property on what a question names: what a record observes, a case or two, or a domain.

    Raises:
      FindingError: if it does not keep it.
    """
    if on == "standard":
        ask(target, check)
    elif on == RECORDED:
        hold(found(check, target, recorded.case_of(target)))
    elif on in CASES:
        try_once(target, check, *CASES[on])
    else:
        examine(target, check, getattr(domains, on))


def try_once(target: Target, check: Check, *cases: Callable[[Target], Case]) -> None:
    """Hold a target to a property on one case or two, which cost so much that they are the only ones.

    Raises:
      FindingError: if it does not keep it.
    """
    for case in cases:
        _hold(target, check, exploration.single(target, case), "hard")


def found(check: Callable[[Target, Any], Finding | None], target: Target, asked: Any) -> Finding | None:
    """Return what a check finds of a case or a parameter; a layer that gives it nothing to look at is a finding."""
    try:
        return check(target, asked)
    except BrokenCallError as broken:
        return finding(check.__name__, target, broken.case, str(broken), code=broken.code)


def ask(target: Target, check: Check) -> None:
    """Hold a target to a property on its standard case.

    Raises:
      FindingError: if it does not keep it.
    """
    hold(found(check, target, target.standard))


def examine(target: Target, check: Check, domain: Domain = domains.every_case) -> None:
    """Hold a target to a property: on the hard cases of a domain, then on drawn ones.

    Args:
      target: what to examine.
      check: the property.
      domain: the cases the property speaks of.

    Raises:
      FindingError: at the first hard case on which the property fails, else at the simplest drawn one.
    """
    asked = exploration.cases_of(target, domain)
    for case in asked.hard:
        _hold(target, check, case, "hard")
    for case in asked.drawn:
        try:
            _hold(target, check, case, "drawn")
        except FindingError:
            if target.mode in SIMPLIFIED_MODES:
                exploration.simplify(lambda smaller: _retry(target, check, smaller), target, domain)
            raise


def _retry(target: Target, check: Check, case: Case) -> None:
    with contextlib.suppress(NothingToTellError):
        hold(found(check, target, case))


def _hold(target: Target, check: Check, case: Case, origin: str) -> None:
    try:
        seen = found(check, target, case)
    except UnpredictableError as reason:
        pytest.skip(str(reason))
    except NothingToTellError:
        return
    exploration.count(origin)
    hold(seen)


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


def judge(target: Target, parameter: float | None, check: Law) -> None:
    """Hold a target to a statistical property, at one parameter or on its whole grid.

    Raises:
      FindingError: with the first finding, after every check has left its row for the certificate.
    """
    asked = parameters(target) if parameter is None else (parameter,)
    seen = [found(check, target, value) for value in asked]
    hold(next((finding for finding in seen if finding is not None), None))


def forget() -> None:
    """Forget everything that was drawn, before or after the layers are changed under the suite."""
    exploration.forget()
    samples.forget()
    second_opinions.forget()
    targets.forget()
    witnesses.forget()
    certificate.take()
