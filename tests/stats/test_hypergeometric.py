"""hypergeometric.py: central and noncentral tails are sums of products of binomial coefficients.

Witnesses: exact fractions, scipy's own Fisher law at small sizes, and sums of logarithms at millions of units.
"""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from noise_ops.stats.hypergeometric import Hypergeometric
from tests.stats._oracles import close, reproducible, tails


def exact_weights(total, marked, drawn, odds):
    """The law in exact fractions, on its whole support."""
    least, most = max(0, drawn + marked - total), min(marked, drawn)
    return {
        k: math.comb(marked, k) * math.comb(total - marked, drawn - k) * Fraction(odds) ** k
        for k in range(least, most + 1)
    }


def summed_tails(law, count):
    """Both tails from the logarithms of all terms, without their ratios."""
    least, most = max(0, law.drawn + law.marked - law.total), min(law.marked, law.drawn)
    k = np.arange(least, most + 1, dtype=np.float64)
    rest = law.total - law.marked

    def choose(n, r):
        return special.gammaln(n + 1) - special.gammaln(r + 1) - special.gammaln(n - r + 1)

    logarithms = choose(law.marked, k) + choose(rest, law.drawn - k) + k * math.log(law.odds)
    weights = np.exp(logarithms - logarithms.max())
    total = math.fsum(weights)
    return math.fsum(weights[k <= count]) / total, math.fsum(weights[k >= count]) / total


@st.composite
def laws(draw):
    total = draw(st.integers(1, 60))
    odds = draw(st.sampled_from([Fraction(1), Fraction(1, 7), Fraction(99, 100), Fraction(5, 2), Fraction(40)]))
    return total, draw(st.integers(0, total)), draw(st.integers(0, total)), odds


@reproducible(150)
@given(laws())
def test_tails_are_exact(law):
    total, marked, drawn, odds = law
    weights, tested = exact_weights(*law), Hypergeometric(total, marked, drawn, float(odds))
    for count in range(min(weights) - 1, max(weights) + 2):
        lower, upper = tails(weights, count)
        assert tested.lower(count) == close(lower)
        assert tested.upper(count) == close(upper)


@pytest.mark.parametrize("odds", [0.5, 1.05, 3.0])
def test_scipy_agrees_where_it_is_fast(odds):
    theirs, ours = stats.nchypergeom_fisher(200, 80, 60, odds), Hypergeometric(200, 80, 60, odds)
    for count in range(10, 50, 4):
        assert ours.lower(count) == pytest.approx(theirs.cdf(count), rel=1e-6, abs=1e-12)
        assert ours.upper(count) == pytest.approx(theirs.sf(count - 1), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("odds", [0.97, 1.0, 1.04])
@pytest.mark.parametrize("share", [0.5, 0.1, 0.001])
def test_tails_at_a_million_units(share, odds):
    law = Hypergeometric(1 << 20, round((1 << 20) * share), round((1 << 20) * share), odds)
    mean = (1 << 20) * share**2
    for deviations in (-7, -2, 0, 3, 7):
        count = max(0, round(mean + deviations * math.sqrt(mean) * (1 - share)))
        lower, upper = summed_tails(law, count)
        assert law.lower(count) == pytest.approx(lower, rel=1e-5, abs=1e-40)
        assert law.upper(count) == pytest.approx(upper, rel=1e-5, abs=1e-40)


@pytest.mark.parametrize("odds", [1.0, 1.3])
def test_what_lies_outside_the_support_is_impossible(odds):
    law = Hypergeometric(20, 15, 12, odds)
    assert (law.lower(6), law.upper(6)) == (0.0, pytest.approx(1.0))
    assert (law.lower(13), law.upper(13)) == (pytest.approx(1.0), 0.0)


@pytest.mark.parametrize("law", [(9, 0, 4), (9, 4, 0), (9, 9, 4), (9, 4, 9), (1, 1, 1)])
@pytest.mark.parametrize("odds", [1.0, 0.5])
def test_a_law_of_one_point(law, odds):
    tested, point = Hypergeometric(*law, odds), max(0, law[1] + law[2] - law[0])
    assert (tested.lower(point), tested.upper(point)) == (pytest.approx(1.0), pytest.approx(1.0))
    assert Hypergeometric(*law).critical(0.1) == (point - 1, point + 1)


@reproducible(60)
@given(laws(), st.sampled_from([0.3, 0.05, 1e-4]))
def test_critical_counts_are_the_nearest_to_the_mean(law, tail):
    tested = Hypergeometric(*law[:3], float(law[3]))
    low, high = tested.critical(tail)
    assert tested.lower(low) <= tail < tested.lower(low + 1)
    assert tested.upper(high) <= tail < tested.upper(high - 1)
