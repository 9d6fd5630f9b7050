"""The tests of the suite, made of the questions of `properties`: what a layer is asked follows from what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from noise_ops.checks import (
    amounts,
    asked,
    calls,
    laws,
    limits,
    masks,
    outputs,
    recorded,
    repeats,
    round_trips,
    second_opinions,
    stream,
)
from noise_ops.checks.harness import judge, over_grid, put
from noise_ops.findings import Finding
from noise_ops.properties.catalog import QUESTIONS
from noise_ops.subjects.subject import Subject

Check = Callable[[Any, Any], "Finding | None"]
"""A `harness.Check`, of a target and a case, or a `harness.Law`, of a target and a parameter."""

MODULES = (stream, outputs, masks, calls, repeats, limits, round_trips, amounts, laws, second_opinions)
"""The modules whose functions answer questions; each function has the name of its property."""


def answer(name: str, on: str) -> Check:
    """Return what answers a question: what a record observes, or the function of that name."""
    if on == asked.RECORDED:
        return recorded.check_of(name)
    [function] = [getattr(module, name) for module in MODULES if hasattr(module, name)]  # one module, or an error
    return function  # type: ignore[no-any-return]


def property_tests(subjects: Iterable[Subject]) -> dict[str, Callable[..., None]]:
    """Return the tests of subjects by name, to be put among the globals of a file that pytest collects.

    Each is named `test_` and a property, and parametrized over the targets of which it is asked. A property of which
    nothing is asked here has no test.
    """
    every = list(subjects)
    # The questions of one property are all exact or all statistical, so that `or` drops none.
    made = (_exact(name, every) or _statistical(name, every) for name in QUESTIONS)
    return {test.__name__: test for test in made if test is not None}


def _exact(name: str, subjects: list[Subject]) -> Callable[..., None] | None:
    where = asked.exact(name, subjects)
    answers = {on: answer(name, on) for _, on in where}

    def test(target: Any, on: str) -> None:
        put(target, answers[on], on)

    mark = pytest.mark.parametrize(("target", "on"), where, ids=[str(target) for target, _ in where])
    return _named(name, mark(test), next(iter(answers.values()))) if where else None


def _statistical(name: str, subjects: list[Subject]) -> Callable[..., None] | None:
    where = asked.statistical(name, subjects)
    if name == "mask_density":  # in half precision, at some rates, either verdict would be chance
        where = laws.decidable(where)
    if not where:
        return None
    check = answer(name, QUESTIONS[name][0].on)

    def test(target: Any, parameter: float | None) -> None:
        judge(target, parameter, check)

    return _named(name, over_grid(where)(test), check)


def _named(name: str, test: Callable[..., None], check: Check) -> Callable[..., None]:
    test.__name__ = test.__qualname__ = f"test_{name}"
    test.__doc__ = check.__doc__
    return test
