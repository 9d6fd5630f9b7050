"""correlogram.py: sums are those of the pairs, the bound holds over all distances at once, and a departure is seen."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from noise_ops.stats import correlogram
from noise_ops.stats.correlogram import Lags, strongest, strongest_of_stretches
from noise_ops.stats.ledger import ALPHA
from tests.stats._oracles import reproducible

LEVELS = (0.3, 0.1, 0.01)


def exponent(total, pairs):
    """Chernoff's exponent of a sum of so many fair signs."""
    shares = [(1 + total / pairs) / 2, (1 - total / pairs) / 2]
    return pairs * sum(share * math.log(2 * share) for share in shares if share)


def every_sum(signs):
    """The sum of products and the number of pairs at every distance and around every middle, pair by pair."""
    n = len(signs)
    ahead = {(k, False): [(i, i + k) for i in range(n - k)] for k in range(1, n)}
    around = {(c, True): [(i, c - i) for i in range(n) if i < c - i < n] for c in range(1, 2 * n - 2)}
    both = {**ahead, **around}
    return {place: (sum(signs[i] * signs[j] for i, j in pairs), len(pairs)) for place, pairs in both.items()}


@reproducible(80)
@given(st.lists(st.lists(st.booleans(), min_size=9, max_size=9), min_size=1, max_size=3), st.integers(2, 9))
def test_the_strongest_sum_is_the_strongest_of_all(lists, n):
    sequences = [np.array(states[:n]) for states in lists]
    found = strongest(sequences)
    sums = [every_sum((2 * states.astype(int) - 1).tolist()) for states in sequences]
    assert found.statistics == sum(map(len, sums))
    assert found.score == pytest.approx(max(exponent(*pair) for one in sums for pair in one.values()))
    total, pairs = sums[found.sequence][found.lag, found.mirrored]
    assert found.correlation == pytest.approx(total / pairs)


def test_sums_are_whole_at_the_largest_size_that_is_drawn():
    states = np.random.default_rng(3).random(2**18) < 0.5
    signs = np.where(states, 1, -1)
    (sums, pairs), (mirrored, around) = correlogram._sums(states)
    for lag in (1, 7, 2**17 + 1, 2**18 - 1):
        assert (sums[lag - 1], pairs[lag - 1]) == ((signs[lag:] * signs[:-lag]).sum(), signs.size - lag)
    for middle in (1, 99, 2**18 - 1, 2**18 + 4):
        places = np.arange(max(0, middle - signs.size + 1), (middle + 1) // 2)
        assert mirrored[middle - 1] == (signs[places] * signs[middle - places]).sum()
        assert around[middle - 1] == places.size


@pytest.mark.parametrize("n", [8, 100, 1_000])
def test_independent_signs_are_rejected_no_more_often_than_stated(n):
    runs, rng = 2_000, np.random.default_rng(n)
    p_values = []
    for _ in range(runs):
        found = strongest([rng.random(n) < 0.5, rng.random(n) < 0.5])
        p_values.append(Lags(found.n, found.statistics).p_value(found.score))
    for level in LEVELS:
        assert np.count_nonzero(np.array(p_values) <= level) <= stats.binom.isf(1e-6, runs, level)
    if n > 8:  # a bound that never spoke would be worthless
        assert np.count_nonzero(np.array(p_values) <= 0.3) >= 0.3 * runs / 20


def test_a_single_distance_keeps_chernoffs_bound():
    for pairs in (5, 40, 1_000):
        for total in range(pairs % 2, pairs + 1, 2):
            exact = stats.binom.sf((pairs + total) // 2 - 1, pairs, 0.5)
            assert exact <= math.exp(-exponent(total, pairs)) * (1 + 1e-9)


@pytest.mark.parametrize("alpha", [1e-3 * ALPHA, 0.02])
def test_a_departure_of_delta_is_missed_as_often_as_stated(alpha):
    n, beta, runs = 4_000, 0.02, 400
    made = Lags(n, 3 * n - 4)
    delta, rng, missed = made.smallest_departure(alpha, beta), np.random.default_rng(5), 0
    for _ in range(runs):
        states = rng.random(n) < 0.5
        # Each sign of the second half agrees with its fellow in the first more often by delta.
        states[n // 2 :] = states[: n // 2] ^ (rng.random(n // 2) < (1 - delta) / 2)
        missed += made.p_value(strongest([states]).score) > alpha
    assert missed <= stats.binom.isf(1e-6, runs, beta)
    assert (
        made.lower(made.critical(alpha / 2)[1], delta) <= beta < made.lower(made.critical(alpha / 2)[1], 0.97 * delta)
    )


def test_what_the_suite_draws_shows_a_correlation_of_a_25th():
    assert 0.036 < Lags(2**18, 3 * 2**18).smallest_departure(1e-9, 1e-6) < 0.037
    assert Lags(20, 56).smallest_departure(1e-9, 1e-6) == math.inf


CHANGES = {
    "a piece, shifted": lambda s, rng: s.__setitem__(slice(40_003, 46_003), s[17:6_017].copy()),
    "a piece, negated": lambda s, rng: s.__setitem__(slice(40_003, 46_003), ~s[17:6_017]),
    "a piece, mirrored": lambda s, rng: s.__setitem__(slice(40_003, 46_003), s[17:6_017][::-1].copy()),
    "every tenth, 977 on": lambda s, rng: s.__setitem__(slice(977, None, 10), s[: s.size - 977 : 10].copy()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_dependence_is_found(name):
    rng = np.random.default_rng(1)
    states = rng.random(60_000) < 0.5
    CHANGES[name](states, rng)
    found = strongest([states])
    assert Lags(found.n, found.statistics).p_value(found.score) < 1e-9
    assert found.mirrored == ("mirrored" in name)
    assert (found.correlation < 0) == ("negated" in name)


@pytest.mark.parametrize("states", [np.zeros(500, bool), np.ones(500, bool), np.arange(500) % 2 == 0])
def test_constants_and_alternation_are_rejected(states):
    found = strongest([states])
    assert Lags(found.n, found.statistics).p_value(found.score) < 1e-9


@pytest.mark.parametrize("mirrored", [False, True])
def test_of_stretches_the_strongest_sum_is_one_and_alone_beyond_the_bound_that_its_score_passes(mirrored):
    signs = np.random.default_rng(5).random(2**12) < 0.5
    half = signs[: 2**11]
    signs[2**11 :] = half[::-1] if mirrored else half
    found = strongest([signs])
    assert found.mirrored is mirrored
    for exponent, beyond in ((found.score * 0.999, 1), (found.score * 1.001, 0)):
        stretches = strongest_of_stretches(signs, found, exponent)
        out = [stretch for stretch in stretches if abs(stretch.correlation) >= stretch.bound]
        assert len(out) == beyond
        assert all((stretch.where, stretch.correlation) == (found.lag / (1 + mirrored), 1.0) for stretch in out)
    assert [stretch.where for stretch in stretches] == sorted(stretch.where for stretch in stretches)


def test_where_no_correlation_would_be_rejected_there_is_no_bound():
    signs = np.random.default_rng(6).random(16) < 0.5
    stretches = strongest_of_stretches(signs, strongest([signs]), 30.0)
    assert {stretch.bound for stretch in stretches} == {math.inf}
