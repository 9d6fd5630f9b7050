"""Designs are sound: both error rates follow from exact tails at every look, and the samples are nearly the fewest.

What each look decides is walked through here count by count, from each test's tails alone.
"""

import math

import numpy as np
import pytest
from scipy import stats

from benchmarks.designs import CASES, RATIO_TARGET, fewest, most_needed
from noise_ops.stats.designs import Decision, Design, Question
from noise_ops.stats.exact import Binomial, Mean, Runs, Table, Variance
from noise_ops.stats.sums import Dispersion, Hermite
from tests.meta._walks import outcomes, passing

LEVELS = ((1e-9, 1e-6), (0.02, 0.02), (1e-6, 1e-3))
SHARES = ((0.30, 0.45, 1.0), (1.0,), (0.1, 0.2, 0.4, 1.0))

NULLS = {
    **{f"rate {p}": Binomial(1, p) for p in (0.5, 0.3, 0.1, 0.01, 0.9)},
    "std": Variance(1),
    "mean": Mean(1),
    "runs": Runs(1_000, 500),
    "runs .1": Runs(1_000, 100),
    "table": Table(1_000, 300, 300),
    "hermite 3": Hermite(1, 3),
    "hermite 4": Hermite(1, 4),
}
SIZE = 60_000

PUBLISHED = {
    "rate .5": 1_156_191,
    "rate .1": 10_448_422,
    "rate .01": 114_987_492,
    "stddev": 583_285,
    "mean": 1_155_890,
    "lag-1 correlation": 1_155_890,
}
"""Neyman-Pearson sample sizes at alpha 1e-9 and beta 1e-6; that of the correlation is the normal approximation."""

each_level = pytest.mark.parametrize(("alpha", "beta"), LEVELS)
each_share = pytest.mark.parametrize("shares", SHARES, ids=str)
each_null = pytest.mark.parametrize("null", NULLS.values(), ids=NULLS)
each_case = pytest.mark.parametrize("name", PUBLISHED)


@each_level
@each_share
@each_null
def test_a_true_law_fails_with_probability_alpha_at_most(null, alpha, beta, shares):
    design, spent = Design(SIZE, alpha, beta, shares), 0.0
    for look in design.looks:
        low, high = null.at(look.n).critical(look.alpha / 2)
        spent += null.at(look.n).lower(low) + null.at(look.n).upper(high)
    assert spent <= alpha * (1 + 1e-6)
    assert design.fail_probability(null.at(SIZE), 0.0) == pytest.approx(spent)


@each_level
@each_share
@each_null
def test_a_law_that_departs_by_delta_passes_with_probability_beta_at_most(null, alpha, beta, shares):
    design = Design(SIZE, alpha, beta, shares)
    planned = null.at(SIZE)
    delta, missed = design.delta(planned), {1: 0.0, -1: 0.0}
    if math.isinf(delta):
        pytest.skip("no departure is large enough to be seen by so few")
    for look in design.looks:
        test = null.at(look.n)
        kept = passing(design, look, test, planned)
        if kept is not None:
            missed[1] += test.lower(kept[1], test.possible(delta))
            missed[-1] += test.upper(kept[0], test.possible(-delta))
    assert max(missed.values()) <= beta * (1 + 1e-6)
    assert max(missed.values()) > 0.3 * beta, "the bound is spent, not given away"


@each_level
@pytest.mark.parametrize("p", [0.5, 0.1, 0.01])
def test_slices_are_planned_for_the_first_look_and_sound_at_all(p, alpha, beta):
    design = Design(250_000, alpha, beta)
    planned = Dispersion(250, design.looks[0].n // 250, p)
    delta, missed, spent = design.delta(planned, 2), 0.0, 0.0
    for look in design.looks:
        test = Dispersion(250, look.n // 250, p)
        low, high = test.critical(look.alpha / 2)
        spent += test.lower(low) + test.upper(high)
        kept = passing(design, look, test, planned)
        missed += test.lower(kept[1], delta) if kept else 0.0
    assert spent <= alpha * (1 + 1e-6)
    assert missed <= beta * (1 + 1e-6)


@each_share
@each_null
def test_the_last_look_leaves_no_gap(null, shares):
    design = Design(SIZE, 1e-6, 1e-3, shares)
    last, test = design.looks[-1], null.at(SIZE)
    low, high = test.critical(1e-12)
    grid = np.linspace(low, high, 301)
    for statistic in grid.round().astype(int).tolist() if isinstance(low, int) else grid.tolist():
        question = Question("any", test, test, statistic, statistic, 1)
        assert design.decide(last, question) is not Decision.UNDECIDED


@each_case
def test_the_fewest_samples_are_those_of_neyman_and_pearson(name):
    assert fewest(CASES[name]) == pytest.approx(PUBLISHED[name], rel=5e-4)


@each_case
def test_a_design_needs_hardly_more_than_the_fewest(name):
    ratio = most_needed(CASES[name]) / fewest(CASES[name])
    assert 1 <= ratio <= RATIO_TARGET


@pytest.mark.parametrize("p", [0.5, 0.1, 0.01])
@pytest.mark.parametrize(("alpha", "beta"), [(0.02, 0.02), (1e-3, 1e-3), (1e-6, 1e-6)])
@pytest.mark.parametrize("side", [1, -1])
def test_half_of_delta_fails_no_more_often_than_stated(p, alpha, beta, side):
    design, runs = Design(200_000, alpha, beta), 100_000
    half = side * design.delta(Binomial(200_000, p)) / 2
    rng = np.random.default_rng(round(1 / p) + side)
    failed, passed = outcomes(design, Binomial(1, p), runs, lambda n: rng.binomial(n, p * (1 + half), runs))
    stated = design.fail_probability(Binomial(200_000, p), half)
    assert failed <= stats.binom.isf(1e-6, runs, min(stated, 1.0))
    # The union bound counts a sample twice that is extreme at two looks, never more than it has looks.
    assert failed >= stats.binom.ppf(1e-6, runs, stated / len(design.looks))
    assert failed + passed == runs
