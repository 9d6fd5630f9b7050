"""drawn.py: what a picture shows is what the design decided, and its band is the one that the test keeps."""

import pytest

from noise_ops.checks import drawn, laws, samples
from noise_ops.checks.harness import in_dtypes
from noise_ops.sabotage import catalog, seams
from noise_ops.stats import certificate
from noise_ops.stats.evidence import BOUNDS, Evidence, Runs
from noise_ops.stats.exact import Binomial, Table

DROPOUT = in_dtypes(("dropout",), ("float32",))[0]
ALPHA = in_dtypes(("alpha_dropout",), ("float32",))[0]
NOISE = in_dtypes(("gaussian_noise",), ("float32",))[0]


pytestmark = pytest.mark.usefixtures("quick_and_fresh")


def rows_of(subject, wound, ask):
    """The rows that checks leave of a broken layer."""
    mutant = next(mutant for mutant in catalog.catalog() if mutant.name == f"{subject.name}/{wound}")
    samples.forget()
    with seams.opened(subject, mutant.wound.cuts):
        ask()
    return certificate.take()


def test_a_share_that_is_kept_lies_within_its_band():
    laws.mask_density(DROPOUT, 0.3)
    (row,) = certificate.take()
    (point,) = row.points
    assert (point.x, point.expected) == (0.3, 0.3)
    assert point.is_kept
    assert point.low < 0.3 < point.high


def test_a_share_that_is_rejected_lies_outside():
    (row,) = rows_of(DROPOUT.subject, "rate-2-percent", lambda: laws.mask_density(DROPOUT, 0.5))
    assert row.verdict == "fail"
    assert not row.points[0].is_kept


@pytest.mark.parametrize(("ones", "is_kept"), [(0, True), (1, False)])
def test_the_band_ends_where_the_test_begins_to_reject(ones, is_kept):
    low, high = Binomial(1000, 0.3).critical(1e-6)
    for count in (low + 1 - ones, high - 1 + ones):
        (point,) = drawn.share(0.3, 0.3)(Evidence(n=1000, ones=count), 1e-6)
        assert point.is_kept is is_kept


def test_moments_and_tails_of_right_noise_are_kept():
    for check in (laws.mean_preservation, laws.noise_variance, laws.noise_is_normal):
        assert check(NOISE, 1.0) is None
    mean, variance, tails = certificate.take()
    assert [row.points[0].is_kept for row in (mean, variance)] == [True, True]
    assert tails.points == ()  # of many numbers that are all right, none is kept


def test_the_mean_that_alpha_dropout_is_to_keep_is_drawn_where_it_is_kept_and_where_it_is_not():
    assert laws.moments_preserved(ALPHA, 0.3) is None
    (kept,) = certificate.take()
    (broken,) = rows_of(ALPHA.subject, "saturation-unscaled", lambda: laws.moments_preserved(ALPHA, 0.3))
    assert kept.points[0].is_kept
    assert kept.points[0].expected == pytest.approx(0, abs=1e-6)
    assert not broken.points[0].is_kept


def test_moments_of_a_mask_lie_within_their_band_where_its_share_does():
    low, high = Binomial(1000, 0.3).critical(1e-6)
    points = drawn.moment_of_mask(0.3, 0.3, lambda evidence: evidence.ones, lambda share: 1 - 2 * share)
    kept = {ones: points(Evidence(n=1000, ones=ones), 1e-6)[0].is_kept for ones in (low, low + 1, high - 1, high)}
    assert kept == {low: False, low + 1: True, high - 1: True, high: False}
    flat = drawn.moment_of_mask(0.5, 0.5, lambda evidence: evidence.ones, lambda share: 1.0)
    assert flat(Evidence(n=1000, ones=500), 1e-6) == []


def test_a_copy_977_units_on_stands_out_at_its_distance_alone():
    (row,) = rows_of(DROPOUT.subject, "every-tenth-977-on", lambda: laws.lags_independent(DROPOUT, 0.5))
    assert [point.x for point in row.points if not point.is_kept] == [977]
    assert len(row.points) > 40
    assert laws.lags_independent(DROPOUT, 0.5) is None
    assert certificate.take()[0].points == ()


def test_tails_of_other_noise_are_drawn_on_either_side():
    (row,) = rows_of(NOISE.subject, "logistic", lambda: laws.noise_is_normal(NOISE, 1.0))
    assert [point.x for point in row.points] == [*(-bound for bound in reversed(BOUNDS)), *BOUNDS]
    assert not row.points[0].is_kept
    assert row.points[0].seen > 10


def test_the_place_that_is_never_dropped_stands_out():
    (row,) = rows_of(DROPOUT.subject, "channel-3-never-dropped", lambda: laws.evenly_spread(DROPOUT, 0.5))
    assert [point.x for point in row.points if not point.is_kept] == [3]
    assert row.points[3].seen == 0
    assert len(row.points) == samples.COLUMNS


def test_neighbours_that_are_copied_stand_out_in_their_direction_alone():
    (row,) = rows_of(DROPOUT.subject, "every-second-copied", lambda: laws.neighbours_independent(DROPOUT, 0.5))
    out = {(point.series, point.x) for point in row.points if not point.is_kept}
    assert ("along a row", 1) in out
    assert ("along a column", 1) not in out


def test_pairs_that_share_half_their_noise_stand_out():
    (row,) = rows_of(DROPOUT.subject, "calls-half-shared", lambda: laws.calls_independent(DROPOUT, 0.5))
    calls, seeds = row.points
    assert (calls.series, calls.is_kept) == ("calls", False)
    assert (seeds.series, seeds.x) == ("seeds", 1)


def test_correlation_is_that_of_a_table_and_0_where_one_side_never_changes():
    assert Table(100, 50, 50).correlation(50) == pytest.approx(1)
    assert Table(100, 50, 50).correlation(25) == pytest.approx(0)
    assert Table(100, 0, 50).correlation(0) == 0


def test_fewer_runs_than_chance_gives_are_a_correlation_above_zero():
    evidence = Evidence(n=1000, ones=500, runs={("row", 1): Runs(100), ("row", 2): Runs(400)})
    near, far = drawn.lags(evidence, 1e-6)
    assert near.seen > near.high > 0
    assert far.seen < far.low < 0
