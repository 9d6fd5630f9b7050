"""tools/check_releases.py: `noise-ops check` ends with 0 on the releases that people have, or names what is new."""

import sys

import pytest

from tests import _tools
from tests._environments import FOLDER


@pytest.fixture(scope="module")
def tool():
    """The tool as a module."""
    return _tools.load("check_releases")


def pair(tool, name):
    """The first pair of a release."""
    return next(each for each in tool.pairs() if each.release.name == name)


def test_every_release_with_wheels_for_a_python_of_ours_is_judged(tool):
    judged = {(each.release.name, each.python_name) for each in tool.pairs()}
    assert {("tensorflow-2.12.1", "3.11"), ("tensorflow-2.21.0", "3.13"), ("keras-3.0.5", "3.11")} <= judged
    assert {python for name, python in judged if name == "tensorflow-cpu-2.21.0"} == {"3.11"}
    assert not any(name in ("tensorflow-2.4.4", "tensorflow-2.11.1") for name, _ in judged)
    assert not any(name.startswith("keras") and python != "3.11" for name, python in judged)


@pytest.fixture
def report():
    """What the JSON of a check says."""
    finding = {"code": "dtype", "property": "shape_and_dtype_kept"}
    return {
        "environment": {
            "tensorflow": "2.16.2",
            "keras": "3.6.0",
            "tf_keras": None,
            "numpy": "1.26.4",
            "python": "3.11.7",
        },
        "seconds": 61.4,
        "known_deviations": [{"name": "rate-one-raises"}, {"name": "rate-one-raises"}],
        "findings": [finding, finding, {"code": "crash", "property": "noise_is_normal"}],
    }


JUDGED = ("tensorflow-cpu 2.16.2, Keras 3.6.0", "3.11.7", "1.26.4", "quick")


def test_a_row_counts_what_is_new_apart_from_crashes(tool, report):
    for code in (1, 0):  # 0 where what was found is milder than --fail-on
        row = tool.read(pair(tool, "keras-3.6.0"), code, "quick", report)
        assert row.cells()[:-1] == (*JUDGED, "dtype shape_and_dtype_kept 2, crash in noise_is_normal 1", "1", "61")
        assert len(row.cells()) == len(tool.HEAD)


def test_what_ends_with_0_without_a_finding_is_as_predicted(tool, report):
    report["findings"] = []
    assert tool.read(pair(tool, "keras-3.6.0"), 0, "quick", report).cells()[4] == "as predicted"
    assert tool.read(pair(tool, "keras-3.6.0"), 2, "quick", report).cells()[4] == "exit code 2"


def test_what_cannot_be_run_is_told_in_its_row(tool):
    row = tool.Row(pair(tool, "keras-3.6.0"), None, "quick", day="2026-11-28", problem="no room.")
    assert row.cells() == ("keras-3.6.0", "3.11", "", "quick", "no room.", "", "", "2026-11-28")


def test_tensorflow_cpu_is_judged_without_tf_keras_which_would_bring_the_other(tool):
    asked = pair(tool, "tensorflow-cpu-2.21.0").release.requirements
    assert asked.startswith("tensorflow-cpu==2.21.0 keras==")
    assert "tf_keras" not in asked


def test_a_release_that_cannot_be_judged_is_refused(tool, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["check_releases.py", "tensorflow-2.4.4"])
    with pytest.raises(SystemExit):
        tool.main()
    assert "no release tensorflow-2.4.4 that can be judged" in capsys.readouterr().err


@pytest.mark.long
def test_a_release_is_right_but_for_its_known_deviations(tool):
    row = tool.judged(pair(tool, "keras-3.6.0"), FOLDER, "quick")
    assert (row.problem, row.exit, row.new, row.crashes) == ("", 0, (), ())
    assert "rate-one-raises" in row.known
