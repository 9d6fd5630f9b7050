"""What a picture shows of a statistical check: each number that was seen, and the band that its test keeps.

The bands are those of the look that decided: a number at or beyond one is what makes the check fail. Each function
takes what a check knows to a function of `decisions.Points`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from scipy import stats

from noise_ops.checks.decisions import Points
from noise_ops.points import Point
from noise_ops.stats.correlogram import Lags, Signs, Strongest, strongest_of_stretches
from noise_ops.stats.evidence import BOUNDS, Evidence, Pairs
from noise_ops.stats.exact import Binomial, Mean, Runs, Table, Variance

DIRECTIONS = {"row": "along a row", "column": "along a column", "flat": "in drawing order"}
"""In words, the orders in which neighbours follow one another."""


def share(parameter: float, p: float) -> Points:
    """Return what shows the share of ones at a parameter, of probability p."""

    def points(evidence: Evidence, tail: float) -> Sequence[Point]:
        low, high = Binomial(evidence.n, p).critical(tail)
        return [Point(parameter, evidence.ones / evidence.n, p, low / evidence.n, high / evidence.n)]

    return points


def mean(parameter: float) -> Points:
    """Return what shows the mean of normals, in standard deviations."""
    return _moment(parameter, 1, Mean, 0.0)


def variance(parameter: float) -> Points:
    """Return what shows the variance of normals, as a multiple of the documented one."""
    return _moment(parameter, 2, Variance, 1.0)


def _moment(parameter: float, power: int, test: type[Mean | Variance], expected: float) -> Points:
    def points(evidence: Evidence, tail: float) -> Sequence[Point]:
        n = evidence.normals
        low, high = test(n).critical(tail)
        return [Point(parameter, evidence.power(power) / n, expected, low / n, high / n)]

    return points


def moment_of_mask(
    parameter: float, p: float, ones: Callable[[Evidence], float], at: Callable[[float], float]
) -> Points:
    """Return what shows a moment of two-point noise, which follows from the share of ones, of probability p.

    Args:
      parameter: where it stands.
      p: probability of a one.
      ones: solves the moment for the number of ones, as the decision does.
      at: from a share of ones to what is drawn of the moment.
    """

    def points(evidence: Evidence, tail: float) -> Sequence[Point]:
        n = evidence.n
        # The number that the decision takes to a whole one is not whole where the support is wrong.
        least, most = Binomial(n, p).critical(tail)
        low, high = sorted((at((least + 0.5) / n), at((most - 0.5) / n)))
        seen = Point(parameter, at(ones(evidence) / n), at(p), low, high)
        return [seen] if low < high else []  # at rate 1/2 the square of the noise is 1, whatever is dropped

    return points


def tails(parts: int) -> Points:
    """Return what shows the share beyond each bound, as a multiple of the normal's, below and above the mean."""

    def points(evidence: Evidence, tail: float) -> Sequence[Point]:
        return sorted(_tails(evidence, tail / parts), key=lambda point: point.x)

    return points


def _tails(evidence: Evidence, tail: float) -> Iterator[Point]:
    n = evidence.normals
    for bound, above, below in zip(BOUNDS, evidence.beyond, evidence.beyond[len(BOUNDS) :], strict=False):
        p = float(stats.norm.sf(bound))
        low, high = (count / n / p for count in Binomial(n, p).critical(tail))
        yield Point(bound, above / n / p, 1.0, low, high)
        yield Point(-bound, below / n / p, 1.0, low, high)


def lags(evidence: Evidence, tail: float) -> Sequence[Point]:
    """Return the correlation of neighbours at each distance, in each direction."""
    test = Runs(evidence.n, evidence.ones)
    low, high = map(test.correlation, test.critical(tail / max(len(evidence.runs), 1)))
    return [
        Point(lag, test.correlation(evidence.ones - runs.runs), 0.0, low, high, DIRECTIONS[order])
        for (order, lag), runs in sorted(evidence.runs.items())
    ]


def pairs(kinds: Sequence[str]) -> Points:
    """Return what shows the correlation of the states of pairs, of each kind."""

    def points(evidence: Evidence, tail: float) -> Sequence[Point]:
        found = []
        for number, kind in enumerate(kinds):
            seen: Pairs = getattr(evidence, kind)
            test = Table(seen.n, seen.first, seen.second)
            low, high = map(test.correlation, test.critical(tail / len(kinds)))
            found.append(Point(number, test.correlation(seen.both), 0.0, low, high, kind))
        return found

    return points


def columns(p: float) -> Points:
    """Return what shows the share of ones at each place of a row, of probability p."""

    def points(evidence: Evidence, tail: float) -> Sequence[Point]:
        rows = evidence.rows
        low, high = (bound / rows for bound in Binomial(rows, p).critical(tail / (2 * len(evidence.columns))))
        return [Point(place, count / rows, p, low, high) for place, count in enumerate(evidence.columns)]

    return points


def distances(signs: Signs, found: Strongest, tail: float) -> Sequence[Point]:
    """Return the strongest correlation of signs with themselves in each stretch of distances, `found` among them."""
    exponent = Lags(found.n, found.statistics).critical(tail)[1]
    series = "mirrored" if found.mirrored else ""
    return [
        Point(place.where, place.correlation, 0.0, -place.bound, place.bound, series)
        for place in strongest_of_stretches(signs, found, exponent)
    ]
