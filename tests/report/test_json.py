"""report/json.py: the result as JSON that can be read back."""

import json

from noise_ops.report.json import SCHEMA, render
from noise_ops.result import Result, Selection
from tests.test_findings import finding
from tests.test_result import check

RESULT = Result(
    [check(), check(), check("skipped"), check("failed", "mask-density"), check("known", "mean", known="a-name")],
    {"tensorflow": "2.21.0"},
    12.34,
)
KEYS = ["schema", "asked", "environment", "verdict", "verdict_unexpected", "findings", "expected", "known_deviations"]
KEYS += ["checks", "certificate", "seconds"]


def test_the_report_has_exactly_the_documented_keys():
    assert list(json.loads(render(RESULT))) == KEYS
    assert list(json.loads(render(Result()))) == KEYS


def test_findings_come_back_as_they_went():
    assert json.loads(render(RESULT))["findings"] == [finding("mask-density").to_json()]


def test_known_deviations_carry_their_name_and_what_was_seen():
    assert json.loads(render(RESULT))["known_deviations"] == [{"name": "a-name", **finding("mean").to_json()}]


def test_checks_are_counted_by_outcome():
    counts = json.loads(render(RESULT))["checks"]
    assert counts == {"run": 5, "passed": 2, "failed": 1, "known": 1, "skipped": 1, "unreached": 0, "examples": {}}


def test_the_cases_that_were_asked_are_counted_by_property_and_by_check():
    eager = check(property="support_and_scale", examples={"hard": 3, "drawn": 20})
    fitted = check("known", "stream", known="a-name", property="support_and_scale", mode="fit", examples={"hard": 1})
    counted = json.loads(render(Result([eager, fitted, check()])))["checks"]["examples"]
    assert list(counted) == ["support_and_scale"]
    assert (counted["support_and_scale"]["hard"], counted["support_and_scale"]["drawn"]) == (4, 20)
    assert counted["support_and_scale"]["checks"][1] == {
        "subject": "keras.layers.Dropout",
        "dtype": "float32",
        "mode": "fit",
        "outcome": "known",
        "hard": 1,
        "drawn": 0,
    }


def test_the_rest_is_plain():
    report = json.loads(render(RESULT))
    assert (report["schema"], report["verdict"], report["seconds"]) == (SCHEMA, "law-changed", 12.3)
    assert report["environment"] == RESULT.environment


def test_the_text_ends_with_one_newline():
    assert render(RESULT).endswith("}\n")


def test_what_was_asked_for_is_told_as_it_was_given():
    asked = Selection(("Dropout",), ("float32",), ("e*",), "quick", 60.0, ("mask_density",))
    report = json.loads(render(Result([check()], selection=asked), "law-changed"))
    assert report["asked"] == {
        "layers": ["Dropout"],
        "dtypes": ["float32"],
        "modes": ["e*"],
        "properties": ["mask_density"],
        "profile": "quick",
        "max_time": 60.0,
        "fail_on": "law-changed",
    }
    assert json.loads(render(Result([check()], soaked=5)))["asked"] is None
