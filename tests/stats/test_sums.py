"""sums.py: the saddlepoint's tails are those of the sum, out to the levels that gate.

Witnesses: the sum's characteristic function, inverted numerically on a law of its own; simulation; closed forms.
"""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from noise_ops.stats.sums import LARGEST_NORMAL, Dispersion, Hermite
from tests.stats._oracles import inverted_tails

LEVELS = (1e-2, 1e-4, 1e-9, 3e-12)
SIMULATED = 20_000


def hermite_law(degree):
    """Scores and weights of cells of the normal law: not the grid of the module."""
    edges = np.linspace(-LARGEST_NORMAL, LARGEST_NORMAL, 2401)
    z, weights = (edges[1:] + edges[:-1]) / 2, np.diff(stats.norm.cdf(edges))
    scores = {3: (z**3 - 3 * z) / math.sqrt(6), 4: (z**4 - 6 * z**2 + 3) / math.sqrt(24)}[degree]
    return scores[weights > 0], weights[weights > 0]


def dispersion_law(size, p):
    """Squared standardized counts with their probabilities, from logarithms of factorials."""
    k = np.arange(size + 1)
    factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, size + 1)))])
    logarithms = factorials[size] - factorials[k] - factorials[size - k] + k * math.log(p) + (size - k) * math.log1p(-p)
    weights = np.exp(logarithms)
    scores = (k - size * p) ** 2 / (size * p * (1 - p))
    return scores[weights > 0], weights[weights > 0]


def true_tails(test, law, level):
    """Both tails of the sum beyond the critical values of a level, by the witness, as multiples of the level."""
    low, high = test.critical(level)
    return inverted_tails(*law, test.n, low)[0] / level, inverted_tails(*law, test.n, high)[1] / level


SMOOTH = [
    *((Hermite(n, degree), hermite_law(degree)) for n in (100_000, 400_000) for degree in (3, 4)),
    *(
        (Dispersion(251, size, p), dispersion_law(size, p))
        for size, p in ((4_000, 0.5), (4_000, 0.3), (2_100, 0.01), (2_000, 0.9))
    ),
]
"""Sums that no single score can make, with their laws."""

FEW = [
    *((Hermite(n, 4), hermite_law(4)) for n in (1_311, 2_621, 30_000)),
    *((Dispersion(251, size, 0.01), dispersion_law(size, 0.01)) for size in (261, 522)),
]
"""Sums that the largest score can make, as they occur in the quick and the default profile."""


@pytest.mark.parametrize(("test", "law"), SMOOTH, ids=lambda value: str(value) if not isinstance(value, tuple) else "")
@pytest.mark.parametrize("level", LEVELS)
def test_tails_are_those_of_the_sum(test, law, level):
    assert test.is_smooth
    assert true_tails(test, law, level) == pytest.approx((1.0, 1.0), rel=0.01)


@pytest.mark.parametrize(("test", "law"), FEW, ids=lambda value: str(value) if not isinstance(value, tuple) else "")
@pytest.mark.parametrize("level", LEVELS)
def test_few_scores_do_not_fail_more_often_than_stated(test, law, level):
    assert not test.is_smooth
    assert max(true_tails(test, law, level)) <= 1.0


@pytest.mark.parametrize("degree", [3, 4])
def test_hermite_by_simulation(degree):
    rng, n = np.random.default_rng(degree), 100_000
    z = (rng.standard_normal(n) for _ in range(1_000))
    scores = [float(np.sum(x**3 - 3 * x) if degree == 3 else np.sum(x**4 - 6 * x**2 + 3)) for x in z]
    assert_share(Hermite(n, degree), np.array(scores) / math.sqrt(math.factorial(degree)), 0.05)


@pytest.mark.parametrize("p", [0.5, 0.1, 0.01])
def test_dispersion_by_simulation(p):
    n, size = 60, 2_100
    counts = np.random.default_rng(round(1 / p)).binomial(size, p, (SIMULATED, n))
    sums = ((counts - size * p) ** 2).sum(axis=1) / (size * p * (1 - p))
    for level in (1e-1, 1e-2, 1e-3):
        assert_share(Dispersion(n, size, p), sums, level)


def assert_share(test, sums, level):
    low, high = test.critical(level)
    band = stats.binom.ppf([1e-6, 1 - 1e-6], sums.size, level)
    assert band[0] <= (sums <= low).sum() <= band[1]
    assert band[0] <= (sums >= high).sum() <= band[1]


@pytest.mark.parametrize("test", [Hermite(100_000, 3), Hermite(100_000, 4), Dispersion(251, 1_000, 0.3)], ids=str)
def test_tails_fall_and_make_one(test):
    low, high = test.critical(1e-6)
    statistics = np.linspace(low, high, 201)
    uppers = [test.upper(float(s)) for s in statistics]
    assert all(before >= after for before, after in itertools.pairwise(uppers))
    for statistic, upper in zip(statistics, uppers, strict=True):
        assert test.lower(float(statistic)) + upper == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("test", [Hermite(100_000, 3), Hermite(100_000, 4), Dispersion(251, 1_000, 0.3)], ids=str)
def test_nothing_jumps_at_the_mean(test):
    # There the formula is 0 / 0 and a limit takes over.
    mean, spread = (test.n, math.sqrt(2 * test.n)) if isinstance(test, Dispersion) else (0.0, math.sqrt(test.n))
    near = [test.upper(mean + offset * spread) for offset in (-3e-3, -1e-3, -5e-4, 0.0, 5e-4, 1e-3, 3e-3)]
    assert max(abs(a - b) for a, b in itertools.pairwise(near)) < 2e-3


def test_hermite_scores_are_orthonormal():
    for degree in (3, 4):
        values, weights = Hermite(1, degree).scores()
        assert values @ weights == pytest.approx(0.0, abs=1e-10)
        assert values**2 @ weights == pytest.approx(1.0, abs=1e-9)


def test_skewness_is_symmetric():
    test = Hermite(40_000, 3)
    assert test.critical(1e-5)[0] == pytest.approx(-test.critical(1e-5)[1])
    assert test.lower(-700.0) == pytest.approx(test.upper(700.0))


def test_what_cannot_be_has_probability_zero():
    assert Dispersion(10, 100, 0.5).lower(-1.0) == 0.0
    assert Dispersion(10, 100, 0.5).upper(1e9) == 0.0


def test_a_departure_of_the_dispersion_is_a_factor_and_of_a_score_its_mean():
    assert Dispersion(251, 1_000, 0.3).upper(300.0, 0.2) == Dispersion(251, 1_000, 0.3).upper(250.0)
    assert Hermite(10_000, 3).upper(300.0, 0.02) == Hermite(10_000, 3).upper(100.0)
