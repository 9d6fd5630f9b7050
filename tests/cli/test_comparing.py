"""cli/comparing.py: compare answers at once and without TensorFlow, and refuses what it cannot read in one sentence."""

import json
import sys
import time
import tomllib
from datetime import date
from xml.etree import ElementTree

import pytest

from noise_ops import cli
from noise_ops.comparison import compare
from noise_ops.fingerprint import shipped
from tests.cli._commands import ANOTHER_USER, FULL_DISK, assert_refused, noise_ops, program

KERAS_3_7 = ("compare", "keras==3.6.0", "keras==3.7.0")
KERAS_3 = ("compare", "2.15.1", "2.16.2")
SAME = ("compare", "2.21.0", "2.21.0")
ENTRY = ("--accept", "reviewed", "--link", "https://example.org/1", "--expires", "2100-01-01")

NOTHING_ELSE = """
import sys
class Refusing:
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] in ("tensorflow", "keras", "tf_keras", "scipy", "pytest", "hypothesis"):
            raise ImportError(name)
sys.meta_path.insert(0, Refusing)
"""
"""Makes everything that is slow to import unimportable: all but NumPy, beside which properties are observed."""


# Answers


@pytest.mark.parametrize("arguments", [KERAS_3, KERAS_3_7, SAME], ids=" ".join)
@pytest.mark.parametrize("form", ["text", "markdown", "html", "json", "junit", "github"])
def test_shipped_releases_are_compared_without_anything_slow_to_import(arguments, form):
    finished = noise_ops(*arguments, "--format", form, source=program(NOTHING_ELSE), GITHUB_STEP_SUMMARY="")
    assert finished.returncode == int(arguments is not SAME), finished.stderr
    assert finished.stderr == ""


@pytest.mark.parametrize("arguments", [KERAS_3, KERAS_3_7], ids=" ".join)
def test_an_answer_takes_less_than_a_second(arguments):
    def seconds():
        started = time.monotonic()
        noise_ops(*arguments)
        return time.monotonic() - started

    assert min(seconds() for _ in range(4)) < 1  # the best of some: other work on the machine is not the tool's


def test_the_details_say_which_seed_rule_draws(capsys):
    assert cli.main([*KERAS_3, "--details"]) == 1
    shown = capsys.readouterr().out
    assert shown.index("Safe to merge? No: ") < 300
    assert "SeedGenerator [seed, call]" in shown


def test_keras_3_7_is_known_to_raise_under_mirrored_strategy(capsys):
    assert cli.main(KERAS_3_7) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "you are affected if you train under MirroredStrategy: raises ValueError (Dropout, 9 more)" in shown
    assert "from Keras 3.8.0 on it works" in shown
    assert "Seed rule, on both sides: stateless Philox, SeedGenerator [seed, call]" in shown


def test_who_seeds_nothing_may_stop_reading(capsys):
    assert cli.main(["compare", "2.12.1", "2.13.1"]) == 0
    assert "You can stop reading if you do not seed your layers.\n" in capsys.readouterr().out
    assert cli.main(KERAS_3) == 1
    assert "stop reading" not in capsys.readouterr().out


