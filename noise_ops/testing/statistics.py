"""Statistical properties of a user's layer: exact tests of counts, at cut points where noise has a distribution.

Cut points and not Kolmogorov-Smirnov: that float32 rounds is enough for the latter to reject a right Beta(0.2, 0.2).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from noise_ops.laws.continuous import Continuous
from noise_ops.laws.dropping import AffineDrops, Drops
from noise_ops.laws.happening import Applies, Selects, Unknown
from noise_ops.laws.law import Law
from noise_ops.laws.noise import is_named
from noise_ops.stats.evidence import runs_in_lines
from noise_ops.stats.exact import Binomial, ExactTest, Mean, Runs, Table, Variance
from noise_ops.testing import calling
from noise_ops.testing.asking import BrokenError, NotAskedError, Property, Seen
from noise_ops.testing.sampling import Sample, sample
from noise_ops.testing.subject import Subject

QUANTILES = (0.5, 0.001, 0.01, 0.05, 0.2, 0.35, 0.65, 0.8, 0.95, 0.99, 0.999)
"""Where noise is cut: how much of it lies below is binomial. The first is the one whose visible effect is told."""

MOST_PLACES = 4096
"""Places that are looked at one by one, at most; those of larger outputs along each axis alone."""

_MEDIAN_SIZE = (0.25, 0.75)
"""Quantiles of noise, half of which lies between them: larger than the median, whatever its sign."""

_EVEN = 2e-5
"""How far the share below a cut may move, as a part of it, when noise is rounded to float32."""


def counts(law: Law) -> bool:
    """Return whether a law says how often a state is one."""
    return not isinstance(law, Unknown)


def is_continuous(law: Law) -> bool:
    """Return whether a law has a distribution that a sample can be cut by."""
    return isinstance(law, Continuous) and law.distribution is not None and law.observe is None


def is_normal(law: Law) -> bool:
    """Return whether the noise of a law is normal."""
    return is_continuous(law) and is_named(law.distribution, "norm")  # type: ignore[arg-type]


def mask_density(subject: Subject) -> Seen:
    """A state is one as often as the law says."""
    found, p = _sample(subject), _probability(subject)
    ones = int(np.count_nonzero(found.states))
    share = ones / found.n
    if p in (0.0, 1.0):
        if share != p:
            raise BrokenError("mask-density", f"{_verb(subject.law)} {share:.4%} of {found.n:,} units, not {p:.0%}.")
        return Seen(
            (), 0, found.n, "relative departure of the rate", f"{_verb(subject.law)} {p:.0%} of {found.n:,} units."
        )
    told = f"{_verb(subject.law)} {share:.4%} of {found.n:,} units; {p:.4%} is documented ({share / p - 1:+.2%})."
    return Seen(((Binomial(found.n, p), ones),), 1, found.n, "relative departure of the rate", told)


def mean_preservation(subject: Subject) -> Seen:
    """The mean of normal noise is the documented one."""
    z, law = _normals(subject)
    total = float(z.sum())
    spread = float(law.drawn.std())
    told = (
        f"The mean of the noise is {law.mean + spread * total / z.size:+.6g}; {law.mean:g} is documented, "
        f"give or take {spread / math.sqrt(z.size):.2g} by chance."
    )
    return Seen(((Mean(z.size), total),), 1, z.size, "shift of the mean, in standard deviations,", told)


def noise_variance(subject: Subject) -> Seen:
    """The standard deviation of normal noise is the documented one."""
    z, law = _normals(subject)
    total = float(np.square(z).sum())
    ratio, documented = math.sqrt(total / z.size), float(law.drawn.std())
    told = (
        f"The standard deviation of the noise is {ratio * documented:.6g}; {documented:.6g} is documented "
        f"({ratio - 1:+.2%})."
    )
    return Seen(((Variance(z.size), total),), 1, z.size, "relative departure of the standard deviation", told)


def noise_distribution(subject: Subject) -> Seen:
    """Below each of some cut points lies the documented share of the noise."""
    found, law = _sample(subject), subject.law
    assert isinstance(law, Continuous)
    noise = _noise_of(found)
    tests: list[tuple[ExactTest, float]] = []
    worst = (0.0, 0.0, 0.0)
    for cut, share in _cuts(subject, law):
        below = int(np.count_nonzero(noise <= cut))
        tests.append((Binomial(noise.size, share), below))
        score = abs(below / noise.size - share) / math.sqrt(share * (1 - share))
        worst = max(worst, (score, cut, below / noise.size))
    _, cut, below_share = worst
    spread = float(law.drawn.std())
    told = (
        f"{below_share:.4%} of {noise.size:,} draws lie below {cut:.6g}, where {float(law.drawn.cdf(cut)):.4%} is "
        f"documented; their standard deviation is {float(noise.std()):.6g}, and {spread:.6g} documented "
        f"({float(noise.std()) / spread - 1:+.2%})."
    )
    return Seen(tuple(tests), len(tests), noise.size, "relative departure of the share below a cut", told)


def neighbours_independent(subject: Subject) -> Seen:
    """Neighbours along each axis share their state no more often than chance."""
    found = sample(subject)
    tests, told = [], ("No axis has neighbours.", 0.0)
    for name, lines in _lines(subject, found):
        n, ones = lines.size, int(np.count_nonzero(lines))
        if not 0 < ones < n:
            continue
        joined = ones - runs_in_lines(lines, 1).runs
        expected = ones * (ones - 1) / n
        correlation = (joined - expected) / max(ones - expected, 1e-9)
        tests.append((Runs(n, ones), joined))
        if abs(correlation) >= abs(told[1]):
            told = (f"Neighbours along {name} correlate by {correlation:+.4f}; chance gives 0.", correlation)
    if not tests:
        raise NotAskedError("no two units of it can be compared: it has one, or all have one state")
    return Seen(tuple(tests), len(tests), found.n, "correlation of neighbours", told[0])


def calls_independent(subject: Subject) -> Seen:
    """Two calls of a layer, and layers with other seeds, share their states no more often than chance."""
    found = sample(subject)
    states = found.states
    pairs = {"successive calls": (states[:, 0 : states.shape[1] // 2 * 2 : 2], states[:, 1::2])}
    pairs["layers with different seeds"] = (states[0], states[1])
    tests, told = [], ("", -1.0)
    for name, (first, second) in pairs.items():
        n, ones = first.size, (int(np.count_nonzero(first)), int(np.count_nonzero(second)))
        if not (0 < ones[0] < n and 0 < ones[1] < n):
            continue
        both = int(np.count_nonzero(first & second))
        a, b = ones[0] / n, ones[1] / n
        correlation = (both / n - a * b) / math.sqrt(a * (1 - a) * b * (1 - b))
        tests.append((Table(n, *ones), both))
        if abs(correlation) > told[1]:
            told = (f"The states of {name} correlate by {correlation:+.4f}; chance gives 0.", abs(correlation))
    if not tests:
        raise NotAskedError("all its units have one state, of which nothing can be compared")
    return Seen(tuple(tests), len(tests), found.n // 2, "correlation of two calls", told[0])


def evenly_spread(subject: Subject) -> Seen:
    """Every place has its share of ones, the edges too."""
    found = _sample(subject)
    units = found.states.reshape(-1, *found.states.shape[2:])
    if found.batched:
        units = units.reshape(-1, *units.shape[2:])
    if units.ndim == 1 or units[0].size == 1:
        raise NotAskedError("a sample is one unit, so that there are no places to compare")
    total, n = int(np.count_nonzero(units)), units.size
    if not 0 < total < n:
        raise NotAskedError("all its units have one state, of which nothing can be compared")
    tests: list[tuple[ExactTest, float]] = []
    parts, worst = 0, (-1.0, "", 0.0)
    for name, counted, each in _places(units):
        share, spread = total / n, math.sqrt(each * (total / n) * (1 - total / n) * (1 - each / n))
        scores = (counted - share * each) / spread
        parts += counted.size
        for extreme in {int(np.argmin(scores)), int(np.argmax(scores))}:
            # Given how many ones there are, those at a place are as many as in one cell of a table.
            tests.append((Table(n, each, total), int(counted.flat[extreme])))
            if abs(scores.flat[extreme]) > worst[0]:
                place = np.unravel_index(extreme, counted.shape)
                where = f"{name} {place[0]}" if name != "place" else f"place {tuple(map(int, place))}"
                last = f" of {counted.shape[0]}" if name != "place" else f" of {counted.shape}"
                worst = (abs(float(scores.flat[extreme])), where + last, counted.flat[extreme] / each)
    _, where, share = worst
    told = f"{where.capitalize()} has {share:.2%} ones, where {total / n:.2%} is the share of all."
    return Seen(tuple(tests), parts, n, "correlation of a place with its states", told)


PROPERTIES = (
    Property("mask_density", "mask-density", mask_density, lambda law: counts(law) and law.counted, statistical=True),
    Property("mean_preservation", "mean", mean_preservation, is_normal, statistical=True),
    Property("noise_variance", "variance", noise_variance, is_normal, statistical=True),
    Property("noise_distribution", "distribution", noise_distribution, is_continuous, statistical=True),
    Property("neighbours_independent", "independence", neighbours_independent, counts, statistical=True),
    Property("calls_independent", "independence", calls_independent, counts, statistical=True),
    Property("evenly_spread", "evenness", evenly_spread, counts, statistical=True),
)


def _sample(subject: Subject) -> Sample:
    """Return a sample of which units can be counted one by one: not one whose copies would be taken for units."""
    found = sample(subject)
    states = found.states
    if states.all() or not states.any():
        return found  # none, or all: there is nothing to be a copy of
    if (states[:, :1] == states).all():
        raise NotAskedError("all calls have one noise, so that there are too few units to count")
    if found.batched and (states[:, :, :1] == states).all():
        raise NotAskedError("all samples of a batch have one noise, so that there are too few units to count")
    return found


def _probability(subject: Subject) -> float:
    law = subject.law
    return law.on(tuple(np.shape(subject.outcome))).probability if isinstance(law, Selects) else law.probability


def _verb(law: Law) -> str:
    if law.observe is not None:
        return "Has state one in"
    if isinstance(law, (Drops, AffineDrops)):
        return "Drops"
    return "Changes" if isinstance(law, Applies) else "Keeps" if isinstance(law, Selects) else "Noises"


def _normals(subject: Subject) -> tuple[npt.NDArray[np.float64], Continuous]:
    law = subject.law
    assert isinstance(law, Continuous)
    return (_noise_of(_sample(subject)) - law.mean) / float(law.drawn.std()), law


def _noise_of(found: Sample) -> npt.NDArray[np.float64]:
    assert found.noise is not None
    if not found.noise.size:
        raise BrokenError("distribution", f"None of {found.n:,} units drew any noise.")
    return np.nan_to_num(found.noise, nan=1e6, posinf=1e6, neginf=-1e6)


def _cuts(subject: Subject, law: Continuous) -> Iterator[tuple[float, float]]:
    """Yield cut points with what lies below them, but for those that float32 may round noise across."""
    # Noise is read off a constant input without a loss; off values of the user's it has their rounding.
    size = 0.0 if subject.inputs is None else float(np.max(np.abs(calling.first(subject.x()))))
    for quantile in QUANTILES:
        cut = float(law.drawn.ppf(quantile))
        step = 2 * float(np.spacing(np.float32(max(abs(cut), size, 1e-30))))
        share, moved = float(law.drawn.cdf(cut)), float(law.drawn.cdf(cut + step)) - float(law.drawn.cdf(cut - step))
        if moved <= _EVEN * min(share, 1 - share):
            yield cut, share


def _lines(subject: Subject, found: Sample) -> Iterator[tuple[str, Any]]:
    """Yield the states in lines along each axis of the units, with its name."""
    states = found.states
    selected = subject.law.axis % max(1, states.ndim - 2) if isinstance(subject.law, Selects) else None
    for axis in range(2, states.ndim):
        if states.shape[axis] > 1 and axis - 2 != selected:
            name = "the batch" if axis == 2 and found.batched else f"axis {axis - 2} of the units"
            yield name, np.moveaxis(states, axis, -1).reshape(-1, states.shape[axis])


def _places(units: Any) -> Iterator[tuple[str, Any, int]]:
    """Yield what places are called, how many ones each has, and of how many units."""
    if units[0].size <= MOST_PLACES:
        yield "place", np.count_nonzero(units, axis=0), len(units)
    for axis in range(1, units.ndim):
        others = tuple(other for other in range(units.ndim) if other != axis)
        if units.ndim > 2 and units.shape[axis] > 1:
            yield f"axis {axis - 1}, index", np.count_nonzero(units, axis=others), units.size // units.shape[axis]
