"""Counts of noise held against the documented law, and against each other.

The p-values are those of noise_ops.stats.exact or a little larger: the tails are bounded in closed form (Chernoff),
which costs no import of scipy and keeps the promise that a true law is rejected with probability `ALPHA` at most.

References:
  Hoeffding, "Probability inequalities for sums of bounded random variables", 1963, theorem 1 and section 6.
  McDiarmid, "On the method of bounded differences", 1989, lemma 1.2.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from noise_ops.subjects.inputs import BINS, MOMENT_UNIT, TAILS

Counts = Mapping[str, int | tuple[int, ...]]

ALPHA = 1e-9
"""Probability with which one statistic of a true law is called wrong."""

_LATTICE = {"float16": 10, "bfloat16": 7, "float32": 23, "float64": 52}
_ROUNDING = {"float16": 1 / 512, "bfloat16": 1 / 32}
"""How far rounding to the dtype may carry a normal, in standard deviations, where tails are counted."""

_VARIANCE_ROUNDING = 2e-3
"""Relative change of a variance that rounding may cause."""


def keeps_law(property_name: str, dtype: str, value: object, *, repeated: bool = False) -> bool | None:
    """Return whether counts agree with the documented law; None where there are none to judge.

    A law that is kept is denied with probability of at most `ALPHA` a statistic, of which there are at most 20.

    Args:
      property_name: a fact's property, such as "mask_density 0.3".
      dtype: dtype in which was drawn.
      value: the fact's value.
      repeated: whether every call drew the same, so that the counts are those of one call, added up.
    """
    if isinstance(value, str):
        return not value.endswith("far from the documented") if value.startswith("not reproducible") else None
    if not isinstance(value, Mapping):
        return None
    counts = _of_one_call(value) if repeated else value
    return all(p > ALPHA for p in _p_values(property_name, dtype, counts))


def same_law(old: object, new: object) -> bool:
    """Return whether two counts may come from one law; wrongly denied with probability of at most `ALPHA` each."""
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return old == new
    return all(p > ALPHA for p in _joint_p_values(old, new))


def _p_values(property_name: str, dtype: str, counts: Counts) -> Iterator[float]:
    """Yield p-values of every statistic under the documented law."""
    name, _, argument = property_name.partition(" ")
    n = _integer(counts, "n")
    if n <= 0:
        return
    if name == "mask_density":
        yield binomial(_integer(counts, "dropped"), n, float(argument.split()[0]))
    elif name == "noise_is_normal":
        yield from _normal_p_values(dtype, counts, n)
    elif name == "noise_is_uniform":
        yield from (binomial(count, n, 1 / BINS) for count in _integers(counts, "bins"))
        yield 0.0 if _integer(counts, "outside") else 1.0
        yield binomial_between(_integer(counts, "zeros"), n, 0.0, 2.0 ** -_LATTICE.get(dtype, 23))
        yield _too_few_distinct(_integer(counts, "distinct"), n, 2.0 ** _LATTICE.get(dtype, 23))


def _normal_p_values(dtype: str, counts: Counts, n: int) -> Iterator[float]:
    first, second = _integers(counts, "sums")[:2]
    yield 2 * math.exp(-((first / MOMENT_UNIT) ** 2) / n / 2)
    yield chi_square(second / MOMENT_UNIT**2, n, slack=_VARIANCE_ROUNDING)
    slack = _ROUNDING.get(dtype, 0.0)
    for tail, count in zip(TAILS, _integers(counts, "tails"), strict=False):
        yield binomial_between(count, n, _beyond(tail + slack), _beyond(tail - slack))
    yield 0.0 if _integer(counts, "not_finite") else 1.0


def _joint_p_values(old: Counts, new: Counts) -> Iterator[float]:
    """Yield p-values under which two samples have one law, given the sum of each count in both."""
    n, m = _integer(old, "n"), _integer(new, "n")
    if not n or not m:
        return
    for name in sorted((old.keys() | new.keys()) - {"n", "sums", "distinct"}):
        for k, j in zip(_listed(old.get(name, 0)), _listed(new.get(name, 0)), strict=False):
            # A hypergeometric tail is below that of the binomial law with the same mean (Hoeffding, section 6).
            yield binomial(k, n, (k + j) / (n + m))
    if "distinct" in old and "distinct" in new and n == m:
        # One draw changes the number of distinct values by one at most; both ends of the difference may err.
        yield 4 * math.exp(-((_integer(old, "distinct") - _integer(new, "distinct")) ** 2) / (2 * n))


def binomial(k: int, n: int, p: float) -> float:
    """Return an upper bound of the two-sided p-value of k successes in n trials of probability p."""
    return min(1.0, 2 * math.exp(-n * _divergence(min(1.0, max(0.0, k / n)), p)))


def kept(n: int, p: float) -> tuple[int, int]:
    """Return the counts nearest to n * p, below and above, that `binomial` rejects at `ALPHA`; -1 and n + 1 if none."""
    expected = round(n * p)
    below = bisect_left(range(expected + 1), 1, key=lambda k: binomial(k, n, p) > ALPHA)
    above = bisect_left(range(expected, n + 1), 1, key=lambda k: binomial(k, n, p) <= ALPHA)
    return below - 1, expected + above


def kept_beyond(n: int, tail: float, dtype: str) -> tuple[float, int, int]:
    """Return the share of normals beyond `tail` standard deviations, and counts as of `kept` where they are rounded.

    Args:
      n: normals.
      tail: standard deviations.
      dtype: dtype that rounds them.
    """
    slack = _ROUNDING.get(dtype, 0.0)
    return _beyond(tail), kept(n, _beyond(tail + slack))[0], kept(n, _beyond(tail - slack))[1]


def binomial_between(k: int, n: int, low: float, high: float) -> float:
    """Return an upper bound of the p-value of k successes when the probability lies between `low` and `high`."""
    return binomial(k, n, min(high, max(low, k / n)))


def chi_square(statistic: float, n: int, slack: float) -> float:
    """Return an upper bound of the p-value of a sum of n squares, whose variance may be off by a share `slack`."""
    ratio = statistic / n
    ratio /= min(1 + slack, max(1 - slack, ratio))
    return min(1.0, 2 * math.exp(-n / 2 * (ratio - 1 - math.log(ratio)))) if ratio > 0 else 0.0


def _divergence(q: float, p: float) -> float:
    """Return the Kullback-Leibler divergence of coins of probability q from p, in nats."""
    parts = ((q, p), (1 - q, 1 - p))
    return sum(0.0 if a == 0 else math.inf if b == 0 else a * math.log(a / b) for a, b in parts)


def _beyond(tail: float) -> float:
    return math.erfc(tail / math.sqrt(2))


def _too_few_distinct(distinct: int, n: int, lattice: float) -> float:
    expected = -lattice * math.expm1(n * math.log1p(-1 / lattice))
    missing = max(0.0, expected - distinct)
    return math.exp(-2 * missing**2 / n)


def _of_one_call(counts: Counts) -> Counts:
    """Return counts of several equal calls divided by their number; distinct values do not add up."""
    # Calls that drew the same say one thing several times: judged as independent ones they would condemn a right layer.
    # How many were added up is not recorded, but it divides every sum; the probe asks two or three. Where it divides
    # the counts of one call by chance, they are judged as of fewer units, which accuses less.
    summed = {name: value for name, value in counts.items() if name not in ("distinct", "sums")}
    divisor = reduce(math.gcd, (number for value in summed.values() for number in _listed(value)), 0)
    calls = next((calls for calls in (3, 2) if divisor % calls == 0), 1)
    return {name: value if name == "distinct" else _divided(value, calls) for name, value in counts.items()}


def _divided(value: int | tuple[int, ...], by: int) -> int | tuple[int, ...]:
    return value // by if isinstance(value, int) else tuple(number // by for number in value)


def _listed(value: int | tuple[int, ...]) -> Sequence[int]:
    return (value,) if isinstance(value, int) else value


def _integer(counts: Counts, name: str) -> int:
    value = counts.get(name, 0)
    return value if isinstance(value, int) else 0


def _integers(counts: Counts, name: str) -> Sequence[int]:
    value = counts.get(name, ())
    return () if isinstance(value, int) else value
