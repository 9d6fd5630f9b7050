"""report/screen.py: an upgrade on one screen, worst first; what finds no room is counted, and never a broken law."""

import re
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.report import screen
from tests.report._pages import CONFIG, ENTRY, MENDED, SAME, STREAM, hostile_pages, is_command, with_entries
from tests.report.test_of_comparison import page

TOLD = {"condition": "train under MirroredStrategy", "briefly": "both replicas draw the same noise"}
REPLICAS, NEWS = replace(ENTRY, **TOLD), replace(CONFIG, condition="read configs", briefly="configs have other entries")


def test_a_finding_is_a_line_under_its_verdict():
    assert """
LAW-CHANGED, 1 finding: you are affected if you
  train under MirroredStrategy: both replicas draw the same noise (2 subjects)
    What to do: Give each replica a seed; `noise-ops bisect` names the release.
CONTRACT-CHANGED, 1 finding: you are affected if you
  read configs: configs have other entries (Dropout, tf.nn.dropout)
""" in screen.render(with_entries(REPLICAS, NEWS))


@pytest.mark.parametrize(
    ("old", "new"),
    [("2.15.1", "2.16.2"), ("2.4.4", "2.21.0"), ("keras==3.0.5", "keras==3.15.1"), ("keras==3.6.0", "keras==3.7.0")],
)
def test_every_upgrade_fits_a_screen(old, new):
    lines = screen.render(page(old, new, predict=False)).splitlines()
    assert len(lines) < screen.ROWS
    assert max(map(len, lines)) <= screen.COLUMNS


STEPS = [pair for library in shipped.LIBRARIES for pair in pairwise(shipped.releases(library))]
ORDER = ("LAW-CHANGED", "CANNOT-TELL", "CONTRACT-CHANGED", "STREAM-CHANGED", "MENDED")
AMISS = (
    r"\S  +\S|\(\)|\b1 (finding|change|thing|place|note|subject|fact)s\b| ,|, ?[,.]|\b(\w+) \2\b|\b(is|are) (is|are)\b"
)


def answer_may_be(told):
    """How the answer may begin, by the worst that is not mended: never kinder than the findings."""
    left = {entry.verdict for entry in told.entries if not entry.mended}
    if Verdict.LAW_CHANGED in left:
        return "No: "
    if Verdict.CANNOT_TELL in left:
        return "Cannot tell: "
    law_mended = any(entry.verdict is Verdict.LAW_CHANGED for entry in told.entries)
    return "After a look: " if Verdict.CONTRACT_CHANGED in left or law_mended else "Yes: "


@pytest.mark.parametrize("reverse", [False, True], ids=["upgrades", "downgrades"])
def test_the_screen_of_every_step_is_whole_in_order_and_in_english(reverse):
    for old, new in STEPS:
        told = page(*((new.name, old.name) if reverse else (old.name, new.name)), predict=False)
        shown = screen.render(told)
        lines = shown.splitlines()
        assert len(lines) < screen.ROWS, shown
        assert max(map(len, lines)) <= screen.COLUMNS, shown
        headings = [re.match(r"([A-Z-]+), \d+ findings?: you (are affected|notice it) if you$", line) for line in lines]
        labels = [found[1] for found in headings if found]
        every = sorted({entry.label for entry in told.entries}, key=ORDER.index)
        assert labels == every[: len(labels)], shown
        assert labels == every or "more finding" in shown, shown
        assert told.answer.startswith(answer_may_be(told)), shown
        assert ("--details" in lines[-1]) == bool(told.entries or told.amiss), shown
        whole = " ".join(filter(None, map(str.strip, screen.render(told, rows=None).splitlines())))
        assert not re.search(AMISS, whole), whole


def unwrapped(shown):
    return " ".join(shown.split())


def is_told(entry, shown):
    """Whether a screen says who is affected by a finding, and by what."""
    return f" {entry.condition}: {entry.briefly}" in unwrapped(shown)


@pytest.mark.parametrize("library", shipped.LIBRARIES)
def test_no_broken_law_is_given_up_and_what_is_given_up_is_the_lowest(library):
    # `upgrade` says besides which Keras each side is judged with.
    days = tuple(f"tensorflow=={side} is judged with Keras 3.11.1, the Keras of its day; {'x' * 40}." for side in "ab")
    for old, new in combinations(shipped.releases(library), 2):
        judged = page(old.name, new.name, predict=False)
        for told in (judged, replace(judged, setting=judged.setting + days)):
            shown = screen.render(told)
            seen = [is_told(entry, shown) for entry in told.entries]
            assert all(said for said, entry in zip(seen, told.entries, strict=True) if entry.label == ORDER[0]), shown
            assert seen == sorted(seen, reverse=True), shown
            notes = [unwrapped(note) in unwrapped(shown) for note in told.notes]
            assert notes == sorted(notes, reverse=True), shown
            assert all(seen) or not any(notes), shown
            left = re.search(r"(\d+) more finding", shown)
            assert int(left[1] if left else 0) == seen.count(False), shown
            below = [label for label in ORDER[1:] if f"\n{label}, " in shown]
            assert len(shown.splitlines()) < screen.ROWS or not (below or any(notes)), shown


def test_every_finding_is_shown_or_counted():
    told = page("2.15.1", "2.16.2")
    lines = screen.render(told).splitlines()
    headings = {re.match(r"(\S+), (\d+) finding", line).groups() for line in lines if re.match(r"\S+, \d+ find", line)}
    assert headings == {("LAW-CHANGED", "4"), ("CONTRACT-CHANGED", "11")}
    findings = [line for line in lines if re.match(r" {2}\S", line)]
    left = int(re.match(r"(\d+) more findings, 6 notes, places", lines[-1]).group(1))
    assert len(findings) + left == len(told.entries)


def test_a_larger_screen_shows_more_and_none_shows_all():
    told = page("2.15.1", "2.16.2")
    lengths = [len(screen.render(told, rows=rows).splitlines()) for rows in (24, 30, 40)]
    assert lengths[0] < lengths[1] < lengths[2] < 40
    whole = screen.render(told, rows=None)
    assert "more finding" not in whole
    assert all(note.split()[0] in whole for note in told.notes)


def test_what_to_do_is_told_where_all_else_finds_room():
    of_a_finding = "\n    What to do: "
    assert of_a_finding in screen.render(page("keras==3.6.0", "keras==3.7.0"))
    assert of_a_finding not in screen.render(page("2.15.1", "2.16.2"))


def test_what_was_mended_stands_apart_and_needs_no_remedy():
    shown = screen.render(with_entries(STREAM, replace(MENDED, **TOLD)))
    assert "\nMENDED, 1 finding: you notice it if you\n  train under" in shown
    assert shown.count("What to do:") == 1


def test_a_finding_without_a_condition_says_what_is_wrong():
    assert "\nLAW-CHANGED, 1 finding\n  Replicas share their noise (2 subjects)\n" in screen.render(
        with_entries(replace(ENTRY, places=ENTRY.places))
    ).replace("(Dropout, tf.nn.dropout)", "(2 subjects)")


def test_nothing_that_changed_needs_no_details():
    assert "--details" not in screen.render(SAME)


@given(hostile_pages, st.sampled_from([20, 80]), st.sampled_from([1, 24, None]))
def test_no_text_moves_a_cursor_or_runs_a_command(told, columns, rows):
    shown = screen.render(told, columns=columns, rows=rows)
    assert not [c for c in shown if not c.isprintable() and c != "\n"]
    assert not [line for line in shown.split("\n") if is_command(line)]
