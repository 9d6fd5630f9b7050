"""checks/chance.py: bounds that chance passes at most once in 2**64, and cases on which chance could answer."""

import math

import numpy as np
import pytest
from scipy import stats

from noise_ops.checks import chance
from noise_ops.reference.variates import FLOAT32
from noise_ops.subjects.cases import Case
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.libraries import Library
from noise_ops.subjects.targets import Target

KERAS = Library("keras", 3, None)


def target(op="dropout", rank=None):
    """A target that an op predicts."""
    return Target(LayerSubject(KERAS, op, op, rank), FLOAT32, "eager")


@pytest.mark.parametrize(("n", "p"), [(1, 0.5), (64, 0.5), (640, 0.1), (4096, 0.5), (2097155, 0.3), (300, 1e-3)])
def test_counts_beyond_the_bounds_are_rarer_than_chance_and_those_within_are_not(n, p):
    least, most = chance.binomial_bounds(n, p)
    law = stats.binom(n, p)
    assert law.cdf(least - 1) < chance.PROBABILITY <= law.cdf(least)
    assert law.sf(most) < chance.PROBABILITY <= law.sf(most - 1)


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_what_is_certain_has_no_leeway(p):
    assert chance.binomial_bounds(100, p) == (100 * p, 100 * p)


@pytest.mark.parametrize("n", [1, 64, 4096])
def test_the_bounds_of_normals_are_those_of_their_laws(n):
    assert 2 * stats.norm.sf(chance.mean_bound(n) * math.sqrt(n)) == pytest.approx(chance.PROBABILITY, rel=1e-6)
    least, most = chance.square_bounds(n)
    assert stats.chi2(n).cdf(least * n) == pytest.approx(chance.PROBABILITY, rel=1e-6)
    assert stats.chi2(n).sf(most * n) == pytest.approx(chance.PROBABILITY, rel=1e-6)


@pytest.mark.parametrize(
    ("x", "rate", "tells"),
    [
        (np.ones(64), 0.5, True),
        (np.ones(63), 0.5, False),
        (np.ones(64), 0.3, False),
        (np.ones(1000), 1e-3, False),
        (np.where(np.arange(100) < 63, 1.0, 0.0), 0.5, False),
        (np.where(np.arange(100) < 63, 1.0, np.nan), 0.5, False),
    ],
)
def test_two_draws_are_compared_where_chance_is_out(x, rate, tells):
    case = Case(x.astype(np.float32), rate=rate)
    if tells:
        chance.differs_surely(target(), case)
    else:
        with pytest.raises(chance.NothingToTellError):
            chance.differs_surely(target(), case)


def test_a_shared_mask_has_as_many_units_as_it_draws():
    x = np.ones((16, 10), np.float32)
    assert chance.visible_units(target(), Case(x, rate=0.5, noise_shape=(16, 1))) == 16
    assert chance.visible_units(target("spatial_dropout", 3), Case(np.ones((4, 7, 5), np.float32), rate=0.5)) == 20


@pytest.mark.parametrize(("rate", "tells"), [(0.5, True), (0.3, True), (1e-3, False), (0.01, False)])
def test_what_is_seldom_noised_may_well_stay_as_it_is_twice(rate, tells):
    case = Case(np.zeros(200, np.float32), rate=rate, stddev=1.0)
    if tells:
        chance.differs_surely(target("masked_gaussian_noise"), case)
    else:
        with pytest.raises(chance.NothingToTellError):
            chance.differs_surely(target("masked_gaussian_noise"), case)
