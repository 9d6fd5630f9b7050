"""Exploration: the cases that a property is asked about, how many they were, and the simplest that fails.

Drawn cases are the same ones every time, so that one build gives one verdict; `NOISE_OPS_EXPLORE` (pytest's
`--noise-explore`) draws others. They are drawn first and asked afterwards: many cases then share a run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, reject, seed, settings
from hypothesis import strategies as st

from noise_ops.checks.axes import LONE
from noise_ops.checks.domains import EAGER_MODES, Domain
from noise_ops.checks.profiles import entropy, examples, profile
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

_simplifying = ContextVar("simplifying", default=True)


@contextmanager
def unsimplified() -> Iterator[None]:
    """Simplify no failing case inside: of what is expected, or need only be seen, it would tell nothing new."""
    before = _simplifying.set(False)
    try:
        yield
    finally:
        _simplifying.reset(before)


class Cases(NamedTuple):
    """What a property is asked about.

    Attributes:
      hard: cases at the ends of the axes of a call.
      drawn: cases that Hypothesis drew.
    """

    hard: tuple[Case, ...]
    drawn: tuple[Case, ...]


_asked: Counter[str] = Counter()


def count(origin: str) -> None:
    """Note that a case was asked, "hard" or "drawn"."""
    _asked[origin] += 1


def take() -> dict[str, int]:
    """Return how many cases were asked since the last call, by their origin."""
    taken = dict(_asked)
    _asked.clear()
    return taken


def single(target: Target, case: Callable[[Target], Case]) -> Case:
    """Return the case that a function makes of a target, gathered like the cases of a domain."""
    return cases_of(target, Domain(_one(case), _nothing)).hard[0]


@cache
def _one(case: Callable[[Target], Case]) -> Callable[[Target], list[Case]]:
    return lambda target: [case(target)]


def _nothing(_target: Target) -> st.SearchStrategy[Case]:
    return st.nothing()


def cases_of(target: Target, domain: Domain) -> Cases:
    """Return the cases of a domain, gathered so that what they give serves every property of the target."""
    global _last
    if _last is None or _last[0] != target:
        _last = (target, {})
    by_domain, domain = _last[1], domain.of(target)
    if domain not in by_domain:
        by_domain[domain] = Cases(tuple(domain.hard(target)), draw(domain, target))
        target.gather([*by_domain[domain].hard, *by_domain[domain].drawn])
    return by_domain[domain]


_last: tuple[Target, dict[Domain, Cases]] | None = None


def number(target: Target) -> int:
    """Return how many cases are drawn of a target."""
    return examples(target.mode in EAGER_MODES)


def draw(domain: Domain, target: Target) -> tuple[Case, ...]:
    """Return the cases that Hypothesis draws; the same ones of targets that are called alike."""
    likeness = (target.subject.op, target.subject.rank, target.subject.library.generation, target.dtype)
    asked = (profile(), number(target), entropy())
    key = (domain, likeness, target.mode == "eager", target.mode in LONE, asked)
    if key not in _drawn:
        drawn: dict[Hashable, Case] = {}

        def keep(case: Case) -> None:
            # Two draws may make one case: it counts once, and another is drawn in its place.
            if _value(case) in drawn:
                reject()
            drawn[_value(case)] = case

        if domain.drawn is not _nothing:
            _visit(domain.drawn(target), number(target), keep, (Phase.generate,))
        _drawn[key] = tuple(drawn.values())
    return _drawn[key]


def _value(case: Case) -> Hashable:
    return (*case.arguments().items(), case.seed, case.x.shape, case.x.tobytes())


_drawn: dict[Hashable, tuple[Case, ...]] = {}


def simplify(visit: Callable[[Case], None], target: Target, domain: Domain) -> None:
    """Visit the drawn cases again, and raise what the simplest one raises that fails."""
    if _simplifying.get():
        _visit(domain.of(target).drawn(target), number(target), visit, (Phase.generate, Phase.shrink))


def _visit(
    strategy: st.SearchStrategy[Case], most: int, visit: Callable[[Case], None], phases: tuple[Phase, ...]
) -> None:
    # One function for drawing and for simplifying: from its source follows what Hypothesis draws.
    def visited(case: Case) -> None:
        visit(case)

    runner = settings(
        max_examples=most,
        derandomize=entropy() is None,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=phases,
    )
    test = given(strategy)(visited)
    runner(test if entropy() is None else seed(entropy())(test))()


def forget() -> None:
    """Forget all cases: the layers are about to change."""
    global _last
    _last = None
    take()
