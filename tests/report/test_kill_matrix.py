"""report/kill_matrix.py: one sentence first, what went wrong next, then a line a mutant."""

import json

import pytest

from noise_ops.findings import Verdict
from noise_ops.report import kill_matrix
from noise_ops.sabotage.mutant import Kind, Mutant, Wound
from noise_ops.sabotage.outcome import Ending, Matrix, Outcome
from tests.report.test_of_check import ENVIRONMENT

BROKEN = Mutant("keras.layers.Dropout", Wound("scale", Kind.SCALE, "the scale is missing", (), ("support_and_scale",)))
CONTROL = Mutant(
    "tf.nn.dropout",
    Wound("complemented", Kind.OTHER_STREAM, "u is mirrored", (), verdicts=(Verdict.STREAM_CHANGED,)),
)
CAUGHT = Outcome(
    BROKEN, Ending.CAUGHT, Verdict.LAW_CHANGED, ("mean_preservation", "support_and_scale"), ("support_and_scale",), 9
)
ALONE = Outcome(CONTROL, Ending.LEFT_ALONE, Verdict.STREAM_CHANGED, failed=("predicted_stream",))
MISSED = Outcome(BROKEN, Ending.MISSED, Verdict.IDENTICAL)
ACCUSED = Outcome(CONTROL, Ending.ACCUSED, Verdict.LAW_CHANGED, ("mask_density",))
UNREACHED = Outcome(BROKEN, Ending.UNREACHED, Verdict.IDENTICAL, reason="never passed")
NOT_RUN = Outcome(BROKEN, Ending.NOT_RUN, reason="keras is not installed (pip install keras)")

GOOD = """\
Can this suite fail? 1 of 1 broken layers were caught, 1 of 1 controls rightly left alone (61 s).

keras.layers.Dropout
  the scale is missing   caught by support_and_scale and 1 more

tf.nn.dropout
  u is mirrored   left alone: stream-changed
"""


def matrix(*outcomes):
    """A matrix of outcomes that took a minute."""
    return Matrix(list(outcomes), ENVIRONMENT, 61.2)


def body(*outcomes):
    """The text below the header."""
    return kill_matrix.render_text(matrix(*outcomes)).split("\n\n", 1)[1]


def test_a_good_matrix_reads():
    assert body(CAUGHT, ALONE) == GOOD
    assert matrix(CAUGHT, ALONE).exit_code == 0


@pytest.mark.parametrize(
    ("outcome", "word"), [(MISSED, "MISSED"), (ACCUSED, "WRONGLY ACCUSED"), (UNREACHED, "NEVER REACHED")]
)
def test_what_went_wrong_is_loud_and_comes_first(outcome, word):
    text = body(CAUGHT, ALONE, outcome)
    assert text.startswith("Can this suite fail? Not always:")
    assert text.index(f"{word}  {outcome.mutant.name}") < text.index("\nkeras.layers.Dropout\n")
    assert text.count(word) == 2
    assert matrix(CAUGHT, outcome).exit_code == 1


def test_a_miss_names_what_should_have_caught_it():
    assert "It should be caught by support_and_scale." in body(MISSED).replace("\n  ", " ")


def test_what_was_not_run_has_its_reason_and_is_no_miss():
    text = body(ALONE, NOT_RUN)
    assert "not run: keras is not installed (pip install keras)" in text
    assert "0 of 0 broken layers" in text
    assert text.splitlines()[0].endswith("; 1 not run.")
    assert matrix(ALONE, NOT_RUN).exit_code == 0


@pytest.mark.parametrize("outcomes", [(), (NOT_RUN,)])
def test_a_self_test_that_ran_nothing_is_no_pass(outcomes):
    assert matrix(*outcomes).exit_code == 1
    assert "Can this suite fail? That was not seen: no mutant was run" in body(*outcomes)


def test_lines_fit_a_terminal():
    long = Mutant("tf.nn.dropout", Wound("long", Kind.SCALE, 20 * "word ", (), ("support_and_scale",)))
    outcome = Outcome(long, Ending.CAUGHT, Verdict.LAW_CHANGED, 20 * ("support_and_scale",))
    text = kill_matrix.render_text(matrix(outcome), width=80)
    assert max(map(len, text.splitlines())) <= 80


def test_the_json_holds_it_all():
    report = json.loads(kill_matrix.render_json(matrix(CAUGHT, ALONE, MISSED)))
    assert report["schema"] == "noise_ops/selftest/1"
    assert report["passed"] is False
    assert report["counts"] == {
        "caught": 1,
        "left_alone": 1,
        "missed": 1,
        "accused": 0,
        "unreached": 0,
        "not_run": 0,
    }
    assert report["environment"] == ENVIRONMENT
    first = report["mutants"][0]
    assert first["name"] == "keras.layers.Dropout/scale"
    assert first["caught_by"] == ["mean_preservation", "support_and_scale"]
    assert first["control"] is False
    assert report["seconds"] == 61.2


def test_a_page_answers_yes_only_where_everything_ended_as_it_should():
    good, bad = (kill_matrix.page(matrix(*outcomes)) for outcomes in ((CAUGHT, ALONE), (CAUGHT, MISSED)))
    assert (good.question, good.verdict) == ("Can this suite fail?", Verdict.IDENTICAL)
    assert good.answer == "Yes: 1 of 1 broken layers were caught, 1 of 1 controls rightly left alone (61 s)."
    assert good.failures == ()
    assert (bad.verdict, bad.answer.partition(":")[0]) == (Verdict.CANNOT_TELL, "Not always")
    assert bad.failures[0].startswith("MISSED  keras.layers.Dropout/scale: The scale is missing.")
    assert bad.table[2] == ("keras.layers.Dropout", "the scale is missing", "MISSED")


def test_a_page_of_nothing_is_no_yes():
    assert kill_matrix.page(matrix()).verdict is Verdict.CANNOT_TELL
    assert kill_matrix.page(matrix()).answer.startswith("That was not seen")
