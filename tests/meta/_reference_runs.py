"""Whole runs of the statistical layer on the reference: NumPy in the place of TensorFlow, a relaxed error rate.

Each run asks every statistical check of every op, with samples of a fresh epoch, and spends one alpha on them all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from unittest import mock

import noise_ops
from noise_ops.checks import decisions, laws, samples
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

FOLLOWING = ("moments_preserved",)
"""Checks that never spend; mean and variance spend of normal noise alone."""


@dataclass(frozen=True)
class ReferenceSubject(Subject):
    """An op of noise_ops in the place of a layer."""

    name: str
    op: str
    library: Library
    rank: int | None = None

    def run_together(self, cases: Sequence[Case], mode: str = "eager", calls: int = 1) -> list[list[FloatArray]]:
        """Return the outputs of successive calls, one seed object a case."""
        return [[self.draw(case, seed) for _ in range(calls)] for case in cases for seed in [KerasSeed(case.seed)]]

    def draw(self, case: Case, seed: Seed) -> FloatArray:
        """Return one output."""
        output: FloatArray = getattr(noise_ops, self.op)(case.x, *case.arguments().values(), seed=seed)
        return output

    def build(self, case: Case, dtype: str | None = None) -> Any:
        """Return what nobody asks for."""
        raise NotImplementedError

    def seed(self, case: Case, mode: str, replica: int = 0) -> Seed | None:
        """Return the seed object of a case; it only serves a finding's comment."""
        return KerasSeed(case.seed)

    def script(self, case: Case) -> str:
        """Return the line of a finding's script."""
        return f"# {self.op}"


def _target(op: str, rank: int | None = None) -> Target:
    return Target(ReferenceSubject(f"reference.{op}", op, Library("noise_ops", 3, noise_ops), rank), FLOAT32, "eager")


TARGETS = (
    _target("dropout"),
    _target("spatial_dropout", 4),
    _target("alpha_dropout"),
    _target("gaussian_dropout"),
    _target("gaussian_noise"),
    _target("masked_gaussian_noise"),
)

_EVERYWHERE = (laws.neighbours_independent, laws.calls_independent, laws.evenly_spread)
_MASK = (laws.mask_density,)
_MOMENTS = (laws.mean_preservation, laws.noise_variance)

CHECKS = {
    "dropout": (*_EVERYWHERE, *_MASK, *_MOMENTS),
    "spatial_dropout": (*_EVERYWHERE, *_MASK, *_MOMENTS),
    "alpha_dropout": (*_EVERYWHERE, *_MASK, laws.moments_preserved),
    "gaussian_dropout": (*_EVERYWHERE, *_MOMENTS, laws.noise_is_normal),
    "gaussian_noise": (*_EVERYWHERE, *_MOMENTS, laws.noise_is_normal),
    "masked_gaussian_noise": (*_EVERYWHERE, *_MASK, *_MOMENTS, laws.noise_is_normal),
}
"""What each op is asked, as in tests/layers."""


def relaxed_ledger() -> Ledger:
    """Return a ledger whose weights sum to 1 over one run."""
    spending = [check.__name__ for target in TARGETS for check in CHECKS[target.subject.op] if _spends(target, check)]
    weight = 1 / len(spending)
    entries = {(name, "main"): Entry(name, "main", weight, spending.count(name)) for name in spending}
    return Ledger(entries, {"default": {"main": N_MAX}}, {"main": (0.30, 0.45, 1.0)}, ALPHA)


def _spends(target: Target, check: Any) -> bool:
    return check in (*_EVERYWHERE, *_MASK, laws.noise_is_normal) or (
        check in _MOMENTS and target.subject.op in samples.NORMAL_OPS
    )


def failing_checks(number: int, ledger: Ledger) -> list[str]:
    """Return the checks that fail in one run; its number is its epoch, and chooses the place on the grid."""
    samples.forget()
    certificate.take()
    with mock.patch.object(samples, "EPOCH", f"run {number}"), mock.patch.object(decisions, "ledger", lambda: ledger):
        failed = [f"{target.subject.op}: {name}" for target, name in _findings(number)]
    rows = certificate.take()
    assert math.isclose(certificate.Certificate(tuple(rows), ledger).alpha_total, ALPHA)
    return failed


def _findings(number: int) -> Iterator[tuple[Target, str]]:
    for target in TARGETS:
        grid = samples.parameters(target)
        for check in CHECKS[target.subject.op]:
            if check(target, grid[number % len(grid)]) is not None:
                yield target, check.__name__


def failing_runs(numbers: range) -> dict[int, list[str]]:
    """Return the runs that fail, with what failed in them."""
    ledger = relaxed_ledger()
    return {number: failed for number in numbers if (failed := failing_checks(number, ledger))}
