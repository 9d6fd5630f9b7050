"""report/figures.py: what a row or a record holds is drawn as it is, and what holds no numbers has no picture."""

import math
from dataclasses import replace

import pytest

from noise_ops.audit import rates
from noise_ops.audit.judgements import Judged
from noise_ops.audit.place import Place
from noise_ops.checks.asked import ledger
from noise_ops.comparison.compare import compare
from noise_ops.fingerprint import shipped
from noise_ops.points import Point
from noise_ops.report import figures, of_check
from noise_ops.result import Result
from noise_ops.stats import certificate
from noise_ops.testing.checking import Outcome
from tests.stats.test_certificate import ROW
from tests.test_findings import finding
from tests.test_result import check

PLACE = ("keras.layers.Dropout", "float32", "eager")
SOME = replace(ROW, points=(Point(0.5, 0.5001, 0.5, 0.49, 0.51),))
RARE = replace(ROW, parameter=0.1, points=(Point(0.1, 0.2, 0.1, 0.09, 0.11),))


def result(*rows, checks=()):
    """A run with a certificate."""
    return Result(list(checks), certificate=certificate.merged(rows, ledger()))


def test_shares_by_rate_are_one_picture_of_relative_departures():
    (figure,) = figures.of_place(result(SOME, RARE), "mask_density", *PLACE)
    assert figure.names == ("0.1", "0.5")
    assert [point.x for point in figure.points] == [0, 1]
    assert figure.points[0].seen == pytest.approx(100)
    assert (figure.points[0].low, figure.points[0].high) == (pytest.approx(-10), pytest.approx(10))
    assert figure.stairs == ()


def test_half_precision_is_drawn_on_its_stairs():
    rows = [replace(row, dtype="bfloat16", tier="half") for row in (SOME, RARE)]
    (figure,) = figures.of_place(result(*rows), "mask_density", PLACE[0], "bfloat16", "eager")
    assert figure.logarithmic == "xy"
    assert figure.points == (*RARE.points, *SOME.points)
    assert all((p * 2**7).is_integer() for _, p in figure.stairs)


def test_of_several_parameters_the_one_that_departs_most_is_drawn():
    mild = replace(SOME, check="evenly_spread", p=0.4)
    bad = replace(RARE, check="evenly_spread", p=1e-12)
    (figure,) = figures.of_place(result(mild, bad), "evenly_spread", *PLACE)
    assert figure.points == RARE.points
    assert "at parameter 0.1" in figure.caption


@pytest.mark.parametrize("asked", ["raises", "mask_density"])
def test_what_has_no_numbers_has_no_picture(asked):
    assert figures.of_place(result(ROW), asked, *PLACE) == ()


def test_another_place_is_not_drawn():
    assert figures.of_place(result(SOME), "mask_density", "tf.nn.dropout", "float32", "eager") == ()


def test_a_known_deviation_is_drawn_once():
    seen = check("known", "mask-density", known="bfloat16-mask-density", property="mask_density")
    page = of_check.page(result(SOME, checks=[seen, seen]))
    (figure,) = page.figures  # and not a second time, as what was counted
    assert figure.title.startswith("bfloat16-mask-density. Share dropped, by rate: keras.layers.Dropout")


def test_a_run_that_found_nothing_shows_what_it_counted():
    (figure,) = of_check.page(result(SOME, RARE, checks=[check()])).figures
    assert figure.title == "Share dropped, by rate: keras.layers.Dropout (float32, eager)"
    assert figure.names == ("0.1", "0.5")
    assert of_check.page(result(SOME, checks=[check("failed", "mean")])).figures == ()


def test_the_certificate_says_what_would_have_been_seen():
    headings, row = of_check.page(result(SOME)).certificate
    assert dict(zip(headings, row, strict=True)) == {
        "property": "mask_density",
        "design": "main",
        "parameter": "0.5",
        "smallest departure": "0.0054",
        "unit": "drop rate, relative",
    }


def test_where_no_departure_would_surely_have_been_seen_the_certificate_says_so():
    _, row = of_check.page(result(replace(SOME, delta=math.inf))).certificate
    assert row[3] == "none would surely have been"


def groups(old, new):
    """The findings between two shipped releases, by code."""
    found = compare(shipped.resolve(old), shipped.resolve(new))
    return {group.code: group for group in found.groups}


def test_shares_that_releases_recorded_are_drawn_side_by_side():
    first, second = figures.of_group(groups("keras==3.1.1", "keras==3.2.1")["mask-density"], "old", "new")
    assert first.names == ("old, 0.3", "new, 0.3")
    assert [point.is_kept for point in first.points] == [False, True]
    assert first.points[0].seen == 0
    assert second.names == ("old, 0.5", "new, 0.5")


def test_tails_that_releases_recorded_are_drawn_beside_the_normal_s():
    (figure,) = figures.of_group(groups("2.14.1", "2.16.2")["normality"], "old", "new")
    assert {name.partition(",")[0] for name in figure.names} == {"new"}
    assert [point.is_kept for point in figure.points] == [True, True, True, False, False, False]


def test_a_change_of_a_contract_has_no_picture():
    assert figures.of_group(groups("keras==3.6.0", "keras==3.7.0")["raises"], "old", "new") == ()


def test_the_band_of_a_soak_is_that_of_its_alarms():
    asked = replace(result(SOME), soaked=1_000)
    (figure,) = figures.of_place(asked, "mask_density", *PLACE)
    assert "raises no alarm" in figure.caption
    assert of_check.page(asked).title == "noise-ops soak"


def test_a_finding_is_drawn_by_its_own_numbers_where_it_has_some():
    found = finding(property="every_place_is_noisy", points=SOME.points)
    (figure,) = figures.of_finding(result(), found)
    assert figure.points == SOME.points
    assert figure.title == "Share of calls in which the state is one, by place: keras.layers.Dropout (float32, eager)"
    assert figures.of_finding(result(), replace(found, points=())) == ()


def test_what_the_message_says_is_not_said_again_below_it():
    bad = replace(RARE, check="evenly_spread", p=1e-12, observed="Column 3 is never dropped.")
    for message, again in ((f"{bad.observed} A correct layer is not so.", False), ("Something else.", True)):
        (figure,) = figures.of_finding(result(bad), finding(property="evenly_spread", message=message))
        assert (bad.observed in figure.caption) is again


def test_a_layer_of_ones_own_is_drawn_with_the_band_of_its_sample():
    def drawn(name, row):
        return figures.of_own(Outcome(name, "failed", row=row))

    (figure,) = drawn("noise_variance", replace(RARE, alpha=1e-8))
    assert figure.points == RARE.points
    assert figure.caption == "The band is what a right layer keeps but for one time in 100,000,000."
    assert drawn("dtype_kept", RARE) == drawn("noise_variance", ROW) == drawn("noise_variance", None) == ()


def test_the_rate_of_a_model_is_drawn_on_the_stairs_of_its_dtype():
    name = "keras.layers.Dropout"
    place = Place("net/half", name, "Dropout", {"rate": 0.01}, "mixed_bfloat16", None, argument="rate", name=name)
    (judgement,) = rates.judgements(place, Judged("keras", "3.15.1", installed=True))
    (figure,) = figures.of_judgement(judgement)
    (point,) = figure.points
    assert (point.x, point.seen, point.expected, point.is_kept) == (0.01, 2 / 128, 0.01, False)
    assert {seen * 128 for _, seen in figure.stairs} == {1, 2, 3}
    assert figures.of_judgement(replace(judgement, points=())) == ()
