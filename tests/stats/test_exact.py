"""exact.py: each test's law is what counting gives, and its trio tells one story.

Witnesses: every sequence of a short Markov chain, every 2x2 table of few pairs, exact fractions, closed forms.
"""

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noise_ops.stats.exact import (
    Binomial,
    Mean,
    RejectedError,
    Runs,
    Table,
    Variance,
    least_correlation,
    smallest_integer,
)
from noise_ops.stats.sums import Dispersion, Hermite
from tests.stats._oracles import binomial_weights, chain_weights, close, pair_weights, reproducible, tails

COUNTS = [Binomial(500, 0.3), Binomial(3000, 0.01), Runs(400, 90), Table(300, 120, 50)]
TESTS = [*COUNTS, Variance(200), Mean(50), Hermite(4000, 3), Hermite(4000, 4), Dispersion(100, 400, 0.3)]
each_count = pytest.mark.parametrize("test", COUNTS, ids=str)
each_test = pytest.mark.parametrize("test", TESTS, ids=str)
shares = st.fractions(Fraction(1, 50), Fraction(49, 50), max_denominator=50)


def assert_tails(test, weights, departure=0.0):
    for statistic in range(-1, max(weights) + 2):
        expected = tails(weights, statistic)
        assert test.lower(statistic, departure) == close(expected[0])
        assert test.upper(statistic, departure) == close(expected[1])


@reproducible(30)
@given(n=st.integers(1, 40), p=shares, factor=shares)
def test_binomial_is_the_sum_of_its_terms(n, p, factor):
    assert_tails(Binomial(n, float(p)), binomial_weights(n, p))
    assert_tails(Binomial(n, float(p)), binomial_weights(n, p * factor), float(factor) - 1)


def test_binomial_tails_keep_their_digits_far_out():
    weights = binomial_weights(600, Fraction(1, 100))
    for statistic in (0, 20, 35):
        expected = tails(weights, statistic)
        assert Binomial(600, 0.01).lower(statistic) == pytest.approx(expected[0], rel=1e-9)
        assert Binomial(600, 0.01).upper(statistic) == pytest.approx(expected[1], rel=1e-9)


