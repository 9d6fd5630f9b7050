"""decisions.py: every decision owns a share of alpha, leaves one row, and speaks of what it can tell."""

from unittest import mock

import pytest

from noise_ops.checks import asked, decisions, laws, samples
from noise_ops.checks.harness import in_dtypes
from noise_ops.findings import Verdict
from noise_ops.laws.dropping import TwoPoint
from noise_ops.sabotage import catalog, seams
from noise_ops.stats import certificate
from noise_ops.stats.exact import Binomial
from noise_ops.stats.ledger import LedgerError

DROPOUT = in_dtypes(("dropout",), ("float32",))[0]
HALF = in_dtypes(("dropout",), ("bfloat16",))[0]


pytestmark = pytest.mark.usefixtures("quick_and_fresh")


def test_a_decision_leaves_one_row():
    assert laws.mask_density(DROPOUT, 0.3) is None
    (row,) = certificate.take()
    assert (row.check, row.subject, row.parameter, row.tier) == ("mask_density", "keras.layers.Dropout", 0.3, "main")
    assert (row.alpha, row.verdict) == (asked.ledger().design("mask_density", "main", "quick").alpha, "pass")
    assert row.p > row.alpha
    assert 0 < row.delta < 0.02


def test_what_follows_from_another_check_spends_nothing():
    laws.mean_preservation(DROPOUT, 0.3)
    laws.noise_variance(DROPOUT, 0.3)
    assert [row.alpha for row in certificate.take()] == [0.0, 0.0]


def test_what_is_not_in_the_ledger_cannot_be_asked():
    with pytest.raises(LedgerError, match=r"'beauty' .* is not in the ledger"):
        decisions.design_of("beauty", DROPOUT)


def test_the_documented_density_is_asked_only_where_the_answer_is_sure():
    rates = (*samples.RATES, 0.001)
    left = [rate for _, rate in laws.decidable([(HALF, rate) for rate in rates])]
    delta = decisions.design_of("mask_density", HALF)
    for rate in rates:
        departure = abs(decisions.probability_of_one(HALF, rate) / rate - 1)
        sure = departure == 0 or departure >= delta.delta(Binomial(delta.n_max, rate))
        assert (rate in left) == sure
    assert 0.5 in left
    assert 0.01 in left


@pytest.mark.parametrize(("wound", "checks"), [("rate-2-percent", {"mask_density", "mean_preservation"})])
def test_a_rejected_law_is_a_finding_that_says_the_number(wound, checks):
    broken = next(m for m in catalog.catalog() if m.subject == DROPOUT.subject.name and m.wound.name == wound)
    with seams.opened(DROPOUT.subject, broken.wound.cuts):
        findings = {name: getattr(laws, name)(DROPOUT, 0.5) for name in checks}
    assert {finding.verdict for finding in findings.values()} == {Verdict.LAW_CHANGED}
    assert "Drops 50.97" in findings["mask_density"].message
    assert "50.0000% is documented" in findings["mask_density"].message
    assert "seen = float((y == 0).mean())" in findings["mask_density"].script


def test_the_script_of_a_finding_holds_what_the_finding_speaks_of_to_its_law(capsys):
    with mock.patch.object(TwoPoint, "probability", 0.4):
        finding = laws.mask_density(DROPOUT, 0.3)
    with pytest.raises(SystemExit, match="further off than chance allows"):
        exec(finding.script, {})
    assert float(capsys.readouterr().out.split()[0]) == pytest.approx(0.3, abs=0.002)
