"""report/escaping.py: on GitHub a text of unknown origin shows, and does nothing else."""

import re

import pytest
from hypothesis import example, given
from markdown_it import MarkdownIt

from noise_ops.report.escaping import block, code, defused, fenced, plain, prose
from tests.report._pages import hostile, is_command

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def pieces(markdown):
    """Block tokens, and the parts of lines, as a parser of Markdown reads them."""
    blocks = PARSER.parse(markdown)
    return [token.type for token in blocks], [part for token in blocks for part in token.children or []]


def read(text):
    """What a person reads of a text, be it code or not, and defused or not."""
    text = re.sub("[`\u200b]", "", text).replace(r"\x3a", ":").replace(r"\x23", "#")
    return " ".join(text.split())


@given(hostile)
@example("2. of 3")
@example("`a``b`c`")
@example("x` ``` y")
@example("_a_ b_c __d__")
def test_prose_is_one_paragraph_of_just_this_text(text):
    blocks, parts = pieces(prose(text))
    assert set(blocks) <= {"paragraph_open", "inline", "paragraph_close"}
    assert {part.type for part in parts} <= {"text", "code_inline", "text_special"}
    assert read("".join(part.content for part in parts)) == read(plain(" ".join(text.split())))


@given(hostile)
def test_prose_keeps_a_table_in_columns(text):
    assert "|" not in prose(text)
    assert "\n" not in prose(text)


@pytest.mark.parametrize("text", ["@octocat", "a@b.c", "#1", "a/b#2", "GH-3", "www.example", "ftp://a.b", ":tada:"])
def test_what_github_looks_for_is_parted(text):
    live = r"@\w|#\w|GH-\d|www\.\w|://|:\w+:"
    shown = "".join(part.content for part in pieces(prose(text))[1])
    assert re.search(live, text)
    assert not re.search(live, shown)


def test_an_address_is_code():
    assert prose("see https://a.example/b?c=d#e.") == "see `https://a.example/b?c=d#e`."


def test_what_is_set_in_backticks_is_code():
    assert prose("Run `noise-ops bisect`, *now*") == "Run `noise-ops bisect`, &#42;now&#42;"


def test_plain_words_stay_as_they_are():
    text = '2.15.1: "bfloat16"; 2.16.2: tf_keras (float32, eager) 1 = 2'
    assert prose(text) == text


def test_a_long_text_is_cut():
    assert prose("a" * 3000) == "a" * 2000 + "…"


@given(hostile)
def test_a_code_span_is_one_code_span(text):
    span = code(text)
    parts = pieces(f"- {span}")[1]
    assert [part.type for part in parts] == ["code_inline"] * bool(span)
    assert [part.content for part in parts] == [defused(plain(text))] * bool(span)


@given(hostile)
def test_a_fence_holds_all_of_its_text(text):
    (token,) = PARSER.parse(fenced(text, "python"))
    assert token.type == "fence"
    assert token.info == "python"
    assert token.content.rstrip("\n") == block(text).rstrip("\n")


@given(hostile)
def test_no_workflow_runs_a_line(text):
    assert not any(map(is_command, f"{prose(text)}\n{fenced(text)}\n{block(text)}".split("\n")))
    assert "##[" not in code(text)


def test_a_string_of_python_keeps_its_meaning():
    assert defused("::error::") == r"\x3a:error::"
    assert block("a\n\t::b") == "a\n    \\x3a:b"