@pytest.mark.parametrize("n", [2, 10, 60])
@pytest.mark.parametrize("statistic", [0.5, 12.0, 150.0])
def test_an_even_chi_square_is_a_poisson_sum(n, statistic):
    for departure in (0.0, 0.2, -0.3):
        half = statistic / (1 + departure) ** 2 / 2
        upper = math.exp(-half) * math.fsum(half**k / math.factorial(k) for k in range(n // 2))
        assert Variance(n).upper(statistic, departure) == close(upper)
        assert Variance(n).lower(statistic, departure) == pytest.approx(1 - upper, abs=1e-12)


@pytest.mark.parametrize("statistic", [-60.0, -3.0, 0.0, 45.0])
def test_mean_is_the_error_function(statistic):
    for departure in (0.0, 0.1):
        z = (statistic - 100 * departure) / 10
        assert Mean(100).upper(statistic, departure) == close(math.erfc(z / math.sqrt(2)) / 2)
        assert Mean(100).lower(statistic, departure) == close(math.erfc(-z / math.sqrt(2)) / 2)


@pytest.mark.parametrize("n", range(1, 11))
def test_runs_are_those_of_every_sequence_with_that_count(n):
    for ones in range(n + 1):
        assert_tails(Runs(n, ones), chain_weights(n, ones, 0))


@pytest.mark.parametrize("correlation", ["-1/8", "1/100", "1/2", "9/10"])
@pytest.mark.parametrize(("n", "ones"), [(7, 3), (10, 2), (10, 5), (11, 8)])
def test_runs_under_a_departure_are_those_of_a_markov_chain(n, ones, correlation):
    weights = chain_weights(n, ones, correlation)
    assert_tails(Runs(n, ones), weights, float(Fraction(correlation)))


def stationary_weights(n, ones, correlation):
    """The ones that follow a one, given the count, in a chain that starts in its stationary law, forwards."""
    p = ones / n
    into_one = {0: p * (1 - correlation), 1: p + correlation * (1 - p)}
    law = {(1, 0, 1): p, (0, 0, 0): 1 - p}
    for _ in range(n - 1):
        step = {}
        for (count, joined, last), probability in law.items():
            up, down = (count + 1, joined + last, 1), (count, joined, 0)
            step[up] = step.get(up, 0.0) + probability * into_one[last]
            step[down] = step.get(down, 0.0) + probability * (1 - into_one[last])
        law = {state: probability for state, probability in step.items() if state[0] <= ones}
    weights = {}
    for (count, joined, _), probability in law.items():
        if count == ones:
            weights[joined] = weights.get(joined, 0.0) + probability
    return weights


@pytest.mark.parametrize("correlation", [0.05, -0.05])
def test_the_ends_of_a_stationary_chain_hardly_matter(correlation):
    # They weigh (1 + O(correlation)) once, not once an element: what a long sequence loses is far below a percent.
    weights, test = stationary_weights(150, 50, correlation), Runs(150, 50)
    for statistic in (8, 12, 16, 20, 25):
        lower, upper = tails(weights, statistic)
        assert test.lower(statistic, correlation) == pytest.approx(lower, rel=0.05)
        assert test.upper(statistic, correlation) == pytest.approx(upper, rel=0.05)


@pytest.mark.parametrize("n", range(1, 8))
def test_tables_are_all_those_with_their_margins(n):
    for first, second in itertools.product(range(n + 1), repeat=2):
        assert_tails(Table(n, first, second), pair_weights(n, first, second, Fraction(first * second, n * n)))


@pytest.mark.parametrize("correlation", [-0.3, 0.01, 0.5])
@pytest.mark.parametrize(("n", "first", "second"), [(7, 3, 4), (9, 5, 5), (10, 6, 4)])
def test_tables_under_a_departure_are_those_of_correlated_pairs(n, first, second, correlation):
    a, b = first / n, second / n
    both = Fraction(a * b + correlation * math.sqrt(a * (1 - a) * b * (1 - b)))
    assert_tails(Table(n, first, second), pair_weights(n, first, second, both), correlation)


@reproducible(40)
@given(a=st.floats(0.01, 0.99), b=st.floats(0.01, 0.99))
def test_the_extreme_correlations_are_within_their_bounds_and_near_them(a, b):
    least = least_correlation(a, b)
    both = a * b + least * math.sqrt(a * (1 - a) * b * (1 - b))
    assert 0 <= both - max(0.0, a + b - 1) <= 1.1e-3


@each_count
@pytest.mark.parametrize("tail", [0.2, 1e-3, 1e-9])
def test_critical_counts_are_rejected_and_the_next_ones_kept(test, tail):
    low, high = test.critical(tail)
    assert test.lower(low) <= tail < test.lower(low + 1)
    assert test.upper(high) <= tail < test.upper(high - 1)


@each_test
@pytest.mark.parametrize("tail", [0.1, 1e-3, 1e-9])
def test_critical_values_leave_the_tail_beyond(test, tail):
    low, high = test.critical(tail)
    assert test.lower(low) <= tail * (1 + 1e-6)
    assert test.upper(high) <= tail * (1 + 1e-6)


@reproducible(60)
@given(n=st.integers(1, 3000), p=st.floats(1e-3, 0.999), tail=st.floats(1e-12, 0.4))
def test_binomial_critical_counts_are_tight(n, p, tail):
    test = Binomial(n, p)
    low, high = test.critical(tail)
    assert test.lower(low) <= tail < test.lower(low + 1)
    assert test.upper(high) <= tail < test.upper(high - 1)


@each_count
@pytest.mark.parametrize("alpha", [0.5, 0.05, 1e-6])
def test_a_true_null_is_rejected_at_most_alpha_of_the_time(test, alpha):
    low, high = test.critical(alpha / 2)
    rejected = {k for k in (low - 1, low, low + 1, high - 1, high, high + 1) if test.p_value(k) <= alpha}
    assert rejected == {low - 1, low, high, high + 1}
    assert test.lower(low) + test.upper(high) <= alpha


@reproducible(40)
@given(n=st.integers(2, 60), p=shares, k=st.integers(0, 60))
def test_binomial_is_symmetric(n, p, k):
    assert Binomial(n, float(p)).lower(k) == close(Binomial(n, float(1 - p)).upper(n - k))


@reproducible(40)
@given(n=st.integers(2, 200), data=st.data(), correlation=st.floats(-0.9, 0.9))
def test_tables_are_symmetric(n, data, correlation):
    first, second = data.draw(st.integers(1, n - 1)), data.draw(st.integers(1, n - 1))
    test, statistic = Table(n, first, second), data.draw(st.integers(0, min(first, second)))
    departure = test.possible(correlation)
    expected = test.lower(statistic, departure)
    assert Table(n, second, first).lower(statistic, departure) == close(expected)
    assert Table(n, n - first, second).upper(second - statistic, -departure) == close(expected, 1e-6)


@each_test
def test_departures_move_the_statistic_upwards(test):
    for statistic in test.critical(0.3):
        uppers = [test.upper(statistic, departure) for departure in (-0.1, -0.01, 0.0, 0.01, 0.1)]
        assert uppers == sorted(uppers)
        assert uppers[0] < uppers[-1]


@each_test
def test_assert_holds_raises_exactly_where_p_is_at_most_alpha(test):
    low, high = test.critical(5e-4)
    middle = (low + high) / 2 if isinstance(test, (Variance, Mean, Hermite, Dispersion)) else (low + high) // 2
    test.assert_holds(middle, 1e-3)
    for statistic in (low * (1 - 1e-3 * math.copysign(1, low)), high * (1 + 1e-3)):
        with pytest.raises(RejectedError, match="is rejected"):
            test.assert_holds(statistic, max(test.p_value(statistic), 1e-300))


@each_test
@pytest.mark.parametrize(("alpha", "beta"), [(0.02, 0.02), (1e-9, 1e-6)])
def test_the_smallest_departure_is_missed_with_probability_beta(test, alpha, beta):
    departure, (low, high) = test.smallest_departure(alpha, beta), test.critical(alpha / 2)
    if math.isinf(departure):
        assert max(test.lower(high - 1, most) for most in test.largest_departures()) > beta
        return
    step = isinstance(high, int)

    def missed(size):
        sides = test.largest_departures()
        return max(
            test.lower(high - step, min(size, sides[1])),
            test.upper(low + step, max(-size, sides[0])),
        )

    assert missed(departure) <= beta * (1 + 1e-9)
    assert missed(departure * 0.999) > beta


@each_test
def test_the_needed_size_is_the_first_that_sees_the_departure(test):
    n = test.needed_n(0.1, 1e-3, 1e-3)
    assert test.at(n).smallest_departure(1e-3, 1e-3) <= 0.1
    assert test.at(n - 1).smallest_departure(1e-3, 1e-3) > 0.1


@pytest.mark.parametrize("test", [Binomial(3, 0.5), Runs(4, 2), Runs(9, 0), Runs(9, 9), Table(5, 0, 3)], ids=str)
def test_what_is_too_small_sees_nothing(test):
    assert test.smallest_departure(1e-9, 1e-6) == math.inf


@reproducible(50)
@given(st.integers(1, 10**9))
def test_smallest_integer(first):
    assert smallest_integer(lambda n: n >= first) == first
