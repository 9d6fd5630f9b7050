"""result.py: a result is summed up by its worst news, and travels from a worker whole."""

import json
from dataclasses import replace

import pytest

from noise_ops.findings import Verdict
from noise_ops.result import Check, Result, Selection
from tests.stats.test_certificate import ROW, merged
from tests.test_findings import finding


def check(outcome="passed", code=None, subject="keras.layers.Dropout", known=None, **fields):
    """A check as a run reports it."""
    examples = fields.pop("examples", {})
    given = {"dtype": "float32", "mode": "eager", "property": "mask_density", **fields}
    unreached, parameter = given.pop("unreached", False), given.pop("parameter", None)
    found = finding(code, subject=subject, **given) if code else None
    told = {"unreached": unreached, "parameter": parameter, "examples": examples}
    return Check(subject, **given, outcome=outcome, known=known, finding=found, **told)


def test_a_result_without_findings_is_identical():
    assert Result([check(), check("skipped")]).verdict is Verdict.IDENTICAL


def test_a_known_deviation_is_no_news():
    result = Result([check(), check("known", "mask-density", known="half-precision")])
    assert result.verdict is Verdict.IDENTICAL
    assert result.findings == []
    assert [known.known for known in result.known] == ["half-precision"]


def test_the_worst_failure_is_the_verdict():
    result = Result([check("failed", "stream"), check("failed", "mean"), check("known", "crash", known="k")])
    assert result.verdict is Verdict.LAW_CHANGED
    assert [finding.code for finding in result.findings] == ["mean", "stream"]


def test_subjects_come_in_the_order_of_the_catalog():
    names = ["tf.nn.dropout", "keras.layers.GaussianNoise", "somewhere.Else", "keras.layers.Dropout"]
    result = Result([check(subject=name) for name in names])
    assert result.subjects == ["keras.layers.Dropout", "keras.layers.GaussianNoise", "tf.nn.dropout", "somewhere.Else"]


def test_dtypes_whose_law_was_not_asked_are_named():
    checks = [check(dtype=dtype) for dtype in ("float32", "bfloat16", "float16")]
    weighed = merged([ROW, replace(ROW, dtype="bfloat16")])
    assert "laws in float16" in Result(checks, certificate=weighed).left_out()
    assert not [told for told in Result(checks[:2], certificate=weighed).left_out() if told.startswith("laws")]


@pytest.mark.parametrize("checks", [[], [check("skipped")]])
def test_where_nothing_was_asked_there_is_nothing_to_tell(checks):
    assert Result(checks).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    ("code", "verdict"),
    [(None, "cannot-tell"), ("stream", "cannot-tell"), ("dtype", "cannot-tell"), ("mean", "law-changed")],
)
def test_what_was_cut_short_is_no_pass_and_a_broken_law_stays_one(code, verdict):
    result = Result([check("failed" if code else "passed", code), check("skipped", unreached=True)])
    assert result.verdict.value == verdict
    assert len(result.findings) == bool(code)


@pytest.mark.parametrize("code", [None, "mean", "stream"])
def test_a_check_that_is_told_as_json_is_the_same_check(code):
    told = check("failed", code, known="k", examples={"hard": 3})
    assert Check.from_json(json.loads(json.dumps(told.to_json()))) == told


def test_a_selection_is_told_in_words():
    assert (
        Selection(("Dropout", "LSTM*"), ("float16",), ("eager",)).sentence() == "Dropout and LSTM* in float16 in eager"
    )
    assert Selection().sentence() == ""


@pytest.mark.parametrize("subject", ["keras.layers.Dropout", "tf.nn.dropout"])
def test_what_raises_leads_unless_other_calls_of_the_layer_break_a_law(subject):
    raised = check("failed", "raises", subject=subject, property="shape_and_dtype_kept")
    order = [finding.code for finding in Result([raised, check("failed", "mean")]).findings]
    assert order == (["mean", "raises"] if subject == "keras.layers.Dropout" else ["raises", "mean"])
