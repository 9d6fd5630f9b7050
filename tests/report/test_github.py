"""report/github.py: at most ten annotations a kind, a summary below 1 MiB, and no command but these."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noise_ops.errors import UserError
from noise_ops.findings import Verdict
from noise_ops.report.github import LONGEST_SUMMARY, annotations, summary, write
from tests.report._pages import CONFIG, ENTRY, MENDED, PAGE, SAME, hostile_pages, is_command, with_entries

CONTRACT = Verdict.CONTRACT_CHANGED
HUGE = with_entries(*[replace(ENTRY, script="print(0)\n" * 2000)] * 100)


def kinds(text):
    """The kinds of annotations, line by line."""
    return [line.removeprefix("::").partition(" title=")[0] for line in text.splitlines()]


def test_the_answer_comes_first_as_an_error_where_there_is_one():
    lines = annotations(PAGE, CONTRACT).splitlines()
    assert kinds("\n".join(lines)) == ["error", "error", "error", "warning", "notice"]
    assert lines[0] == "::error title=2.15.1 → 2.16.2::Safe to merge? No: 1 change of the law of the noise."
    assert lines[4].startswith("::notice title=mended%3A A second call repeats.::")


def test_an_error_says_what_to_do():
    assert annotations(with_entries(ENTRY), CONTRACT).splitlines()[1] == (
        "::error title=law-changed%3A Replicas share their noise.::2.15.1: all draws differ; 2.16.2: 1 = 2 of 4 draws."
        "%0AWhat to do: Give each replica a seed; `noise-ops bisect` names the release."
        "%0AAgain: noise-ops compare 2.15.1 2.16.2 --layer keras.layers.Dropout"
    )


def test_who_is_affected_is_said_first_of_what_broke_and_of_what_was_mended():
    page = with_entries(*(replace(entry, condition="train under MirroredStrategy") for entry in (ENTRY, MENDED)))
    told = [line.split("::", 2)[2] for line in annotations(page, CONTRACT).splitlines() if "Safe to" not in line]
    who = [line.partition(" 2.15.1")[0] for line in told]
    assert who == [f"You {verb} if you train under MirroredStrategy." for verb in ("are affected", "notice it")]


def test_an_identical_upgrade_is_one_notice():
    (line,) = annotations(SAME, CONTRACT).splitlines()
    assert line.endswith("Yes: every bit is kept.%0AYou can stop reading if you do not seed your layers.")


@pytest.mark.parametrize(("number", "said"), [(9, None), (10, "1 more error:"), (25, "16 more errors:")])
def test_the_tenth_says_how_many_more_there_are(number, said):
    lines = [line for line in annotations(with_entries(*[CONFIG] * number), CONTRACT).splitlines() if "::error" in line]
    assert len(lines) == 10
    assert sum("more error" in line for line in lines) == (said is not None)
    assert (said or "") in lines[-1]


@pytest.mark.parametrize(
    ("title", "message", "line"),
    [
        ("50%, a: b", "50%, a: b", "title=law-changed%3A 50%25%2C a%3A b::50%25, a: b%0A"),
        ("a\r\nb", "a\r\nb", "title=law-changed%3A a b::a b%0A"),
        ("%0A", "%0A::error::", "title=law-changed%3A %250A::%250A::error::%0A"),
    ],
)
def test_commands_are_escaped_as_github_reads_them(title, message, line):
    assert line in annotations(with_entries(replace(ENTRY, title=title, message=message)), CONTRACT)


@given(hostile_pages, st.sampled_from(Verdict))
def test_every_line_is_one_annotation_and_no_other_command(page, fail_on):
    text = annotations(page, fail_on)
    assert len(text.split("\n")) == 2 + len(page.entries) + len(page.failures)
    assert set(kinds(text)) <= {"error", "warning", "notice"}
    assert not any(is_command(line.partition(" ")[2]) for line in text.split("\n"))
    assert "\r" not in text


@given(hostile_pages)
def test_no_workflow_runs_a_line_of_a_summary(page):
    assert not any(map(is_command, summary(page).split("\n")))


def test_a_huge_summary_is_cut_between_details():
    text = summary(HUGE)
    assert LONGEST_SUMMARY - 20_000 < len(text.encode()) <= LONGEST_SUMMARY
    assert text.count("<details>") == text.count("</details>") < text.count("### ⛔") == 100
    assert f"Left out here, for want of room: {100 - text.count('<details>')} findings' details." in text


@pytest.fixture
def step(tmp_path):
    """The file of a step's summary."""
    return tmp_path / "summary"


def test_write_appends_the_summary_and_returns_the_annotations(step):
    step.write_text("before")
    assert write(PAGE, CONTRACT, {"GITHUB_STEP_SUMMARY": str(step)}) == annotations(PAGE, CONTRACT)
    assert step.read_text(encoding="utf-8") == f"before\n\n{summary(PAGE)}"


@pytest.mark.parametrize("there", [0, 1, 500_000, LONGEST_SUMMARY - 1, LONGEST_SUMMARY])
def test_the_limit_is_of_the_whole_file(step, there):
    step.write_bytes(b"x" * there)
    write(HUGE, CONTRACT, {"GITHUB_STEP_SUMMARY": str(step)})
    assert there <= step.stat().st_size <= LONGEST_SUMMARY


@pytest.mark.parametrize("environ", [{}, {"GITHUB_STEP_SUMMARY": ""}])
def test_without_a_file_nothing_is_written(environ):
    assert write(SAME, CONTRACT, environ) == annotations(SAME, CONTRACT)


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(UserError, match=r"cannot write .*the summary of this step"):
        write(SAME, CONTRACT, {"GITHUB_STEP_SUMMARY": str(tmp_path / "no" / "file")})


def test_what_was_mended_is_no_error():
    assert kinds(annotations(with_entries(MENDED), Verdict.IDENTICAL)) == ["notice", "notice"]


def test_what_fails_whatever_the_verdict_is_an_error():
    page = replace(SAME, failures=("Expired on 2020-01-01: raises; decide again.",))
    assert "::error title=Safe to merge?::Expired on 2020-01-01" in annotations(page, Verdict.CANNOT_TELL)
