"""Second opinions: beside each exact design, one plain test of `scipy.stats` that whoever knows scipy can read.

A sample of its own is drawn from the layer, and with the same seeds from the NumPy reference; each is put to the same
test, and the smaller p-value, doubled, must exceed the alpha of the ledger. The seeds follow from the epoch as those of
every sample do, and nothing is run again.

Only that is asked of which the test's null is exact to within a few percent of so small an alpha:

    where        eager float32, whose lattice of 2**-23 no sample here can see; in half precision it can be seen
    binomtest    exact: counts of states, and of pairs of which no two share a unit
    ttest, chi2  exact for normals; the mean and the variance of a mask's output are its count, which binomtest has
    kstest       exact for a continuous law; `normaltest` is not asked, whose chi-square law ends far before 1e-10
    chisquare    where the counts of a column have no longer tails than the normal's (`asked.counts_are_light`)
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from noise_ops.checks import samples
from noise_ops.checks.blame import Share
from noise_ops.checks.decisions import SingleLook, concluded, design_of
from noise_ops.checks.prediction import predict
from noise_ops.checks.promised import law_at
from noise_ops.findings import Finding
from noise_ops.reference.variates import FloatArray
from noise_ops.stats.designs import BETA
from noise_ops.stats.exact import Binomial, ExactTest, Mean, Variance
from noise_ops.subjects.targets import Target

_KEPT = max(len(samples.RATES), len(samples.STDDEVS))
"""Samples that are kept: those of one target, for all of its checks."""

Reals = npt.NDArray[np.float64]
States = npt.NDArray[np.bool_]


class Opinion(NamedTuple):
    """What one test of scipy says of one sample.

    Attributes:
      p_values: of one test, or of some that share alpha (Bonferroni).
      n: its sample size.
      seen: what was seen, in words, without a full stop.
      share: how often a state is one, where that alone is what departs; None elsewhere.
    """

    p_values: list[float]
    n: int
    seen: str
    share: Share | None = None

    @property
    def p(self) -> float:
        """The smallest p-value, corrected for their number; 0 where scipy could not tell."""
        return min(1.0, len(self.p_values) * min(0.0 if math.isnan(p) else float(p) for p in self.p_values))


Effect = Callable[[int, float], float]
"""From a sample size and an alpha to the smallest effect that is seen with probability 1 - beta."""


def density_by_binomtest(target: Target, parameter: float) -> Finding | None:
    """By `scipy.stats.binomtest`, the number of dropped units is that of the documented rate."""

    def opinion(y: Reals) -> Opinion:
        dropped, n = int(_states(target, parameter, y).sum()), y.size
        seen = f"{dropped:,} of {n:,} units are dropped, {n * parameter:,.0f} expected"
        return Opinion([stats.binomtest(dropped, n, parameter).pvalue], n, seen)

    effect = _departure(lambda n: Binomial(n, parameter))
    return _held("density_by_binomtest", target, parameter, opinion, "drop rate, relative", effect)


def mean_by_ttest(target: Target, parameter: float) -> Finding | None:
    """By `scipy.stats.ttest_1samp`, the mean of the noise is 0."""

    def opinion(z: Reals) -> Opinion:
        return Opinion([stats.ttest_1samp(z, 0).pvalue], z.size, f"the mean of {z.size:,} normals is {z.mean():+.5f}")

    about = "mean, in standard deviations"
    return _held_of_normals("mean_by_ttest", target, parameter, opinion, about, _departure(Mean))


def variance_by_chi2(target: Target, parameter: float) -> Finding | None:
    """By `scipy.stats.chi2`, the sum of squares of the noise is that of the documented variance."""

    def opinion(z: Reals) -> Opinion:
        squares = float((z**2).sum())
        p = 2 * min(stats.chi2.cdf(squares, z.size), stats.chi2.sf(squares, z.size))
        seen = f"the variance of {z.size:,} normals is {squares / z.size:.5f} of the documented one"
        return Opinion([p], z.size, seen)

    about = "standard deviation, relative"
    return _held_of_normals("variance_by_chi2", target, parameter, opinion, about, _departure(Variance))


def normality_by_kstest(target: Target, parameter: float) -> Finding | None:
    """By `scipy.stats.kstest`, the noise over its documented standard deviation is standard normal."""

    def opinion(z: Reals) -> Opinion:
        distance, p = stats.kstest(z, "norm")
        return Opinion([p], z.size, f"the distribution of {z.size:,} normals is {distance:.5f} off")

    return _held_of_normals("normality_by_kstest", target, parameter, opinion, _OFF, _distance)


def uniformity_by_kstest(target: Target, parameter: float) -> Finding | None:
    """By `scipy.stats.kstest`, the uniforms are uniform on [0, 1)."""

    def opinion(y: Reals) -> Opinion:
        distance, p = stats.kstest(y.ravel(), "uniform")
        return Opinion([p], y.size, f"the distribution of {y.size:,} uniforms is {distance:.5f} off")

    return _held("uniformity_by_kstest", target, parameter, opinion, _OFF, _distance)


def neighbours_by_binomtest(target: Target, parameter: float) -> Finding | None:
    """By `scipy.stats.binomtest`, neighbours in rows and in columns agree as often as independent states do."""

    def pairs(states: States) -> dict[str, tuple[States, States]]:
        rows, columns = (size // 2 * 2 for size in states.shape[2:])
        in_rows = states[..., 0:columns:2], states[..., 1:columns:2]
        in_columns = states[:, :, 0:rows:2], states[:, :, 1:rows:2]
        return {"of neighbours in a row": in_rows, "of neighbours in a column": in_columns}

    return _held_apart("neighbours_by_binomtest", target, parameter, pairs)


def lags_by_binomtest(target: Target, parameter: float) -> Finding | None:
    """By `scipy.stats.binomtest`, states at distances 1, 2, 4, 8, ... agree as often as independent ones do."""

    def pairs(states: States) -> dict[str, tuple[States, States]]:
        found = {}
        for distance in (2**power for power in range(states.size.bit_length() - 1)):
            # Blocks of twice the distance, so that no unit belongs to two pairs.
            blocks = states.ravel()[: states.size // (2 * distance) * 2 * distance].reshape(-1, 2, distance)
            found[f"at distance {distance:,}"] = blocks[:, 0], blocks[:, 1]
        return found

    return _held_apart("lags_by_binomtest", target, parameter, pairs)


def calls_by_binomtest(target: Target, parameter: float) -> Finding | None:
    """By `scipy.stats.binomtest`, two calls, and two seeds, agree as often as independent states do."""

    def pairs(states: States) -> dict[str, tuple[States, States]]:
        return {"of two calls": (states[:, 0], states[:, 1]), "of two seeds": (states[0], states[1])}

    return _held_apart("calls_by_binomtest", target, parameter, pairs)


def replicas_by_binomtest(target: Target, parameter: float) -> Finding | None:
    """By `scipy.stats.binomtest`, two replicas of a strategy agree as often as independent states do."""
    sizes = tuple(look.n for look in design_of("replicas_independent", target).looks)
    pairs = samples.evidence(target, parameter, sizes, 0).replicas
    agree = pairs.n - pairs.first - pairs.second + 2 * pairs.both
    p = _probability(target, parameter)
    expected = p**2 + (1 - p) ** 2
    seen = f"the states of two replicas agree in {agree:,} of {pairs.n:,} places, {pairs.n * expected:,.0f} expected"
    ones = pairs.first + pairs.second
    share = _to_blame("replicas_by_binomtest", target, parameter, ones, 2 * pairs.n, _given({"": (agree, pairs.n)}))
    opinion = Opinion([stats.binomtest(agree, pairs.n, expected).pvalue], pairs.n, seen, share)
    effect = partial(_correlation, target, parameter)
    return _judged("replicas_by_binomtest", target, parameter, {"": opinion}, "correlation", effect)


def evenness_by_chisquare(target: Target, parameter: float) -> Finding | None:
    """By `scipy.stats.chisquare`, the 251 columns of a sample hold as many states of either kind as chance allows."""

    def opinion(y: Reals) -> Opinion:
        states = _states(target, parameter, y).reshape(-1, samples.COLUMNS)
        rows, columns = states.shape
        ones = states.sum(axis=0)

        def varied(p: float) -> tuple[float, float]:
            expected = [rows * p] * columns + [rows * (1 - p)] * columns
            # scipy takes a degree of freedom off for the total alone; here each column has its total.
            found = stats.chisquare([*ones, *(rows - ones)], expected, ddof=columns - 1)
            return float(found[0]), float(found[1])

        statistic, p_value = varied(_probability(target, parameter))
        total = int(ones.sum())
        share = _to_blame("evenness_by_chisquare", target, parameter, total, y.size, lambda p: varied(p)[1])
        return Opinion([p_value], y.size, f"columns vary {statistic / columns:.4f} times as much as by chance", share)

    def effect(_n: int, alpha: float) -> float:
        return float(stats.chi2.isf(alpha, samples.COLUMNS) / stats.chi2.ppf(BETA, samples.COLUMNS)) - 1

    about = "variance between columns, relative"
    return _held("evenness_by_chisquare", target, parameter, opinion, about, effect)


def forget() -> None:
    """Forget all samples: the layers are about to change."""
    _drawn.cache_clear()


@lru_cache(_KEPT)
def _drawn(target: Target, parameter: float, units: int) -> tuple[FloatArray, FloatArray | None]:
    """Return what layers with different seeds give in successive calls, and what the reference gives, None if nothing.

    Both are of shape (seeds, calls, rows, columns): two by two, or four by one where a second call repeats the first.
    """
    seeds, calls = (4, 1) if target.subject.stateless else (2, 2)
    rows = math.ceil(units / (seeds * calls * samples.COLUMNS))
    cases = [samples.constant_case(target, parameter, rows, f"scipy/{seed}") for seed in range(seeds)]
    shape = (seeds, calls, rows, samples.COLUMNS)
    predicted = [predict(target, case, calls) for case in cases]
    reference = None if None in predicted else np.array(predicted).reshape(shape)
    return np.array(target.run_together(cases, calls)).reshape(shape), reference


def _held(
    check: str,
    target: Target,
    parameter: float,
    opinion: Callable[[Reals], Opinion],
    about: str,
    effect: Effect,
) -> Finding | None:
    """Put the sample of the layer, and that of the reference, to one test."""
    layer, reference = _drawn(target, parameter, design_of(check, target).n_max)
    drawn = {"": layer, "of the NumPy reference: ": reference}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is broken, which its p-value says
        opinions = {whose: opinion(samples.finite(y)) for whose, y in drawn.items() if y is not None}
    return _judged(check, target, parameter, opinions, about, effect)


def _held_of_normals(
    check: str,
    target: Target,
    parameter: float,
    opinion: Callable[[Reals], Opinion],
    about: str,
    effect: Effect,
) -> Finding | None:
    """Put standardized noise to one test; that a layer drew none speaks against it."""

    def of_output(y: Reals) -> Opinion:
        z = samples.standardized(target, law_at(target, parameter), y)
        return opinion(z) if z.size else Opinion([0.0], y.size, f"none of {y.size:,} units drew any noise")

    return _held(check, target, parameter, of_output, about, effect)


def _held_apart(
    check: str,
    target: Target,
    parameter: float,
    pairs_of: Callable[[States], dict[str, tuple[States, States]]],
) -> Finding | None:
    """Hold pairs of states, of which no two share a unit, to agree as often as independent ones, by kind of pair."""
    p = _probability(target, parameter)
    by_chance = p**2 + (1 - p) ** 2

    def opinion(y: Reals) -> Opinion:
        states = _states(target, parameter, y)
        pairs = pairs_of(states)
        agreements = {kind: (int((one == other).sum()), one.size) for kind, (one, other) in pairs.items()}
        p_values = {kind: stats.binomtest(*agreement, by_chance).pvalue for kind, agreement in agreements.items()}
        worst = min(p_values, key=lambda kind: p_values[kind])
        agree, n = agreements[worst]
        seen = f"{agree:,} of {n:,} pairs {worst} agree, {n * by_chance:,.0f} expected"
        share = _to_blame(check, target, parameter, int(states.sum()), states.size, _given(agreements))
        return Opinion(list(p_values.values()), n, seen, share)

    effect = partial(_correlation, target, parameter)
    return _held(check, target, parameter, opinion, "correlation", effect)


def _judged(
    check: str,
    target: Target,
    parameter: float,
    opinions: dict[str, Opinion],
    about: str,
    effect: Effect,
) -> Finding | None:
    """Let the smallest p-value decide, corrected for the number of samples and of tests."""
    whose, worst = min(opinions.items(), key=lambda item: item[1].p)
    p = min(1.0, len(opinions) * worst.p)
    delta = effect(worst.n, design_of(check, target).alpha / (len(opinions) * len(worst.p_values)))
    said = f"{whose}{worst.seen} (p = {p:.3g})."
    observed = said[0].upper() + said[1:]
    return concluded(check, target, parameter, SingleLook(worst.n, p, delta, about, observed, share=worst.share))


def _to_blame(
    check: str, target: Target, parameter: float, ones: int, n: int, p_value_at: Callable[[float], float]
) -> Share | None:
    """Return the share of ones if that alone is what a sample departs in."""
    share = Share(ones, n, _probability(target, parameter))
    return share if share.explains(design_of(check, target).alpha, p_value_at) else None


def _given(agreements: Mapping[str, tuple[int, int]]) -> Callable[[float], float]:
    """Return what takes a probability of ones to the p-value of pairs that agree, given as how many and of how many."""

    def p_value_at(p: float) -> float:
        found = [stats.binomtest(*agreement, p**2 + (1 - p) ** 2).pvalue for agreement in agreements.values()]
        return len(found) * float(min(found))

    return p_value_at


def _states(target: Target, parameter: float, y: Reals) -> States:
    return samples.states_of(target, parameter, y).reshape(y.shape)


def _probability(target: Target, parameter: float) -> float:
    """Return the documented probability that a state is one: the rate, or that of a sign."""
    return law_at(target, parameter).probability


_OFF = "distance of distribution functions"


def _departure(test: Callable[[int], ExactTest]) -> Effect:
    """Return the smallest departure that an exact test sees, by its size, as scipy's test of the same does."""
    return lambda n, alpha: test(n).smallest_departure(alpha, BETA)


def _distance(n: int, alpha: float) -> float:
    """Return how far off a distribution is that is seen: by more than the quantile and, with DKW, what chance takes."""
    return float(stats.kstwo.isf(alpha, n)) + math.sqrt(math.log(2 / BETA) / (2 * n))


def _correlation(target: Target, parameter: float, n: int, alpha: float) -> float:
    """Return the correlation of two states that is seen by their agreement."""
    p = _probability(target, parameter)
    by_chance = p**2 + (1 - p) ** 2
    return Binomial(n, by_chance).smallest_departure(alpha, BETA) * by_chance / (2 * p * (1 - p))
