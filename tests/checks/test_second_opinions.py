"""second_opinions.py: scipy agrees with sound noise, of the layer and of the reference, and not with broken noise."""

from unittest import mock

import numpy as np
import pytest
from scipy import stats

import noise_ops
from noise_ops.checks import asked, samples, second_opinions
from noise_ops.checks.decisions import design_of
from noise_ops.checks.prediction import output
from noise_ops.findings import Verdict
from noise_ops.reference.seeds import KerasSeed
from noise_ops.reference.variates import BFLOAT16, FLOAT32
from noise_ops.stats import certificate
from noise_ops.stats.designs import BETA
from noise_ops.stats.evidence import Evidence, Pairs
from noise_ops.stats.exact import Binomial
from noise_ops.stats.ledger import ALPHA
from noise_ops.stats.sums import Dispersion
from noise_ops.subjects.targets import Target
from tests.checks._told import Told, ToldTarget

OPS = ("dropout", "alpha_dropout", "gaussian_dropout", "gaussian_noise", "masked_gaussian_noise", "uniform", "normal")
CHECKS = (
    "density_by_binomtest",
    "mean_by_ttest",
    "variance_by_chi2",
    "normality_by_kstest",
    "uniformity_by_kstest",
    "neighbours_by_binomtest",
    "lags_by_binomtest",
    "calls_by_binomtest",
    "evenness_by_chisquare",
)


pytestmark = pytest.mark.usefixtures("quick_and_fresh")


def drawn(case, calls, op, seed=None):
    """Outputs of successive calls, as the reference draws them."""
    seed = seed or KerasSeed(case.seed)
    return [output(op, case, seed) for _ in range(calls)]


def target_of(op, change=lambda outputs, case: outputs):
    """A target that draws as the reference does, and changes its outputs after that."""
    return ToldTarget(Told(lambda case, calls: change(drawn(case, calls, op), case), op=op), FLOAT32, "eager")


def each(change):
    """A change of every output by itself."""
    return lambda outputs, case: [change(y.copy(), case) for y in outputs]


def copied(*to_and_from):
    """A change by which some elements repeat others."""

    def change(y, case):
        to, source = to_and_from
        y[to] = y[source]
        return y

    return each(change)


def repeated(y, case):
    y.ravel()[8192:16384] = y.ravel()[:8192]
    return y


def never_dropped(y, case):
    y[:, -1] = 2.0
    return y


ROWS = np.s_[:, 1:250:2], np.s_[:, 0:250:2]
COLUMNS = np.s_[1:64:2], np.s_[0:64:2]

BROKEN = {
    "rate 8 % off": ("density_by_binomtest", "dropout", 0.5, each(lambda y, c: noise_ops.dropout(c.x, 0.54, seed=1))),
    "mean 0.06 off": ("mean_by_ttest", "gaussian_noise", 1.0, each(lambda y, c: y + np.float32(0.06))),
    "stddev 5 % off": ("variance_by_chi2", "gaussian_noise", 0.25, each(lambda y, c: y * np.float32(1.05))),
    "no noise": ("variance_by_chi2", "masked_gaussian_noise", 0.5, each(lambda y, c: c.x)),
    "uniform noise": (
        "normality_by_kstest",
        "gaussian_noise",
        1.0,
        each(lambda y, c: (stats.norm.cdf(y) - 0.5).astype(np.float32) * np.float32(12**0.5)),
    ),
    "nan": ("normality_by_kstest", "normal", 1.0, each(lambda y, c: np.full_like(y, np.nan))),
    "uneven uniforms": ("uniformity_by_kstest", "uniform", 0.5, each(lambda y, c: y ** np.float32(1.1))),
    "pairs in rows": ("neighbours_by_binomtest", "dropout", 0.1, copied(*ROWS)),
    "pairs in columns": ("neighbours_by_binomtest", "gaussian_noise", 1.0, copied(*COLUMNS)),
    "repeated calls": ("calls_by_binomtest", "dropout", 0.3, lambda outputs, case: outputs[:1] * len(outputs)),
    "one seed": (
        "calls_by_binomtest",
        "gaussian_dropout",
        0.5,
        lambda outputs, case: drawn(case, len(outputs), "gaussian_dropout", KerasSeed(1)),
    ),
    "a period of 2**13": ("lags_by_binomtest", "dropout", 0.5, each(repeated)),
    "a column is kept": ("evenness_by_chisquare", "dropout", 0.5, each(never_dropped)),
}


@pytest.mark.parametrize("op", OPS)
def test_scipy_agrees_with_the_reference(op):
    target = target_of(op)
    put = [
        (check, parameter)
        for check in CHECKS
        for one in asked.statistical(check, [target.subject])
        for parameter in (samples.parameters(target) if isinstance(one, Target) else one[1:])
        if str(one if isinstance(one, Target) else one[0]) == str(target)
    ]
    assert len(put) >= 5
    assert [getattr(second_opinions, check)(target, parameter) for check, parameter in put] == [None] * len(put)
    rows = certificate.take()
    assert [(row.check, row.parameter) for row in rows] == put
    assert {(row.tier, row.verdict) for row in rows} == {("second", "pass")}
    assert all(row.alpha == ALPHA * asked.ledger().entry(row.check, "second").weight for row in rows)
    assert all(0 < row.delta < 3 for row in rows)


