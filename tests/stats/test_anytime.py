"""anytime.py: a correct law hardly ever raises an alarm, at any time; a wrong one soon does."""

import numpy as np
import pytest
from scipy import stats

from noise_ops.stats import anytime
from noise_ops.stats.evidence import Pairs

ALPHA = 0.05
PATHS, LOOKS, BATCH = 1000, 60, 2000


def largest_on_the_way(e_of, statistics):
    """The largest log e-value of each path over all its looks."""
    return np.array([max(e_of(*look) for look in path) for path in statistics])


def assert_few_alarms(largest):
    alarms = int((largest >= -np.log(ALPHA)).sum())
    assert alarms <= stats.binom.isf(1e-6, PATHS, ALPHA)


def counts(p, cells):
    """Cumulative counts of `cells` outcomes over the looks of many paths."""
    generator = np.random.default_rng(11)
    drawn = (
        generator.multinomial(BATCH, p, size=(PATHS, LOOKS))
        if cells > 1
        else generator.binomial(BATCH, p, (PATHS, LOOKS))
    )
    return np.cumsum(drawn, axis=1)


@pytest.mark.parametrize("p", [0.5, 0.1, 0.01])
def test_a_true_rate_hardly_ever_raises_an_alarm(p):
    paths = [[(int(ones), BATCH * (look + 1), p) for look, ones in enumerate(path)] for path in counts(p, 1)]
    assert_few_alarms(largest_on_the_way(anytime.binomial, paths))


def test_independent_pairs_hardly_ever_raise_an_alarm():
    p = 0.3
    cells = counts([p * p, p * (1 - p), p * (1 - p), (1 - p) ** 2], 4)
    paths = [
        [(Pairs(int(cell.sum()), int(cell[0] + cell[1]), int(cell[0] + cell[2]), int(cell[0])), p) for cell in path]
        for path in cells
    ]
    assert_few_alarms(largest_on_the_way(anytime.pairs, paths))


def test_right_bins_hardly_ever_raise_an_alarm():
    shares = [0.02, 0.18, 0.6, 0.18, 0.02]
    paths = [[([int(count) for count in cell], shares) for cell in path] for path in counts(shares, 5)]
    assert_few_alarms(largest_on_the_way(anytime.bins, paths))


@pytest.mark.parametrize("law", ["mean", "variance"])
def test_true_normals_hardly_ever_raise_an_alarm(law):
    generator = np.random.default_rng(12)
    n = BATCH * np.arange(1, LOOKS + 1)
    if law == "mean":
        steps = generator.standard_normal((PATHS, LOOKS)) * np.sqrt(BATCH)
    else:
        steps = generator.chisquare(BATCH, (PATHS, LOOKS))
    paths = [[(float(s), int(k)) for s, k in zip(path, n, strict=True)] for path in np.cumsum(steps, axis=1)]
    assert_few_alarms(largest_on_the_way(getattr(anytime, law), paths))


@pytest.mark.parametrize(
    ("log_e", "scale"),
    [
        (lambda n, shift: anytime.mean(n * shift, n), 1.0),
        (lambda n, shift: anytime.variance(n * (1 + shift) ** 2, n), np.sqrt(0.5)),
        (lambda n, shift: anytime.binomial(round(n * 0.1 * (1 + shift)), n, 0.1), 3.0),
    ],
    ids=["mean", "standard deviation", "rate"],
)
@pytest.mark.parametrize("n", [10**6, 10**8])
def test_the_visible_shift_raises_the_alarm_and_a_quarter_of_it_does_not(log_e, scale, n):
    shift = anytime.visible(n, 1e-9) * scale
    assert log_e(n, shift) >= -np.log(1e-9)
    assert log_e(n, shift / 4) < -np.log(1e-9)


def test_what_cannot_happen_raises_the_alarm_at_once():
    assert anytime.binomial(1, 10, 0.0) == np.inf
    assert anytime.binomial(0, 10, 0.0) == 0.0


def test_an_average_is_as_large_as_its_share_of_the_largest():
    assert anytime.average([0.0, 0.0]) == pytest.approx(0.0)
    assert anytime.average([100.0, 0.0]) == pytest.approx(100.0 - np.log(2))


@pytest.mark.parametrize("n", [10, 100_000, 10**10])
@pytest.mark.parametrize("p", [0.5, 0.01, 2**-7])
def test_a_band_ends_at_the_first_counts_that_raise_an_alarm(n, p):
    low, high = anytime.kept(n, p, ALPHA)
    limit = -np.log(ALPHA)
    assert max(anytime.binomial(ones, n, p) for ones in (low + 1, high - 1)) < limit
    assert all(anytime.binomial(ones, n, p) >= limit for ones in (low, high) if 0 <= ones <= n)
    assert low < n * p < high
