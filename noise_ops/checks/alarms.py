"""Alarms: what evidence without an end says of a target's law, at any time, by e-values.

The properties are those of `checks.laws`, each against the implemented law; what is kept and added up is the same
evidence, without its order.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from scipy import stats

from noise_ops.checks import samples
from noise_ops.checks.asked import is_a, ledger, tier
from noise_ops.checks.decisions import probability_of_one
from noise_ops.checks.promised import law_at
from noise_ops.checks.report import finding
from noise_ops.findings import Finding
from noise_ops.points import Point
from noise_ops.reference.variates import HALF_DTYPES
from noise_ops.stats import anytime
from noise_ops.stats.certificate import Row
from noise_ops.stats.evidence import BOUNDS, Evidence, Pairs
from noise_ops.subjects.targets import Target


class Alarm(NamedTuple):
    """What one property says.

    Attributes:
      check: the property.
      log_e: logarithm of the e-value; infinite where the null is impossible.
      scale: what a shift by one standard deviation of a state is, in `unit`.
      unit: unit of the departure.
      n: what was counted.
      observed: what was seen, in a sentence.
      points: what a picture shows of it.
    """

    check: str
    log_e: float
    scale: float
    unit: str
    n: int
    observed: str
    points: tuple[Point, ...] = ()


def judged(target: Target, parameter: float, evidence: Evidence) -> list[tuple[Row, Finding | None]]:
    """Return a row for the certificate, and a finding where an alarm is raised, of every property."""
    return [_judged(target, parameter, alarm) for alarm in _alarms(target, parameter, evidence)]


def _judged(target: Target, parameter: float, alarm: Alarm) -> tuple[Row, Finding | None]:
    alpha = _alpha(alarm.check, target)
    raised = alarm.log_e >= -math.log(alpha)
    row = Row(
        check=alarm.check,
        subject=target.subject.name,
        dtype=target.dtype.name,
        mode=target.mode,
        parameter=parameter,
        tier=tier(alarm.check, target),
        n=alarm.n,
        p=min(1.0, math.exp(-max(alarm.log_e, 0.0))),
        alpha=alpha,
        delta=anytime.visible(alarm.n, alpha) * alarm.scale,
        unit=alarm.unit,
        observed=alarm.observed,
        verdict="fail" if raised else "pass",
        points=alarm.points,
    )
    if not raised:
        return row, None
    message = f"{alarm.observed} A correct layer ever shows this in at most one of {1 / alpha:,.0f} soaks."
    return row, finding(alarm.check, target, samples.first_case(target, parameter), message)


def _alpha(check: str, target: Target) -> float:
    return ledger().alpha * ledger().entry(check, tier(check, target)).weight


def _alarms(target: Target, parameter: float, evidence: Evidence) -> Iterator[Alarm]:
    p = probability_of_one(target, parameter)
    law = law_at(target, parameter)
    normal = law.distribution is not None
    # A state that is the sign of noise in half precision: rounding moves its probability from 1/2.
    sign_of_rounded = not law.counted and target.dtype in HALF_DTYPES
    if law.counted:
        yield _density(target, parameter, evidence, p)
    if normal:
        yield from _normal_alarms(target, evidence)
    p = p if not sign_of_rounded else evidence.ones / evidence.n
    yield _dependence("neighbours_independent", "neighbours", evidence.neighbours, p)
    if not target.subject.stateless:
        both = {"calls": evidence.calls, "seeds": evidence.seeds}
        yield _dependence("calls_independent", "calls", both, p)
    if evidence.replicas.n:
        yield _dependence("replicas_independent", "replicas", {"replicas": evidence.replicas}, p)
    if not sign_of_rounded:
        yield _evenness(evidence, p)


def _density(target: Target, parameter: float, evidence: Evidence, p: float) -> Alarm:
    share = evidence.ones / evidence.n
    check = "lattice_density" if is_a(target, "coarse") else "mask_density"
    low, high = anytime.kept(evidence.n, p, _alpha(check, target))
    return Alarm(
        check,
        anytime.binomial(evidence.ones, evidence.n, p),
        math.sqrt((1 - p) / p) if p else math.inf,
        "drop rate, relative",
        evidence.n,
        f"Drops {share:.5%} of {evidence.n:,} units; {p:.5%} is implemented.",
        (Point(parameter, share, p, low / evidence.n, high / evidence.n),),
    )


def _normal_alarms(target: Target, evidence: Evidence) -> Iterator[Alarm]:
    n = evidence.normals
    total, squares = evidence.power(1), evidence.power(2)
    seen = f"The mean of {n:,} normals is {total / max(n, 1):+.6f} standard deviations."
    yield Alarm("mean_preservation", anytime.mean(total, n), 1.0, "mean, in standard deviations", n, seen)
    seen = f"The variance of {n:,} normals is {squares / max(n, 1):.6f} of the documented one."
    log_e, scale = anytime.variance(squares, n), math.sqrt(0.5)
    yield Alarm("noise_variance", log_e, scale, "standard deviation, relative", n, seen)
    if target.dtype not in HALF_DTYPES:
        counts, probabilities = _bins(evidence)
        seen = f"Of {n:,} normals, {counts[0] + counts[-1]} lie beyond {BOUNDS[-1]} standard deviations."
        log_e = anytime.bins(counts, probabilities)
        scale, unit = 1 / math.sqrt(2 * float(stats.norm.sf(4.0))), "share beyond 4 standard deviations, relative"
        yield Alarm("noise_is_normal", log_e, scale, unit, n, seen)


def _bins(evidence: Evidence) -> tuple[list[int], list[float]]:
    """Return the counts of normals between neighbouring bounds, from the lowest bin, and their probabilities."""
    above, below = evidence.beyond[: len(BOUNDS)], evidence.beyond[len(BOUNDS) :]
    tails = [float(stats.norm.sf(bound)) for bound in BOUNDS]
    upper = [inner - outer for inner, outer in zip(above, [*above[1:], 0], strict=True)]
    lower = [inner - outer for inner, outer in zip(below, [*below[1:], 0], strict=True)]
    shares = [inner - outer for inner, outer in zip(tails, [*tails[1:], 0.0], strict=True)]
    middle = evidence.normals - above[0] - below[0]
    return [*reversed(lower), middle, *upper], [*reversed(shares), 1 - 2 * tails[0], *shares]


def _dependence(check: str, noun: str, tables: Mapping[Any, Pairs], p: float) -> Alarm:
    log_es = {name: anytime.pairs(table, p) for name, table in tables.items()}
    worst = max(log_es, key=lambda name: log_es[name])
    n, both = tables[worst].n, tables[worst].both
    seen = f"Of {n:,} pairs of {noun} ({worst}), {both / max(n, 1):.5%} are both one; chance: {p * p:.5%}."
    return Alarm(check, anytime.average(list(log_es.values())), 1.0, "correlation", n, seen)


def _evenness(evidence: Evidence, p: float) -> Alarm:
    log_es = [anytime.binomial(count, evidence.rows, p) for count in evidence.columns]
    worst = log_es.index(max(log_es))
    seen = f"Column {worst} has {evidence.columns[worst] / evidence.rows:.3%} ones, where {p:.3%} is expected of each."
    scale = math.sqrt((1 - p) / p) if p else math.inf
    unit = "share of a column, relative"
    return Alarm("evenly_spread", anytime.average(log_es), scale, unit, evidence.rows, seen)
