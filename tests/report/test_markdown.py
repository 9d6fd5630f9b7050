"""report/markdown.py: the first screen answers, details fold, and what is too long is left out in whole parts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from noise_ops.findings import Verdict
from noise_ops.report.markdown import LONGEST_COMMENT, render
from tests.report._pages import ENTRY, MENDED, PAGE, SAME, STREAM, hostile_pages, is_command, with_entries

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
MANY = with_entries(*(replace(ENTRY, message=f"Number {number}.") for number in range(400)))
SOME = with_entries(*MANY.entries[:20], MENDED)


def shown(page):
    """The tokens that a parser of Markdown finds, those inside lines included."""
    blocks = PARSER.parse(render(page))
    return [part for block in blocks for part in (block, *(block.children or []))]


def test_the_first_screen_answers_and_sends_away():
    assert render(SAME).split("\n\n")[:3] == [
        "## ✅ Safe to merge? Yes",
        "**2.15.1 → 2.16.2**: Every bit is kept.",
        "**You can stop reading if you do not seed your layers.**",
    ]


def test_an_answer_without_a_colon_is_the_heading():
    assert render(replace(SAME, answer="Perhaps.")).startswith("## Safe to merge? Perhaps.\n\n**2.15.1")


def test_a_finding_says_what_to_do_and_folds_the_rest():
    finding, details = render(with_entries(ENTRY)).split("### ")[1].split("<details>")
    assert "`replicas` · law-changed · seed stage · 2.16.2 breaks what 2.15.1 kept" in finding
    assert "- **What to do:** Give each replica a seed; `noise-ops bisect` names the release." in finding
    assert f"- **Again:** `{ENTRY.reproduce}`" in finding
    assert details.startswith("<summary>Reason, 3 places, script</summary>\n\n")
    assert "- `keras.layers.Dropout` float32 mirrored; float16 mirrored\n" in details
    assert f"```python\n{ENTRY.script}```\n\n</details>" in details


def test_worst_comes_first_and_mended_last():
    text = render(PAGE)
    order = [text.index(code) for code in ("`replicas`", "`config`", "`seed-rule`", "1 thing mended", "`new-call`")]
    assert order == sorted(order)


def test_a_long_table_is_folded():
    rows = (PAGE.table[0], *[PAGE.table[1]] * 11)
    assert "<details><summary>Overview of 11 subjects</summary>\n\n| subject |" in render(replace(PAGE, table=rows))
    assert "| keras.layers.Dropout | ⛔ law-changed | replicas, config |" in render(PAGE)


def test_notes_and_setting_end_the_page():
    end = render(PAGE).partition("### Notes\n\n")[2]
    assert end.startswith("- tf_keras is not compared.\n\n  - in detail\n\nnoise_ops 0.1.0")


@given(hostile_pages)
def test_nothing_takes_effect_but_the_markup_of_the_page(page):
    tokens = shown(page)
    forbidden = {"html_inline", "link_open", "image", "em_open", "s_open", "blockquote_open", "ordered_list_open", "hr"}
    assert not {token.type for token in tokens} & forbidden
    html = [token.content.strip() for token in tokens if token.type == "html_block"]
    assert all(block.startswith("<details><summary>") or block == "</details>" for block in html)
    assert 2 * html.count("</details>") == len(html)


@given(hostile_pages)
def test_every_row_of_a_table_has_its_columns(page):
    rows = [line for line in render(replace(page, entries=())).split("\n") if line.startswith("|")]
    assert len(rows) == len(page.table) + bool(page.table)
    assert all(row.count("|") == 4 for row in rows)


@given(hostile_pages)
def test_no_workflow_runs_a_line(page):
    assert not any(map(is_command, render(page).split("\n")))


@given(st.integers(0, 16_000))
def test_a_limit_is_kept_by_whole_parts(limit):
    text = render(SOME, limit)
    assert len(text.encode()) <= limit
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```") % 2 == 0


def test_what_is_left_out_is_counted():
    text = render(MANY)
    whole, details = text.count("### ⛔"), text.count("<details>")
    assert len(text) > LONGEST_COMMENT - 2000
    assert (
        f"Left out here, for want of room: {400 - whole} findings, 3 notes, 1 overview, 400 findings' details." in text
    )
    assert text.index("Number 0.") < text.index(f"Number {whole - 1}.")
    assert details == 0


def test_details_go_before_findings():
    text = render(MANY, 200_000)
    assert text.count("### ⛔") == 400
    assert 0 < text.count("```python") < 400


@pytest.mark.parametrize("entry", [STREAM, MENDED, replace(ENTRY, places=(), reason="", reproduce="", kept="")])
def test_empty_fields_leave_no_trace(entry):
    text = render(replace(with_entries(entry), verdict=Verdict.STREAM_CHANGED))
    assert "****" not in text
    assert "· \n" not in text
    assert "\n\n\n" not in text
