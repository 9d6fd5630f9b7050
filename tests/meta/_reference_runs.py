"""Whole runs of the statistical layer on the reference: NumPy in the place of TensorFlow, a relaxed error rate.

Each run asks every statistical check of every op, with samples of a fresh epoch, and spends one alpha on them all.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from unittest import mock

import noise_ops
from noise_ops.checks import asked as declared
from noise_ops.checks import decisions, laws, samples, second_opinions
from noise_ops.checks.profiles import profile
from noise_ops.findings import Finding
from noise_ops.reference.seeds import KerasSeed, Seed
from noise_ops.reference.variates import FLOAT32, FloatArray
from noise_ops.stats import certificate
from noise_ops.stats.ledger import Entry, Ledger
from noise_ops.subjects.cases import Case
from noise_ops.subjects.libraries import Library
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.targets import Target

ALPHA = 0.01
"""Share of the runs, at most, that may fail."""

N_MAX = 2**14
"""Units at the last look: few, since all that is asked is whether the levels hold."""

SHARES = (0.30, 0.45, 1.0)

Law = Callable[[Target, float], "Finding | None"]


@dataclass(frozen=True)
class ReferenceSubject(Subject):
    """An op of noise_ops in the place of a layer."""

    name: str
    op: str
    library: Library
    rank: int | None = None

    def draw(self, case: Case, seed: Seed) -> FloatArray:
        """Return one output."""
        output: FloatArray = getattr(noise_ops, self.op)(case.x, *case.arguments().values(), seed=seed)
        return output

    rule = "keras-3"

    def build(self, arguments: dict[str, Any], dtype: str) -> Any:
        """Return what nobody asks for."""
        raise NotImplementedError

    def source(self) -> Any:
        """Return the op."""
        return getattr(noise_ops, self.op)


class ReferenceTarget(Target):
    """A target whose outputs the reference draws."""

    subject: ReferenceSubject

    def run_together(self, cases: Sequence[Case], calls: int = 1, sharing: bool = False) -> list[list[FloatArray]]:
        """Return the outputs of successive calls, one seed object a case."""
        draw = self.subject.draw
        return [[draw(case, seed) for _ in range(calls)] for case in cases for seed in [KerasSeed(case.seed)]]


def _target(op: str, rank: int | None = None) -> Target:
    return ReferenceTarget(
        ReferenceSubject(f"reference.{op}", op, Library("noise_ops", 3, noise_ops), rank), FLOAT32, "eager"
    )


TARGETS = (
    _target("dropout"),
    _target("spatial_dropout", 4),
    _target("alpha_dropout"),
    _target("gaussian_dropout"),
    _target("gaussian_noise"),
    _target("masked_gaussian_noise"),
)

_EVERYWHERE = (
    *(laws.neighbours_independent, laws.calls_independent, laws.evenly_spread),
    *(second_opinions.neighbours_by_binomtest, second_opinions.calls_by_binomtest),
)
_MASK = (laws.mask_density, second_opinions.density_by_binomtest)
_MOMENTS = (laws.mean_preservation, laws.noise_variance)
_NORMAL = (
    laws.noise_is_normal,
    *(second_opinions.mean_by_ttest, second_opinions.variance_by_chi2, second_opinions.normality_by_kstest),
)

CHECKS: dict[str, tuple[Law, ...]] = {
    "dropout": (*_EVERYWHERE, *_MASK, *_MOMENTS),
    "spatial_dropout": (*_EVERYWHERE, *_MASK, *_MOMENTS),
    "alpha_dropout": (*_EVERYWHERE, *_MASK, laws.moments_preserved),
    "gaussian_dropout": (*_EVERYWHERE, *_MOMENTS, *_NORMAL),
    "gaussian_noise": (*_EVERYWHERE, *_MOMENTS, *_NORMAL),
    "masked_gaussian_noise": (*_EVERYWHERE, *_MASK, *_MOMENTS, *_NORMAL),
}
"""What each op is asked, as in noise_ops/suite."""


def asked(number: int) -> list[tuple[Target, float, Law]]:
    """Return what one run asks: every check of every op, at a place on the grid that its number chooses."""
    on_grid = [
        (target, parameter, check)
        for target in TARGETS
        for grid in [samples.parameters(target)]
        for parameter in [grid[number % len(grid)]]
        for check in CHECKS[target.subject.op]
    ]
    # Signs are fair at the first parameter alone.
    at_first = (laws.lags_independent, second_opinions.lags_by_binomtest, second_opinions.evenness_by_chisquare)
    return on_grid + [(target, samples.parameters(target)[0], check) for target in TARGETS for check in at_first]


def relaxed_ledger(number: int) -> Ledger:
    """Return a ledger whose weights sum to 1 over one run."""
    spending = [
        (check.__name__, declared.tier(check.__name__, target))
        for target, _, check in asked(number)
        if declared.spends(check.__name__, target)
    ]
    entries = {
        (name, tier): Entry(name, tier, 1 / len(spending), count) for (name, tier), count in Counter(spending).items()
    }
    return Ledger(entries, {profile(): {"main": N_MAX, "second": N_MAX}}, {"main": SHARES, "second": (1.0,)}, ALPHA)


def failing_checks(number: int) -> list[str]:
    """Return the checks that fail in one run, whose number is its epoch."""
    ledger = relaxed_ledger(number)
    before = certificate.take()
    samples.forget()
    second_opinions.forget()
    with (
        mock.patch.object(samples, "EPOCH", f"run {number}"),
        mock.patch.object(decisions, "ledger", return_value=ledger),
    ):
        findings = [check(target, parameter) for target, parameter, check in asked(number)]
    samples.forget()
    second_opinions.forget()
    spent = certificate.Certificate(tuple(certificate.take()), ledger).alpha_total
    assert math.isclose(spent, ALPHA), "a run spends its whole alpha"
    for row in before:
        certificate.record(row)
    return [f"{finding.subject} {finding.property}" for finding in findings if finding is not None]


def failing_runs(numbers: range) -> dict[int, list[str]]:
    """Return the runs that fail, with what failed in them."""
    return {number: failed for number in numbers if (failed := failing_checks(number))}
