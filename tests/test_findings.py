"""findings.py: verdicts have an order, every code says all it must, and a finding survives as JSON."""

import ast
from pathlib import Path

import pytest

from noise_ops.findings import CODES, Finding, FindingError, Stage, Verdict, hold, worst

PACKAGE = Path(__file__).parents[1] / "noise_ops"
KEYS = ["code", "subject", "dtype", "mode", "property", "stage", "message", "reproduce", "script", "verdict"]


def finding(code="mask-density", stage=None, **fields):
    """A finding as a check would make it."""
    given = {"subject": "keras.layers.Dropout", "dtype": "float32", "mode": "eager", "property": "mask_density"}
    texts = {"message": "Expected 1, observed 2.", "reproduce": "noise-ops check", "script": "print(1)"}
    return Finding(code=code, stage=stage, **{**given, **texts, **fields})


def codes_used():
    """The codes that the checks and the plugin pass to what makes findings of them."""
    place = {"finding": 0, "_other_finding": 0, "held": 1, "follows": 1, "Alarm": 1, "_dependence": 1}
    files = [*PACKAGE.glob("checks/*.py"), PACKAGE / "pytest_plugin.py"]
    calls = [node for file in files for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    named = [call for call in calls if getattr(call.func, "id", "") in place]
    codes = [call.args[place[call.func.id]] for call in named]
    return {code.value for code in codes if isinstance(code, ast.Constant)}


def test_verdicts_are_ordered_from_identical_to_cannot_tell():
    ordered = ["identical", "stream-changed", "contract-changed", "law-changed", "cannot-tell"]
    assert [verdict.value for verdict in sorted(Verdict, key=lambda verdict: verdict.severity)] == ordered


def test_a_run_without_findings_is_identical():
    assert worst([]) is Verdict.IDENTICAL


@pytest.mark.parametrize(
    ("codes", "verdict"),
    [(["stream"], "stream-changed"), (["dtype", "stream"], "contract-changed"), (["mean", "dtype"], "law-changed")],
)
def test_the_worst_finding_is_the_verdict_in_any_order(codes, verdict):
    findings = [finding(code) for code in codes]
    assert worst(findings).value == worst(findings[::-1]).value == verdict


def test_what_crashed_outweighs_every_verdict():
    assert worst([finding(code) for code in CODES]) is Verdict.CANNOT_TELL


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_verdict_and_three_whole_sentences(code):
    verdict, *sentences = CODES[code]
    assert verdict is not Verdict.IDENTICAL
    for sentence in sentences:
        assert sentence.strip() == sentence
        assert sentence[0].isupper() or sentence.startswith(("y ", "noise_shape"))
        assert sentence.endswith(".")


def test_every_code_that_is_used_is_explained():
    assert codes_used() <= set(CODES)


def test_every_code_that_is_explained_is_used():
    assert set(CODES) - codes_used() == set()


def test_json_has_exactly_the_documented_keys():
    assert sorted(finding().to_json()) == sorted(KEYS)


@pytest.mark.parametrize("stage", [None, *Stage], ids=str)
def test_json_holds_plain_values(stage):
    as_json = finding(stage=stage).to_json()
    assert as_json["stage"] == (stage.value if stage else None)
    assert as_json["verdict"] == "law-changed"


def test_a_finding_is_raised_with_where_and_what():
    with pytest.raises(FindingError, match=r"^keras.layers.Dropout \(float32, eager\): Expected 1, observed 2\.$") as e:
        hold(finding())
    assert e.value.finding == finding()


def test_no_finding_raises_nothing():
    hold(None)