@pytest.mark.parametrize(("check", "op", "parameter", "change"), BROKEN.values(), ids=BROKEN)
def test_broken_noise_is_a_finding(check, op, parameter, change):
    finding = getattr(second_opinions, check)(target_of(op, change), parameter)
    assert finding.verdict is Verdict.LAW_CHANGED
    assert finding.property == check
    assert "NumPy" not in finding.message
    (row,) = certificate.take()
    assert (row.verdict, row.p <= row.alpha) == ("fail", True)


@pytest.mark.parametrize(("check", "op", "parameter", "change"), BROKEN.values(), ids=BROKEN)
def test_broken_noise_of_the_reference_is_one_too(check, op, parameter, change):
    def predict(target, case, calls):
        return change(drawn(case, calls, op), case)

    with mock.patch.object(second_opinions, "predict", predict):
        finding = getattr(second_opinions, check)(target_of(op), parameter)
    assert finding.message.startswith("Of the NumPy reference: ")


def test_replicas_that_share_their_noise_are_a_finding():
    target = Target(Told(None), FLOAT32, "mirrored")
    for both, is_sound in ((25_000, True), (50_000, False)):
        evidence = Evidence(replicas=Pairs(100_000, 50_000, 50_000, both))
        with mock.patch.object(samples, "evidence", return_value=evidence):
            finding = second_opinions.replicas_by_binomtest(target, 0.5)
        assert (finding is None) == is_sound


def test_where_nothing_is_predicted_the_layer_is_asked_alone():
    with mock.patch.object(second_opinions, "predict", return_value=None):
        assert second_opinions.density_by_binomtest(target_of("dropout"), 0.5) is None
    (row,) = certificate.take()
    assert row.delta < Binomial(row.n, 0.5).smallest_departure(row.alpha / 2, BETA)


@pytest.mark.parametrize("check", CHECKS)
def test_no_half_precision_is_asked(check):
    for one in asked.statistical(check, [target_of(op).subject for op in OPS]):
        assert (one if isinstance(one, Target) else one[0]).dtype == FLOAT32
    assert not samples.is_main(Target(target_of("dropout").subject, BFLOAT16, "eager"))


# The nulls of scipy are exact enough at so small an alpha.


@pytest.mark.parametrize("profile", ["quick", "default", "thorough"])
@pytest.mark.parametrize("rate", samples.RATES)
def test_chisquare_is_asked_where_its_law_promises_no_more_than_it_keeps(rate, profile, monkeypatch):
    monkeypatch.setenv("NOISE_OPS_PROFILE", profile)
    target = target_of("dropout")
    design = design_of("evenness_by_chisquare", target)
    exact = Dispersion(samples.COLUMNS, design.n_max // samples.COLUMNS, rate)
    size = exact.upper(stats.chi2.isf(design.alpha / 2, samples.COLUMNS)) / (design.alpha / 2)
    assert (size <= 1) == asked.counts_are_light(target, rate)


@pytest.mark.parametrize("profile", ["quick", "default", "thorough", "soak"])
def test_no_sample_sees_the_lattice_of_float32(profile, monkeypatch):
    monkeypatch.setenv("NOISE_OPS_PROFILE", profile)
    design = design_of("density_by_binomtest", target_of("dropout"))
    n, alpha, step = design.n_max, design.alpha / 2, 2.0**-23
    for rate in samples.RATES:
        low, high = stats.binom.ppf(alpha / 2, n, rate), stats.binom.isf(alpha / 2, n, rate)
        size = stats.binom.cdf(low - 1, n, rate + step) + stats.binom.sf(high, n, rate + step)
        assert size <= 1.1 * alpha
    distance = stats.kstwo.isf(alpha, n)
    assert stats.kstwo.sf(distance - step, n) <= 1.1 * alpha


@pytest.mark.parametrize("rate", samples.RATES)
def test_binomtest_misses_the_effect_that_is_stated_no_more_often_than_beta_says(rate):
    # scipy rejects what is less likely than the count that was seen, the designs what lies in either tail.
    design = design_of("density_by_binomtest", target_of("dropout"))
    n, alpha = design.n_max, design.alpha / 2
    exact = Binomial(n, rate)
    delta = exact.smallest_departure(alpha, BETA)
    low, high = exact.critical(alpha / 2)
    low = next(count for count in range(int(low) + 5, 0, -1) if stats.binomtest(count, n, rate).pvalue <= alpha)
    high = next(count for count in range(int(high) - 5, n) if stats.binomtest(count, n, rate).pvalue <= alpha)
    assert exact.upper(low + 1, -delta) <= BETA
    assert exact.lower(high - 1, delta) <= BETA


def test_p_values_are_uniform_under_the_law(monkeypatch):
    # The same sample is seen twice, as the layer's and as the reference's: p-values are doubled.
    found = {check: [] for check in CHECKS}
    ops = {"uniformity_by_kstest": "uniform", "density_by_binomtest": "dropout"}
    for number in range(60):
        monkeypatch.setattr(samples, "EPOCH", f"run {number}")
        second_opinions.forget()
        for check in CHECKS:
            target = target_of(ops.get(check, "gaussian_noise"))
            getattr(second_opinions, check)(target, samples.parameters(target)[0])
    for row in certificate.take():
        found[row.check].append(row.p)
    most = stats.binom.isf(1e-6, 60, 0.25)
    assert all(0 < sum(p <= 0.5 for p in p_values) <= most for p_values in found.values())
