"""comparison/amiss.py: what neither side keeps is told, though it does not change, and never twice."""

from dataclasses import replace
from datetime import date

import pytest

from noise_ops.comparison import expected
from noise_ops.comparison.compare import compare
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.side import Side
from noise_ops.report import html, json, markdown, of_comparison, screen, text
from tests.fingerprint._fingerprints import DROPOUT, compared, fingerprint, one

DROPPED = {"dropped": 41000, "n": 131070}

TABLE = [
    # property, value, mode, code and what is seen; "" where nothing is amiss
    ("replicas_draw_apart", "aabb", "mirrored", "replicas", "both replicas draw the same noise"),
    ("accepts rate=1.5", "identity", "eager", "accepts-nonsense", "no noise is drawn"),
    ("accepts rate=1.5", "raises ValueError when made: no", "eager", "", ""),
    ("accepts rate=1", "raises ValueError when called: no", "eager", "raises", "raises ValueError when called"),
    ("accepts rate=1", "identity", "eager", "rate-limit", "no noise is drawn"),
    ("accepts seed='a'", "noise", "eager", "", ""),
    ("accepts seed=None", "raises TypeError when made: unexpected keyword argument 'seed'", "eager", "", ""),
    ("gate_masks implementation=1", "raises E: no", "eager", "raises", "raises E"),
    ("mask_density 0.3", DROPPED, "eager", "mask-density", "the rate is not the documented one"),
    ("policy_kept", "float32", "from_config", "round-trip", "they lose the dtype policy"),
    ("policy_kept", "bfloat16", "from_config", "", ""),
    ("data_format_kept", "lost", "from_config", "round-trip", "they lose data_format"),
    ("changed_attribute tf.Variable", "raises E: no", "function", "", ""),
    ("stream", "raises ValueError: no", "mirrored", "raises", "raises ValueError"),
    ("config", "hangs", "eager", "dies", "a process dies or hangs, or did"),
]


@pytest.mark.parametrize(("name", "value", "mode", "code", "seen"), TABLE)
def test_what_is_amiss_on_both_sides_is_told(name, value, mode, code, seen):
    record = one(value, name, target=f"float32/{mode}")
    found = compared(record, record, predict=False)
    assert found.groups == ()
    assert [(group.code, group.briefly) for group in found.amiss] == ([(code, seen)] if code else [])


def test_what_follows_from_a_layer_that_raises_is_not_told_again():
    facts = {"stream": "raises E: no", "input_untouched": "raises E: no", "replicas_draw_apart": "raises E: no"}
    record = fingerprint({DROPOUT: {"float32/mirrored": facts}})
    (group,) = compared(record, record, predict=False).amiss
    assert [change.property for change in group.changes] == ["stream"]


def test_what_changes_is_told_as_a_change_alone():
    found = compared(*(one(value, "neighbouring_seeds_differ") for value in ("abbc", "abab")), predict=False)
    assert [group.keeps.value for group in found.groups] == ["neither"]
    assert found.amiss == ()


def same(**environment):
    """A shipped release beside itself, as it would be recorded here."""
    old = shipped.resolve("keras==3.15.1")
    again = replace(old.fingerprint, environment=replace(old.environment, **environment))
    return expected.apply(compare(old, Side("installed", again), ["LSTM"]), (), date(2026, 11, 28))


def test_of_one_release_the_question_is_whether_it_does_as_recorded_and_the_answer_whether_that_is_right():
    shown = of_comparison.page(same(tensorflow="2.21.0", tf_keras="2.21.0"))
    assert shown.question == "Is what is installed as recorded?"
    assert shown.answer.startswith("Yes: every bit, law and contract that was recorded of what you selected is as rec")
    assert "Right? Not in all: of 51 values that documentation speaks of" in shown.answer
    lines = screen.render(shown).splitlines()
    assert "AMISS ON BOTH SIDES, 4 findings: you are affected if you" in lines
    assert "  set dropout with implementation=1: raises InvalidArgumentError (LSTM)" in lines
    assert not shown.stop


def test_another_version_of_keras_is_an_upgrade():
    assert of_comparison.page(same(keras="3.15.2")).question == "Safe to merge?"


def test_one_release_without_anything_amiss_says_how_much_was_held_to_documentation():
    record = one("identity", "identity_at_inference")
    shown = of_comparison.page(expected.apply(compared(record, record, predict=False), (), date(2026, 11, 28)))
    assert shown.question == "Is new as recorded?"
    assert shown.answer.endswith("Right? In all that is documented and was recorded: 1 value.")


def test_an_upgrade_that_keeps_what_is_amiss_says_so_in_a_line_and_with_details_what():
    outcome = expected.apply(
        compare(shipped.resolve("2.20.0"), shipped.resolve("2.21.0"), ["LSTM"]), (), date(2026, 11, 28)
    )
    shown = of_comparison.page(outcome)
    assert shown.answer.startswith("Yes")
    assert "Not of this upgrade: 6 things that neither side does as documented." in screen.render(shown).splitlines()
    assert "  raises, if you set dropout with implementation=1: raises InvalidArgumentError (" in text.render(
        shown, details=True
    )
    for rendered in (markdown.render(shown), html.render(shown), json.render_comparison(outcome)):
        assert "set dropout with implementation=1" in rendered
    assert outcome.exit_code("stream-changed") == 0
