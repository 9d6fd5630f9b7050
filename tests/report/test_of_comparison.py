"""report/of_comparison.py, text.py and screen.py: what is said of an upgrade, for every kind of answer."""

from datetime import date

import pytest

from noise_ops.comparison import compare, expected
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.side import Side
from noise_ops.report import of_comparison, screen, text
from tests.fingerprint._fingerprints import DROPOUT, compared, fingerprint, one

HOSTILE = "\x1b[2J\u202e<b>|`x`\n::error::"


def page(old, new, **options):
    """The page of a comparison of two shipped releases."""
    found = compare.compare(shipped.resolve(old), shipped.resolve(new), **options)
    return of_comparison.page(expected.apply(found, (), date(2026, 11, 24)))


def page_of(old, new):
    """The page of a comparison of two fingerprints."""
    return of_comparison.page(expected.apply(compared(old, new, predict=False), (), date(2026, 11, 24)))


@pytest.mark.parametrize(
    ("old", "new", "answer", "verdict"),
    [
        ("2.14.1", "2.15.1", "Yes: every bit, law and contract", Verdict.IDENTICAL),
        ("2.12.1", "2.13.1", "Yes: the law is the same and other numbers", Verdict.STREAM_CHANGED),
        ("2.20.0", "2.21.0", "After a look: the law of the noise is kept", Verdict.CONTRACT_CHANGED),
        ("2.15.1", "2.16.2", "No: 4 changes of the law", Verdict.LAW_CHANGED),
    ],
)
def test_the_question_is_answered(old, new, answer, verdict):
    shown = page(old, new)
    assert shown.question == "Safe to merge?"
    assert shown.answer.startswith(answer)
    assert shown.verdict is verdict
    assert bool(shown.stop) == (verdict is Verdict.STREAM_CHANGED)


def test_fingerprints_of_other_probes_cannot_be_compared():
    shown = page_of(one([], "config"), fingerprint({DROPOUT: {"float32/eager": {"config": []}}}, probe=2))
    assert shown.answer.startswith("Cannot tell: the fingerprints were recorded by different probes")


def test_a_page_names_the_versions_and_what_else_differs():
    shown = page("2.11.1", "2.12.1").setting
    assert "TensorFlow 2.11.1 → 2.12.1 · Keras 2.11.0 → 2.12.0 · tf_keras not installed" in shown[0]
    assert shown[1] == "Differs as well, and may be the reason: numpy 1.23.5 → 1.24.3, python 3.10.13 → 3.11.7"


def test_a_table_has_a_row_a_subject_that_changed():
    rows = {row[0]: row[1:] for row in page("keras==3.6.0", "keras==3.7.0").table[1:]}
    assert rows["keras.layers.Dropout"] == ("contract-changed", "raises")
    assert "keras.random.dropout" not in rows


def test_an_entry_says_which_side_keeps_what_is_documented():
    kept = {entry.code: entry.kept for entry in page("2.15.1", "2.16.2").entries}
    assert kept["replicas"] == "2.16.2 breaks what 2.15.1 kept"
    assert kept["colliding-seeds"] == "neither side does what is documented"
    assert kept["new-call"] == "2.16.2 does what is documented, and 2.15.1 did not"


def test_the_heading_of_a_finding_says_who_is_affected():
    headings = [
        line for line in text.render(page("2.15.1", "2.16.2"), details=True).splitlines() if "-CHANGED  " in line
    ]
    (replicas,) = [line for line in headings if "replicas" in line]
    assert replicas.startswith("LAW-CHANGED  replicas, seed stage, if you train under MirroredStrategy: Replicas of")
    assert all(", if you " in line for line in headings)


def test_a_long_answer_is_said_again_at_the_end():
    shown = text.render(page("2.15.1", "2.16.2"), details=True)
    assert shown.count("Safe to merge? No:") == 2
    assert text.render(page("2.11.1", "2.12.1")).count("Safe to merge?") == 1


def test_no_line_but_a_scripts_is_longer_than_120_characters():
    lines = text.render(page("2.4.4", "2.21.0", predict=False), details=True, width=118).splitlines()
    assert [line for line in lines if len(line) > 120 and not line.startswith("    ")] == []


@pytest.mark.parametrize("render", [text.render, screen.render])
def test_a_hostile_name_cannot_move_a_cursor(render):
    sides = Side(HOSTILE, one("identity", "accepts rate=0")), Side("new", one("<b>", "accepts rate=0"))
    found = of_comparison.page(expected.apply(compare.compare(*sides, predict=False), (), date(2026, 11, 24)))
    shown = render(found)
    assert not [c for c in shown if not c.isprintable() and c != "\n"]
    assert "\n::error::" not in shown
