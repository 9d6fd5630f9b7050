"""`noise-ops check --layer pkg:Class --law LAW`: a layer of the user's own, in every format."""

import json
import re

import pytest

from noise_ops.cli import main

ASKED = ["check", "--layer", "tests.testing._layers:Unscaled", "--args", "rate=0.1", "--law", "drops(0.1)"]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The report as JSON, and its exit code."""
    file = tmp_path_factory.mktemp("own") / "report.json"
    return main([*ASKED, "--format", "json", "-o", str(file)]), json.loads(file.read_text())


def test_a_broken_layer_ends_with_1_and_is_told(written):
    code, report = written
    assert (code, report["schema"], report["verdict"]) == (1, "noise_ops/layer/1", "law-changed")
    [found] = report["findings"]
    assert found["property"] == "support_and_scale"
    assert "--args rate=0.1" in found["reproduce"]
    assert {each["outcome"] for each in report["properties"]} == {"passed", "failed", "skipped"}
    assert sum(row["alpha"] for row in report["certificate"]) <= 1e-6


ENTRY = """
[[expected]]
code = "support"
subject = "Unscaled"
versions = "tensorflow>=2"
reason = "the next layer scales"
expires = {day}
"""


@pytest.mark.parametrize(
    ("day", "code", "says"),
    [
        ("2100-01-31", 0, "Yes, by your decision: 1 finding is expected until 2100-01-31 (mine.toml)."),
        ("2020-01-31", 1, "No: an expected finding expired on 2020-01-31; decide again."),
    ],
)
def test_what_is_expected_does_not_fail_until_its_day(tmp_path, capsys, day, code, says):
    file = tmp_path / "mine.toml"
    file.write_text(ENTRY.format(day=day))
    assert main([*ASKED, "--expected", str(file)]) == code
    shown = " ".join(capsys.readouterr().out.split())
    assert says in shown or (code and "what is kept is multiplied by 1" in shown)


@pytest.mark.parametrize("name", ["text", "markdown", "html", "github"])
def test_each_format_says_it(name, capsys):
    # No policy lets a broken law pass.
    assert main([*ASKED, "--format", name, "--fail-on", "cannot-tell"]) == 1
    assert "what is kept is multiplied by 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--layer", "Dropout", "--law", "drops(0.1)"], "a layer of your own is one --layer"),
        (["--layer", "a:B"], r"noise-ops check --layer a:B --law 'drops\(0\.1\)'"),
        (["--layer", "a:B", "--layer", "a:C", "--law", "drops(0.1)"], "a layer of your own is one --layer"),
        (["--args", "rate=0.1"], "a layer of your own is one --layer"),
        (["--layer", "a:B", "--law", "drops(0.1)", "--dtype", "float32"], "in every dtype and mode"),
        (["--layer", "missing:B", "--law", "drops(0.1)"], "missing cannot be imported"),
        (["--layer", "tests.testing._layers:Nothing", "--law", "drops(0.1)"], "has no Nothing"),
        (["--layer", "tests.testing._layers:Right", "--law", "drops(2)"], "rate is a probability"),
        (
            ["--layer", "tests.testing._layers:Right", "--law", "drops(.1)", "--args", "p=1"],
            "Right makes no layer: ValueError: Unrecognized keyword",
        ),
        (["--layer", "tests.testing._layers:Right", "--law", "drops(.1)", "--inference", "x"], "inference is identity"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(arguments, says, capsys):
    assert main(["check", *arguments]) == 2
    told = capsys.readouterr().err.strip().splitlines()[-1]
    assert re.search(says, told)
    assert told.endswith(".")
