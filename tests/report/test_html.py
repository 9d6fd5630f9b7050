"""report/html.py: one file that needs nothing else, whose texts show and do nothing, and that all readers can walk."""

import itertools
import time
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noise_ops.comparison.compare import compare
from noise_ops.comparison.expected import apply
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.points import Point
from noise_ops.report import of_comparison
from noise_ops.report.html import render
from noise_ops.report.page import Figure
from tests.report._pages import ENTRY, MENDED, PAGE, SAME, STREAM, hostile_entries, hostile_pages, with_entries

VOID = {"meta", "wbr"}
TAGS = """html head meta title style body a header h1 h2 h3 p ul li nav main section article span code pre strong
    details summary div table caption thead tbody tr th td wbr figure figcaption
    svg line rect circle path polyline polygon text"""
ATTRIBUTES = """lang charset http-equiv content name class id href role tabindex scope
    aria-label aria-labelledby aria-hidden
    viewbox x y x1 y1 x2 y2 width height cx cy r d points text-anchor"""
FIGURE = Figure(
    "Share dropped",
    "In eager mode.",
    "rate",
    "share",
    (Point(0.1, 0.1, 0.1, 0.09, 0.11), Point(0.5, 0.9, 0.5, 0.49, 0.51)),
)
DRAWN = replace(ENTRY, figures=(FIGURE,))
FULL = replace(
    with_entries(DRAWN, STREAM, MENDED),
    figures=(FIGURE,),
    expected=(ENTRY,),
    failures=("Expired on 2026-01-01: decide again.",),
    certificate=(("property", "smallest departure"), ("mask_density", "0.01")),
)


class Reader(HTMLParser):
    """Reads a page strictly: what is opened is closed, in order."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.open, self.headings, self.told = [], [], [], [], ""
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("h1", "h2", "h3"):
            self.headings.append(int(tag[1]))

    def handle_startendtag(self, tag, attrs):
        assert "svg" in self.open
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.told += data

    def handle_comment(self, data):
        raise AssertionError("no text opens a comment")

    handle_pi = unknown_decl = handle_comment

    def values(self, name):
        """The values of an attribute, wherever it stands."""
        return [value for key, value in self.attributes if key == name]


@given(hostile_pages)
def test_no_text_breaks_out_of_the_page(page):
    read = Reader(render(page))
    assert set(read.tags) <= set(TAGS.split())
    assert {name for name, _ in read.attributes} <= set(ATTRIBUTES.split())
    assert all(link.startswith("#") for link in read.values("href"))
    assert len(set(read.values("id"))) == len(read.values("id"))


@given(hostile_pages, st.lists(hostile_entries, max_size=2).map(tuple))
def test_every_finding_is_told_expected_or_not(page, expected):
    read = Reader(render(replace(page, expected=expected)))
    assert read.tags.count("article") == len(page.entries) + len(expected)
    assert set(read.tags) <= set(TAGS.split())


def test_the_answer_is_the_heading_and_what_was_found_comes_next():
    read = Reader(render(FULL))
    order = [read.told.index(part) for part in ("Safe to merge? No", "decide again", "What was found", "Overview")]
    assert order == sorted(order)
    assert read.headings[:3] == [1, 2, 3]
    assert all(after - before <= 1 for before, after in itertools.pairwise(read.headings))


def test_a_finding_says_what_to_do_how_to_see_it_again_and_where_it_is():
    told = Reader(render(FULL)).told
    for part in (ENTRY.remedy.replace("`", ""), ENTRY.reproduce, "Where it is seen", "if tf:\n    print(1)"):
        assert part in told


def test_the_sentence_that_sends_away_is_on_the_page():
    assert f"<strong>{SAME.stop}</strong>" in render(SAME)


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_is_told_in_words_beside_its_colour(verdict):
    assert verdict is Verdict.IDENTICAL or verdict.value in render(replace(SAME, verdict=verdict)).partition("</h1>")[0]


def test_no_tick_stands_beside_an_answer_that_is_no_yes():
    assert "✓" in render(SAME).partition("</h1>")[0]
    assert "☑" in render(replace(SAME, expected=(ENTRY,))).partition("</h1>")[0]
    assert "✓" not in render(replace(SAME, answer="Cannot tell: nothing was asked.")).partition("</h1>")[0]


def test_tables_pictures_and_scripts_can_be_walked_without_a_pointer():
    page = render(FULL)
    read = Reader(page)
    assert read.tags.count("table") == read.tags.count("caption") == page.count('role="region"')
    assert read.tags.count("th") == len(read.values("scope"))
    assert read.tags.count("svg") == page.count('<svg role="img" aria-labelledby="') == 2
    assert page.count('tabindex="0"') == read.tags.count("table") + read.tags.count("pre")
    assert read.values("lang") == ["en"]
    assert {link[1:] for link in read.values("href")} <= set(read.values("id"))
    assert {name for value in read.values("aria-labelledby") for name in value.split()} <= set(read.values("id"))


def test_a_page_without_findings_has_no_empty_parts():
    page = render(SAME)
    assert "<article" not in page
    assert "What was found" not in page


def test_a_comparison_of_everything_is_below_a_megabyte_and_made_in_seconds():
    began = time.monotonic()
    old, new = (shipped.resolve(name) for name in ("2.4.4", "2.21.0"))
    page = render(of_comparison.page(apply(compare(old, new), (), None)))
    assert len(page.encode()) < 1_000_000
    assert time.monotonic() - began < 10
    Reader(page)


def test_the_files_of_the_style_travel_with_the_package():
    room = Path(of_comparison.__file__).parent
    assert {path.name for path in room.glob("*.css")} == {"colours.css", "page.css", "releases.css"}
    assert PAGE.title in render(PAGE)


def test_the_title_ends_with_the_verdict():
    assert "<title>2.15.1 → 2.16.2: Safe to merge? No</title>" in render(PAGE)
