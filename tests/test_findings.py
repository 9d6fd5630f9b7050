"""findings.py: verdicts have an order, and a finding survives as JSON."""

import json
from types import SimpleNamespace

import pytest

from noise_ops.findings import CODES, Finding, FindingError, Stage, Verdict, hold, worst
from noise_ops.points import Point

KEYS = ["code", "subject", "dtype", "mode", "property", "stage", "message", "reproduce", "script", "verdict"]


def finding(code="mask-density", stage=None, **fields):
    """A finding as a check would make it."""
    given = {"subject": "keras.layers.Dropout", "dtype": "float32", "mode": "eager", "property": "mask_density"}
    texts = {"message": "Expected 1, observed 2.", "reproduce": "noise-ops check", "script": "print(1)"}
    return Finding(code=code, stage=stage, **{**given, **texts, **fields})


def test_verdicts_are_ordered_from_identical_to_a_broken_law():
    ordered = ["identical", "stream-changed", "contract-changed", "cannot-tell", "law-changed"]
    assert [verdict.value for verdict in sorted(Verdict, key=lambda verdict: verdict.severity)] == ordered


@pytest.mark.parametrize("fail_on", Verdict, ids=lambda verdict: verdict.value)
def test_no_policy_lets_pass_what_outweighs_what_it_names_nor_what_is_no_pass(fail_on):
    for verdict in Verdict:
        outweighs = worst(map(finding_of, (verdict, fail_on))) is verdict
        assert verdict.fails(fail_on) == (outweighs or verdict in (Verdict.LAW_CHANGED, Verdict.CANNOT_TELL))


def finding_of(verdict):
    """What has a verdict, and nothing else."""
    return SimpleNamespace(verdict=verdict)


def test_a_run_without_findings_is_identical():
    assert worst([]) is Verdict.IDENTICAL


@pytest.mark.parametrize(
    ("codes", "verdict"),
    [(["stream"], "stream-changed"), (["dtype", "stream"], "contract-changed"), (["mean", "dtype"], "law-changed")],
)
def test_the_worst_finding_is_the_verdict_in_any_order(codes, verdict):
    findings = [finding(code) for code in codes]
    assert worst(findings).value == worst(findings[::-1]).value == verdict


def test_what_crashed_outweighs_every_verdict_but_a_broken_law():
    milder = [finding(code) for code in CODES if CODES[code].verdict is not Verdict.LAW_CHANGED]
    assert worst(milder) is worst(milder[::-1]) is Verdict.CANNOT_TELL
    assert worst([finding("crash"), finding("mean")]) is worst([finding("mean"), finding("crash")])
    assert worst([finding(code) for code in CODES]) is Verdict.LAW_CHANGED


def test_json_has_exactly_the_documented_keys():
    assert sorted(finding().to_json()) == sorted(KEYS)


def test_numbers_of_a_picture_are_told_where_there_are_any_and_come_back():
    drawn = finding(points=(Point(1.0, 0.5, 0.4, 0.3, 0.6),))
    assert sorted(drawn.to_json()) == sorted([*KEYS, "points"])
    for one in (finding(), drawn):
        assert Finding.from_json(json.loads(json.dumps(one.to_json()))) == one


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
