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
    assert not any(name in ("tensorflow-2.4.4", "tensorflow-2.11.1") for name, _ in judged)
    assert not any(name.startswith("keras") and python != "3.11" for name, python in judged)


def test_a_row_counts_what_is_new_apart_from_crashes(tool):
    finding = {"code": "dtype", "property": "shape_and_dtype_kept"}
    report = {
        "verdict": "contract-changed",
        "seconds": 61.4,
        "known_deviations": [{"name": "rate-one-raises"}, {"name": "rate-one-raises"}],
        "findings": [finding, finding, {"code": "crash", "property": "noise_is_normal"}],
    }
    row = tool.read(pair(tool, "keras-3.6.0"), 1, report)
    assert row.cells()[2:] == (
        *("1", "contract-changed", "1: rate-one-raises", "dtype shape_and_dtype_kept 2", "noise_is_normal 1", "61"),
    )


def test_a_release_that_cannot_be_judged_is_refused(tool, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["check_releases.py", "tensorflow-2.4.4"])
    with pytest.raises(SystemExit):
        tool.main()
    assert "no release tensorflow-2.4.4 that can be judged" in capsys.readouterr().err


@pytest.mark.long
def test_a_release_is_right_but_for_its_known_deviations(tool):
    row = tool.judged(pair(tool, "keras-3.6.0"), FOLDER, ["--profile", "quick"])
    assert (row.problem, row.exit, row.verdict, row.new, row.crashes) == ("", 0, "identical", (), ())
    assert "rate-one-raises" in row.known
