"""counts.py: p-values are those of the exact tests or larger, and find what is known of the shipped releases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noise_ops.fingerprint import counts, shipped
from noise_ops.stats.exact import Binomial, Mean, Variance

KNOWN = {
    # Where the law is not kept, by any release: everything else is.
    ("bfloat16", "eager", "mask_density 0.01"),
    ("float32", "eager", "mask_density 0.3"),
    ("float32", "eager", "mask_density 0.5 beside 0.25"),
    ("float16", "xla", "noise_is_normal"),
}


@given(st.integers(1, 200_000), st.floats(0, 1), st.floats(0.001, 0.999))
def test_the_binomial_bound_is_above_the_exact_p_value(n, share, p):
    k = round(share * n)
    assert counts.binomial(k, n, p) >= Binomial(n, p).p_value(k) * (1 - 1e-9)


@given(st.integers(1, 200_000), st.floats(0.001, 0.999))
def test_a_band_ends_at_the_first_counts_that_are_rejected(n, p):
    low, high = counts.kept(n, p)
    assert counts.binomial(max(low + 1, 0), n, p) > counts.ALPHA
    assert counts.binomial(min(high - 1, n), n, p) > counts.ALPHA
    assert low < 0 or counts.binomial(low, n, p) <= counts.ALPHA
    assert high > n or counts.binomial(high, n, p) <= counts.ALPHA


def test_rounding_widens_a_band_of_tails():
    share, low, high = counts.kept_beyond(131_070, 4.0, "float32")
    assert share == pytest.approx(6.334e-5, rel=1e-3)
    _, lower, higher = counts.kept_beyond(131_070, 4.0, "bfloat16")
    assert lower <= low < high < higher


@given(st.integers(2, 200_000), st.floats(0.9, 1.1))
def test_the_bound_of_squares_is_above_the_exact_p_value(n, ratio):
    assert counts.chi_square(ratio * n, n, slack=0) >= Variance(n).p_value(ratio * n) * (1 - 1e-9)


@pytest.mark.parametrize("sigmas", [0, 1, 3, 5.9, 6.2, 9])
def test_the_mean_is_judged_as_by_the_exact_test(sigmas):
    n, unit = 131070, 256
    first = round(sigmas * n**0.5 * unit)
    value = {"n": n, "sums": (first, n * unit**2, 0, 0), "tails": (), "not_finite": 0}
    kept = counts.keeps_law("noise_is_normal", "float32", value)
    assert kept is (2 * 2.718281828459045 ** (-(sigmas**2) / 2) > counts.ALPHA)
    if not kept:
        assert Mean(n).p_value(first / unit) < counts.ALPHA


def test_counts_of_one_law_are_not_told_apart():
    old, new = {"dropped": 2076, "n": 131070}, {"dropped": 2013, "n": 131070}
    assert counts.keeps_law("mask_density 0.01", "bfloat16", old) is False
    assert counts.same_law(old, new)
    assert not counts.same_law(old, {"dropped": 1311, "n": 131070})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("noise_is_normal", {"n": 131070, "sums": [0, 8589803520], "tails": [], "not_finite": 1}),
        ("noise_is_uniform", {"n": 160, "bins": [10] * 16, "distinct": 160, "outside": 1, "zeros": 0}),
        ("noise_is_uniform", {"n": 16000, "bins": [1000] * 16, "distinct": 128, "outside": 0, "zeros": 0}),
        ("noise_is_uniform", {"n": 16000, "bins": [1500, 500, *[1000] * 14], "distinct": 16000, "zeros": 0}),
        ("noise_is_uniform", {"n": 16000, "bins": [1000] * 16, "distinct": 15990, "outside": 0, "zeros": 900}),
        ("mask_density 0.3", "not reproducible, far from the documented"),
    ],
)
def test_a_broken_law_is_seen(name, value):
    frozen = {k: tuple(v) if isinstance(v, list) else v for k, v in value.items()} if isinstance(value, dict) else value
    assert counts.keeps_law(name, "float32", frozen) is False


@pytest.mark.parametrize("value", [{"n": 0}, {}, {"dropped": 1}])
def test_no_counts_break_no_law(value):
    assert counts.keeps_law("mask_density 0.3", "float32", value) is True


@pytest.mark.parametrize("release", shipped.releases("tensorflow") + shipped.releases("keras"), ids=lambda r: r.name)
def test_the_shipped_counts_keep_the_law_but_where_it_is_known(release):
    fingerprint = release.read()
    broken = set()
    for fact in fingerprint.facts():
        repeated = "stateless" in fact.subject
        if fact.property.startswith(("mask_density", "noise_is_normal", "noise_is_uniform")) and (
            counts.keeps_law(fact.property, fact.dtype, fact.value, repeated=repeated) is False
        ):
            broken.add((fact.dtype, fact.mode, fact.property))
    assert broken <= KNOWN
