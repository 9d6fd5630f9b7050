"""`check` with a file of expected findings: they do not fail it, and no format takes them for a pass."""

import json
from datetime import date
from xml.etree import ElementTree

import pytest

from noise_ops import cli, session
from noise_ops.expected import file
from noise_ops.findings import Verdict
from noise_ops.report import of_check
from noise_ops.result import Result
from tests.cli._commands import ENVIRONMENT, assert_refused, noise_ops
from tests.test_result import check

ENTRY = """
[[expected]]
code = "mask-density"
subject = "keras.layers.Dropout"
versions = "tensorflow>=1"
reason = "we train in float32"
link = "https://example.org/1"
expires = 2100-01-31
"""
FOUND = check("failed", "mask-density")


@pytest.fixture
def given(monkeypatch, tmp_path):
    """A function that puts a result of given checks in place of a run, beside a file of expected findings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)

    def put(*checks, text=ENTRY):
        (tmp_path / file.FILE).write_text(text)
        monkeypatch.setattr(session, "run", lambda *_: Result(list(checks), dict(ENVIRONMENT), 1.0))

    return put


def told(capsys, *arguments):
    """Exit code and output of a check, as one line."""
    status = cli.main(["check", *arguments])
    return status, " ".join(capsys.readouterr().out.split())


def test_what_is_expected_does_not_fail_and_is_no_pass(given, capsys):
    given(check(), FOUND)
    status, shown = told(capsys)
    assert status == 0
    expectation = "1 finding is expected until 2100-01-31 (noise-ops.expected.toml)"
    assert f"Yes, by your decision: {expectation}, and what else was asked of 1 layer or function is as doc" in shown
    assert (
        "1 expected finding of these versions, seen as expected (noise-ops.expected.toml): mask-density (ker" in shown
    )
    assert "until 2100-01-31: we train in float32; https://example.org/1" in shown
    assert "2 checks as documented, 1 expected failure" in shown
    assert "every bit" not in shown


@pytest.mark.parametrize("form", ["text", "markdown", "json", "github"])
def test_no_format_takes_it_for_a_pass(form, given, capsys):
    given(check(), FOUND)
    status, shown = told(capsys, "--format", form)
    assert status == 0
    words = {
        "text": "Yes, by your decision",
        "markdown": "## ☑️ 2 checks in ",
        "json": '"verdict": "law-changed", "verdict_unexpected": "identical"',
        "github": "::notice title=expected",
    }
    assert words[form] in shown


def test_json_holds_the_entry_and_what_it_expects(given, capsys):
    given(FOUND)
    cli.main(["check", "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert report["findings"] == []
    assert [finding["code"] for finding in report["expected"]["findings"]] == ["mask-density"]
    assert report["expected"]["met"][0]["reason"] == "we train in float32"


def test_what_is_not_expected_fails_as_before(given, capsys):
    given(FOUND, check("failed", "mean"))
    status, shown = told(capsys)
    assert status == 1
    assert "No: a layer does not keep its documented law; do not merge before you know why; 1 finding is expe" in shown


def test_an_expired_entry_fails(given, capsys):
    given(check(), text=ENTRY.replace("2100", "2020"))
    status, shown = told(capsys, "--format", "markdown")
    assert status == 1
    assert "Expired on 2020-01-31: mask-density of keras.layers.Dropout" in shown
    assert "✅" not in shown.partition("Expired")[0]
    given(check(), text=ENTRY.replace("2100", "2020"))
    status, shown = told(capsys)
    assert status == 1
    assert "No: an expected finding expired on 2020-01-31; decide again. Without it: yes, " in shown
    assert "Expired on 2020-01-31: mask-density of keras.layers.Dropout" in shown


def test_an_entry_that_is_not_met_is_unobserved(given, capsys):
    given(check())
    status, shown = told(capsys)
    assert status == 0
    assert "Unobserved: mask-density of keras.layers.Dropout (we train in float32; https://example.org/1) was" in shown
    assert "by your decision" not in shown


def test_another_file_may_be_named(given, tmp_path, capsys):
    given(FOUND, text="")
    assert told(capsys)[0] == 1
    (tmp_path / "other.toml").write_text(ENTRY)
    status, shown = told(capsys, "--expected", "other.toml")
    assert status == 0
    assert "(other.toml)" in shown


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        ("[[expected]]", (), "entry 1: code, subject, versions, reason and expires are missing."),
        (
            ENTRY.replace("mask-density", "crash"),
            (),
            "crash says that something cannot be told, which nobody can expect",
        ),
        ("", ("--expected", "missing.toml"), "cannot read missing.toml: there is no such file."),
        ("", ("--expected", "."), "it is a folder."),
    ],
)
def test_a_bad_file_is_refused_before_tensorflow_is_loaded(text, arguments, said, tmp_path, poisoned):
    (tmp_path / file.FILE).write_text(text)
    assert_refused(noise_ops("check", *arguments, cwd=tmp_path, path=[poisoned]), said)


def test_junit_skips_what_is_expected_and_fails_for_an_expired_entry():
    known = check("known", "mean", known="rate-one-raises", dtype="float64")
    result = Result([check(), FOUND, check("failed", "mean", dtype="float16"), known], dict(ENVIRONMENT))
    late = ENTRY.replace("2100", "2020").replace("mask-density", "mean")
    result.expect(file.parse(ENTRY + late), date(2026, 11, 24), file.FILE)
    root = ElementTree.fromstring(of_check.as_junit(result, Verdict.CONTRACT_CHANGED))
    (suite,) = root.iter("testsuite")
    assert [suite.get(name) for name in ("tests", "failures", "skipped")] == ["5", "2", "2"]
    cases = [(case.get("name"), [part.tag for part in case]) for case in root.iter("testcase")]
    assert [tags for _, tags in cases] == [["failure"], ["system-out"], ["skipped"], ["failure"], ["skipped"]]
    assert cases[3][0] == "mask_density float16 eager"
