"""certificate.py: what a run spent and saw, from rows in any order; overspending is refused."""

import itertools
import json
from dataclasses import asdict, replace

import pytest

from noise_ops.checks.asked import ledger
from noise_ops.points import Point
from noise_ops.stats import certificate
from noise_ops.stats.certificate import Certificate, Row
from noise_ops.stats.designs import BETA
from noise_ops.stats.ledger import ALPHA, Entry, Ledger, LedgerError

ROW = Row(
    check="mask_density",
    subject="keras.layers.Dropout",
    dtype="float32",
    mode="eager",
    parameter=0.5,
    tier="main",
    n=1_258_291,
    p=0.4,
    alpha=1e-9,
    delta=0.0054,
    unit="drop rate, relative",
    observed="Drops 50.01 % of 1,258,291 units; 50 % is documented.",
    verdict="pass",
)
OTHER = replace(ROW, mode="xla", tier="other", alpha=8e-11, delta=0.014)
VARIANCE = replace(ROW, check="noise_variance", subject="keras.layers.GaussianNoise", delta=0.0038)
ROWS = (
    ROW,
    OTHER,
    VARIANCE,
    replace(ROW, parameter=0.1, delta=0.016),
    replace(ROW, subject="tf.nn.dropout", delta=0.006),
)


def merged(rows):
    """The certificate of rows, under the ledger of the suite."""
    return certificate.merged(rows, ledger())


def test_whoever_spends_twice_is_refused():
    with pytest.raises(LedgerError, match=r"twice: mask_density, keras\.layers\.Dropout"):
        merged([ROW, VARIANCE, replace(ROW, p=0.2)])


def test_more_checks_than_registered_are_refused():
    small = Ledger({("mask_density", "main"): Entry("mask_density", "main", 1e-3, 2)}, {}, {})
    rows = [replace(ROW, subject=f"layer {number}") for number in range(3)]
    assert Certificate(tuple(rows[:2]), small).alpha_total == pytest.approx(2e-9)
    with pytest.raises(LedgerError, match="asked 3 times; its ledger entry allows 2"):
        Certificate(tuple(rows), small)


def test_a_row_outside_the_ledger_is_refused():
    with pytest.raises(LedgerError, match="is not in the ledger"):
        merged([replace(ROW, check="invented")])


def test_what_follows_from_another_check_spends_nothing():
    follower = replace(ROW, check="moments_preserved", alpha=0.0)
    assert merged([ROW, follower]).alpha_total == ROW.alpha
    assert all(effect["check"] != "moments_preserved" for effect in merged([follower]).smallest_visible_effects())


def test_rows_in_any_order_make_one_certificate():
    certificates = [merged(order) for order in itertools.permutations(ROWS)]
    assert all(one == certificates[0] for one in certificates)
    assert len({json.dumps(one.to_json()) for one in certificates}) == 1
    assert len({one.sentence() for one in certificates}) == 1


def test_the_total_is_the_sum_and_below_what_is_allowed():
    found = merged(ROWS).to_json()
    assert found["alpha_total"] == pytest.approx(sum(row.alpha for row in ROWS))
    assert found["alpha_total"] <= found["alpha_allowed"] == ALPHA


def test_the_smallest_visible_effect_is_that_of_the_worst_check():
    effects = {(e["check"], e["tier"], e["parameter"]): e["delta"] for e in merged(ROWS).smallest_visible_effects()}
    assert effects == {
        ("mask_density", "main", 0.1): 0.016,
        ("mask_density", "main", 0.5): 0.006,
        ("mask_density", "other", 0.5): 0.014,
        ("noise_variance", "main", 0.5): 0.0038,
    }


def test_json_holds_every_row_with_both_error_rates():
    checks = merged(ROWS).to_json()["checks"]
    assert len(checks) == len(ROWS)
    assert {"check", "n", "p", "alpha", "beta", "delta", "verdict"} <= set(checks[0])
    assert {check["beta"] for check in checks} == {BETA}


def test_the_sentence_names_the_numbers_that_matter():
    sentence = merged(ROWS).sentence()
    assert "at most once in 1,000,000 runs" in sentence
    assert "a drop rate of 0.5 wrong by 0.60% of itself (1.4% outside eager float32)" in sentence
    assert "with probability 0.999999" in sentence
    assert "5 statistical checks" in sentence
    assert merged([]).sentence() == ""


def test_recorded_rows_are_handed_on_once():
    before = certificate.take()
    try:
        certificate.record(ROW)
        certificate.record(OTHER)
        assert certificate.take() == [ROW, OTHER]
        assert certificate.take() == []
    finally:
        for row in before:
            certificate.record(row)


def test_a_row_comes_back_from_json_with_its_points():
    row = replace(ROW, points=(Point(0.5, 0.51, 0.5, 0.49, 0.52, "calls"),))
    assert Row.from_json(json.loads(json.dumps(asdict(row)))) == row
