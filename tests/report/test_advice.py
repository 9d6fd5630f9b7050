"""report/advice.py: below every answer but a yes stands who waits, who looks and who merges; every format says it."""

import itertools
import json as reader
from datetime import date

import pytest

from noise_ops.comparison import compare, expected
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.report import github, headline, html, json, junit, markdown, of_comparison, screen, text
from noise_ops.report.advice import advice
from noise_ops.usage import asked
from tests.fingerprint._fingerprints import compared, one

TODAY, LAST = date(2026, 11, 24), date(2027, 6, 30)
NEIGHBOURS = [pair for library in shipped.LIBRARIES for pair in itertools.pairwise(shipped.releases(library))]


def outcome(old, new, *patterns, usage=None, entries=()):
    """What comes of two shipped releases."""
    sides = shipped.resolve(old), shipped.resolve(new)
    return expected.apply(compare.compare(*sides, patterns, usage=usage, predict=False), entries, TODAY)


def one_line(shown):
    return " ".join(shown.split())


@pytest.mark.parametrize("pair", NEIGHBOURS, ids=lambda pair: f"{pair[0].name}-{pair[1].name}")
def test_whatever_is_no_yes_says_who_does_what_and_only_streams_let_one_stop_reading(pair):
    for old, new in (pair, pair[::-1]):
        found = outcome(old.name, new.name)
        told, page = headline.answer(found), of_comparison.page(found)
        assert (page.advice == "") == told.startswith("Yes: "), told
        assert page.advice.startswith(f"What to do: keep {old.name} if ") == told.startswith("No: "), page.advice
        only_streams = {group.verdict for group in found.comparison.groups} == {Verdict.STREAM_CHANGED}
        assert bool(page.stop) == (only_streams and not headline.in_part(found.comparison)), told
        decisive = Verdict.LAW_CHANGED if told.startswith("No") else Verdict.CONTRACT_CHANGED
        concerned = [g for g in found.comparison.groups if not g.fixed and g.verdict is decisive]
        counted = f"one of the {len(concerned)} {decisive.value} findings affects you" in page.advice
        named = [f"if you {group.condition.partition(' these layers')[0]}" for group in concerned]
        assert counted or all(who in page.advice for who in named), page.advice
        assert f"{page.question} {page.answer} {page.stop}{page.advice}".strip() in one_line(screen.render(page))


@pytest.mark.parametrize("new", ["2.16.2", "2.14.1"])
def test_code_that_was_read_already_is_not_to_be_read_again(new, tmp_path):
    (tmp_path / "model.py").write_text("import keras\nkeras.layers.GRU(3, recurrent_dropout=0.1)\n")
    usage = asked.of(tmp_path, None, shipped.signatures())
    old, new = ("2.15.1", "2.16.2") if new == "2.16.2" else ("2.13.1", "2.14.1")
    assert "--used-in" not in advice(outcome(old, new, usage=usage))
    assert ("`--accept` writes down" in advice(outcome(old, new, usage=usage))) == (new == "2.16.2")
    assert ("--used-in" in advice(outcome(old, new))) == (new == "2.16.2")


def test_layers_are_named_where_nothing_else_narrows_who_is_affected():
    assert advice(outcome("keras==3.2.1", "keras==3.1.1", "GRU", "LSTM")).startswith(
        "What to do: keep keras==3.2.1 if you use GRU, or 1 more; else look at the rest."
    )


def test_a_law_that_is_mended_concerns_training_and_no_release_is_kept():
    assert advice(outcome("2.10.1", "2.11.1")) == (
        "What to do: look at your code if you give rate=nan, and expect other results of training if you feed nan or "
        "infinity; else merge."
    )


def test_where_what_is_installed_breaks_a_law_nothing_is_merged():
    found = expected.apply(compared(*(one(v, "identity_at_inference") for v in ("identity", "noise"))), (), TODAY)
    assert headline.answer(found).startswith("No: ")
    assert advice(found).startswith("What to do: do not rely on new before you know why: the script ")


def test_what_cannot_be_told_says_how_it_could_be():
    found = expected.apply(compared(*(one(value, "no_such") for value in "ab")), (), TODAY)
    assert advice(found) == "What to do: update noise_ops, or record both sides with one version of it."


def test_a_decision_leaves_nothing_to_do():
    entries = expected.entries(outcome("keras==3.6.0", "keras==3.7.0").comparison, "why", "", LAST)
    assert advice(outcome("keras==3.6.0", "keras==3.7.0", entries=entries)) == ""


@pytest.mark.parametrize(
    ("old", "new"), [("2.14.1", "2.15.1"), ("2.12.1", "2.13.1"), ("2.20.0", "2.21.0"), ("2.15.1", "2.16.2")]
)
def test_every_format_gives_the_same_answer_and_says_the_same_of_what_to_do(old, new):
    found = outcome(old, new)
    page = of_comparison.page(found)
    plain = (screen.render(page), text.render(page, details=True), junit.render(page, Verdict.CONTRACT_CHANGED))
    for shown in (*plain, github.annotations(page, Verdict.CONTRACT_CHANGED).replace("%0A", " ")):
        for told in (page.answer, page.stop, page.advice):
            assert one_line(told) in one_line(shown)
    for shown in (markdown.render(page), html.render(page)):
        for told in (page.stop, page.advice):
            # What a format marks, such as `--used-in .`, stands there all the same.
            assert one_line(told.partition("`")[0]) in one_line(shown.replace("\\", ""))
    report = reader.loads(json.render_comparison(found))
    assert (report["answer"], report["advice"]) == (page.answer, page.advice)