@pytest.mark.parametrize("name", [r.name for library in shipped.LIBRARIES for r in shipped.releases(library)])
def test_a_release_is_identical_to_itself(name, capsys):
    assert cli.main(["compare", name, name, "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["verdict"], report["findings"]) == ("identical", [])
    assert {target["verdict"] for target in report["targets"]} == {"identical"}


def test_what_was_mended_does_not_fail(capsys):
    assert cli.main(["compare", "keras==3.7.0", "keras==3.8.0", "--layer", "keras.layers.Dropout"]) == 0
    assert "MENDED, 1 finding: you notice it if you\n  train under MirroredStrategy" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("level", "code"), [("stream-changed", 1), ("contract-changed", 0), ("law-changed", 0), ("cannot-tell", 0)]
)
def test_a_finding_at_or_above_the_level_is_exit_code_one(level, code, capsys):
    assert cli.main(["compare", "2.12.1", "2.13.1", "--fail-on", level]) == code
    assert cli.main(["compare", "2.16.2", "2.21.0", "--fail-on", level]) == 1
    capsys.readouterr()
    cli.main(["compare", "2.16.2", "2.21.0", "--fail-on", level, "--format", "github"])
    assert capsys.readouterr().out.startswith("::error ")


def test_details_bring_reasons_places_and_a_script(capsys):
    cli.main([*KERAS_3_7, "--details"])
    shown = capsys.readouterr().out
    for part in ("Why it matters:", "Again: noise-ops compare", "With TensorFlow alone:", "Seen in "):
        assert part in shown


def test_what_is_not_shipped_is_installed_and_compared_by_another_command(capsys):
    assert cli.main(["compare", "keras==3.6.0", "keras==3.7.1"]) == 2
    assert capsys.readouterr().err == (
        "noise-ops: keras 3.7.1 is not shipped; nearest are keras==3.7.0 and keras==3.8.0; "
        "`noise-ops upgrade keras==3.6.0 keras==3.7.1` installs and compares them.\n"
    )


def test_gates_are_told_in_words(capsys):
    cli.main(["compare", "keras==3.6.0", "keras==3.8.0", "--layer", "LSTM(recurrent_dropout)", "--format", "json"])
    told = next(each for each in json.loads(capsys.readouterr().out)["findings"] if each["code"] == "gate-masks")
    assert told["message"].startswith(
        "keras==3.6.0: the four gates share one mask; keras==3.8.0: each of the four gates has its own mask "
        "(implementation 1 and 2)."
    )
    assert "--accept" in told["remedy"]


def test_one_layer_is_looked_at_alone(capsys):
    cli.main([*KERAS_3, "--layer", "keras.layers.Dropout", "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert {target["subject"] for target in report["targets"]} == {"keras.layers.Dropout"}


def test_every_target_has_a_verdict_and_the_stage_that_moved(capsys):
    cli.main([*KERAS_3, "--format", "json"])
    targets = {(t["subject"], t["dtype"], t["mode"]): t for t in json.loads(capsys.readouterr().out)["targets"]}
    dropout = targets["keras.layers.Dropout", "float32", "eager"]
    assert (dropout["verdict"], dropout["stage"]) == ("law-changed", "seed")
    assert targets["tf.random.stateless_normal", "float32", "eager"]["verdict"] == "identical"


# Files


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json", "junit"])
def test_a_report_in_a_file_leaves_text_on_the_screen(tmp_path, capsys, form):
    path = tmp_path / "report"
    cli.main([*KERAS_3_7, "--format", form, "-o", str(path)])
    assert "Safe to merge? " in capsys.readouterr().out
    assert "3.7.0" in path.read_text()


def test_junit_holds_a_failure_a_place(capsys):
    cli.main([*KERAS_3_7, "--format", "json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    cli.main([*KERAS_3_7, "--format", "junit"])
    failures = list(ElementTree.fromstring(capsys.readouterr().out).iter("failure"))
    assert len(failures) == sum(len(finding["places"]) for finding in findings if finding["keeps"] != "fixed") > 1


def test_a_step_summary_is_appended(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    (tmp_path / "summary.md").write_text("before\n")
    cli.main([*KERAS_3_7, "--format", "github"])
    assert (tmp_path / "summary.md").read_text().startswith("before\n")
    assert "Safe to merge?" in (tmp_path / "summary.md").read_text()
    assert "::error " in capsys.readouterr().out


def test_a_file_is_a_side(tmp_path, capsys):
    path = tmp_path / "mine.json"
    path.write_bytes(shipped.find("2.15.1").path.read_bytes())
    assert cli.main(["compare", str(path), "2.15.1"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["compare", "2.99.0", "2.16.2"],
        ["compare", "keras==3.6.0", "missing.json"],
        ["compare", "no such thing", "2.16.2"],
        ["compare", "", "2.16.2"],
        ["compare", "2.15.1", "2.16.2", "--python", "python3"],
        ["compare", "2.15.1", "--python", "missing/python"],
        ["compare", "2.15.1", "2.16.2", "--expected", "missing.toml"],
        ["compare", "2.15.1", "2.16.2", "-o", "missing/report"],
        ["compare", "2.15.1", "2.16.2", "--accept", "why"],
        ["compare", "2.15.1", "2.16.2", "--accept", "why", "--link", "x"],
        ["compare", "2.15.1", "2.16.2", "--accept", " ", "--expires", "2100-01-01"],
        ["compare", "2.15.1", "2.16.2", "--accept", "why", "--expires", "2020-01-01"],
        ["compare", "2.14.1", "2.15.1", "--accept", "why", "--expires", "2100-01-01"],
        ["compare", "2.15.1", "2.16.2", "--layer", "Foo"],
        ["compare", "2.15.1", "2.16.2", "--layer", ""],
        ["compare", "2.15.1", "2.16.2", "--layer", "Dropout", "--layer", "Foo"],
        ["compare", "2.15.1", "2.16.2", "--layer", "keras.random.*"],
        ["compare", "2.15.1", "2.16.2", "--layer", "tf_keras.layers.Dropout"],
        ["compare", "2.15.1", "--layer", "Foo"],
        ["upgrade", "2.15.1", "tf-nightly", "--layer", "Foo"],
        ["compare", "2.15.1", "2.16.2", "--link", "x"],
        ["upgrade", "tensorflow==2.15.1 -r file", "2.16.2"],
        ["bisect", "2.15.1", "2.15.1"],
        ["bisect", "2.15.1", "keras==3.7.0"],
        ["bisect", "2.15.1", "2.16.2", "--property", "colour"],
        ["explain", "mask-densty"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_one_sentence(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert len(output.err.splitlines()) == 1
    assert output.err.startswith("noise-ops: ")
    assert output.err.endswith((".\n", "?\n"))
    assert list(tmp_path.iterdir()) == []


WHOLE = shipped.find("2.15.1").path.read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        WHOLE[: len(WHOLE) // 2],
        WHOLE[1:],
        b"[" * 100_000,
        b'{"schema": "noise_ops/fingerprint/2", "probe": 1, "environment": {}, "facts": {}}',
        WHOLE.replace(b'"keras.layers.Dropout"', b'"\\u001b[2J<b>"', 1),
        b"\xff\xfe\x00",
        b"9" * 5000,
    ],
    ids=["empty", "open", "half", "headless", "deep", "future", "escape", "binary", "number"],
)
def test_a_damaged_fingerprint_is_one_sentence(content, tmp_path):
    (tmp_path / "bad.json").write_bytes(content)
    assert_refused(noise_ops("compare", "bad.json", "2.16.2", cwd=tmp_path), "bad.json")


@pytest.mark.parametrize("prelude", [FULL_DISK, ANOTHER_USER], ids=["full disk", "no permission"])
def test_a_report_that_cannot_be_written_leaves_nothing(prelude, tmp_path):
    (tmp_path / "locked").mkdir(mode=0o555)
    folder = tmp_path / ("locked" if prelude is ANOTHER_USER else ".")
    # What another user may not read is imported before.
    modules = ("cli", "comparison.compare", "environments.sides", "report.json", "report.text")
    source = f"import {', '.join(f'noise_ops.{name}' for name in modules)}\n" + program(prelude)
    finished = noise_ops(*KERAS_3_7, "--format", "json", "-o", folder / "report.json", source=source)
    assert_refused(finished, "report.json")
    assert [path.name for path in tmp_path.rglob("*")] == ["locked"]


# Expected findings


def test_what_is_accepted_is_expected_from_then_on(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(KERAS_3_7) == 1
    assert cli.main([*KERAS_3_7, *ENTRY]) == 0
    capsys.readouterr()
    assert cli.main(KERAS_3_7) == 0
    shown = " ".join(capsys.readouterr().out.split())
    entries = tomllib.loads((tmp_path / "noise-ops.expected.toml").read_text())["expected"]
    number = f"{len(entries)} finding{'s are' if len(entries) > 1 else ' is'} expected until 2100-01-01"
    assert f"Yes, by your decision: {number} (noise-ops.expected.toml), and " in shown
    assert shown.count("Expected until 2100-01-01, and seen in ") == len(entries)
    assert "places: raises of keras.layers.Dropout, keras.layers.AlphaDropout, " in shown
    assert "every bit" not in shown
    assert "stop reading" not in shown
    assert [path.name for path in tmp_path.iterdir()] == ["noise-ops.expected.toml"]


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json", "junit", "github"])
def test_what_is_accepted_is_no_pass_in_any_format(form, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    arguments = ["compare", "keras==3.4.1", "keras==3.5.0"]
    cli.main([*arguments, *ENTRY[:2], *ENTRY[4:]])
    capsys.readouterr()
    assert cli.main([*arguments, "--format", form]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "by your decision" in shown
    assert "every bit" not in shown
    assert "colliding-seeds" in shown or form == "github"
    told = {
        "markdown": "☑️",
        "html": "☑</span>",
        "json": '"verdict": "contract-changed"',
        "junit": "<skipped",
        "github": "title=expected",
    }
    assert told.get(form, "Expected until 2100-01-01") in shown


def test_a_finding_is_one_entry_and_what_is_mended_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cli.main([*KERAS_3_7, *ENTRY[:2], *ENTRY[4:]])
    entries = tomllib.loads((tmp_path / "noise-ops.expected.toml").read_text())["expected"]
    found = compare.compare(*(shipped.resolve(name) for name in KERAS_3_7[1:]))
    assert [entry["code"] for entry in entries] == [group.code for group in found.groups if not group.fixed]
    assert all("link" not in entry for entry in entries)
    assert [entry["subject"] for entry in entries] == [
        list(group.subjects) if len(group.subjects) > 1 else group.subjects[0]
        for group in found.groups
        if not group.fixed
    ]


def test_a_bad_file_is_refused_before_anything_is_installed_or_recorded(tmp_path, poisoned):
    (tmp_path / "noise-ops.expected.toml").write_text("[[expected]]\n")
    missing = "entry 1: code, subject, versions, reason and expires are missing."
    for arguments in (("upgrade", "tf-nightly", "2.16.2"), ("compare", "2.15.1"), ("compare", "2.15.1", sys.prefix)):
        assert_refused(noise_ops(*arguments, cwd=tmp_path, path=[poisoned], PATH=""), missing)


def test_a_release_is_not_hidden_by_what_lies_here_under_its_name(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    cli.main(["compare", "2.15.1", "keras==3.7.0", "--format", "json"])
    shown = capsys.readouterr().out
    (tmp_path / "2.15.1").mkdir()
    (tmp_path / "keras==3.7.0").write_text("{}")
    assert cli.main(["compare", "2.15.1", "keras==3.7.0", "--format", "json"]) == 1
    assert capsys.readouterr().out == shown
    assert cli.main(["compare", "./keras==3.7.0", "2.15.1"]) == 2


@pytest.mark.parametrize("layer", ["Dropout", "LSTM", "LSTM*", "*Dropout", "LSTM.dropout", "keras.layers.GRU"])
def test_a_short_name_selects_what_it_means(layer, capsys):
    assert cli.main([*KERAS_3, "--layer", layer]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "Safe to merge? No: " in shown
    assert f"Only {layer} was asked: " in shown


def test_a_name_that_is_not_there_is_refused_with_what_is_near(capsys):
    assert cli.main([*KERAS_3, "--layer", "Dropot"]) == 2
    assert "the nearest are 'Dropout' and 'dropout'" in capsys.readouterr().err
    assert cli.main([*KERAS_3, "--layer", "Foo"]) == 2
    assert "nearest" not in capsys.readouterr().err


def test_nothing_is_written_unasked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cli.main(KERAS_3_7)
    assert list(tmp_path.iterdir()) == []


def test_an_expired_entry_fails(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    cli.main([*KERAS_3_7, *ENTRY])
    path = tmp_path / "noise-ops.expected.toml"
    path.write_text(path.read_text().replace("2100-01-01", date.today().replace(year=2020, day=1).isoformat()))
    capsys.readouterr()
    assert cli.main(KERAS_3_7) == 1
    assert "expired on 2020-" in capsys.readouterr().out


def test_an_entry_that_is_not_met_is_unobserved(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    cli.main([*KERAS_3_7, *ENTRY])
    path = tmp_path / "noise-ops.expected.toml"
    path.write_text(path.read_text().replace('"raises"', '"mean"'))
    capsys.readouterr()
    assert cli.main(KERAS_3_7) == 1
    assert "Unobserved: mean of keras.layers.Dropout" in capsys.readouterr().out


def test_a_bad_file_of_expected_findings_is_one_sentence(tmp_path):
    (tmp_path / "noise-ops.expected.toml").write_text("[[expected]]\n")
    said = "noise-ops.expected.toml, entry 1: code, subject, versions, reason and expires are missing."
    assert_refused(noise_ops(*KERAS_3_7, cwd=tmp_path), said)
