"""Every relative link of what people read as Markdown points to a file that is there, and to a heading in it."""

import re
from itertools import chain, pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "tests/README.md")),
    *(ROOT / "examples").rglob("*.md"),
    *(path for path in DOCS.rglob("*.md") if "_build" not in path.parts),
]
MARKDOWN = MarkdownIt("commonmark").enable("table")
AWAITED = {
    *("verdicts", "deciding", "drawing", "predicting", "upgrading", "laws", "auditing", "ci", "python"),
    *("many_machines", "installing", "three_noises"),
}
"""Pages that docs/index.md names before they are written; this goes when they are there."""


def inside(text):
    """The tokens of a text, those inside of lines as well."""
    tokens = MARKDOWN.parse(text)
    return list(chain(tokens, *(token.children or () for token in tokens)))


def relative(text):
    """The relative addresses of what a text links to, and of its pictures."""
    found = [token.attrs.get("href", token.attrs.get("src")) for token in inside(text)]
    return [link for link in found if link is not None and not re.match(r"[a-z]+:", link)]


def anchors(text):
    """The anchors of the headings of a text, as GitHub makes them."""
    tokens, found = MARKDOWN.parse(text), []
    for heading, content in pairwise(tokens):
        if heading.type == "heading_open":
            told = "".join(part.content for part in content.children if part.type in ("text", "code_inline"))
            slug = re.sub(r"[^\w\- ]", "", told.lower()).replace(" ", "-")
            found.append(f"{slug}-{found.count(slug)}" if slug in found else slug)
    return found


def leads_nowhere(page, link):
    """Whether a relative link of a page is to no file, or to no heading of one."""
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    if not target.exists():
        return True
    return bool(anchor) and (target.suffix != ".md" or anchor not in anchors(target.read_text(encoding="utf-8")))


def broken(page, text):
    """The relative links of a page that lead nowhere."""
    return [link for link in relative(text) if leads_nowhere(page, link)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file_and_a_heading(page):
    found = set(broken(page, page.read_text(encoding="utf-8")))
    if page == DOCS / "index.md":
        found = {link for link in found if link.partition(".")[0] not in AWAITED}
    assert not found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_out_of_the_repository(page):
    for link in relative(page.read_text(encoding="utf-8")):
        assert (page.parent / link.partition("#")[0]).resolve().is_relative_to(ROOT), link


def test_a_link_that_leads_nowhere_is_found():
    text = (
        "# What, `if`?\n[a](no.md) ![b](no.svg) [c](#what-if) [d](#no) [e](../README.md#no) [f](https://example.org)\n"
    )
    page = DOCS / "own_layers.md"
    assert broken(page, text) == ["no.md", "no.svg", "#what-if", "#no", "../README.md#no"]
    assert anchors(text) == ["what-if"]
    assert anchors("# a\n## a\n## B_c: d-e\n") == ["a", "a-1", "b_c-d-e"]


def test_the_front_page_names_each_page_once():
    """Of which docs/conf.py makes the table of contents."""
    named = relative((DOCS / "index.md").read_text(encoding="utf-8"))
    pages = {str(path.relative_to(DOCS)) for path in PAGES if path.is_relative_to(DOCS)} - {"index.md"}
    pages |= {path.name for path in DOCS.glob("*.ipynb")}
    assert len(named) == len(set(named))
    assert pages <= set(named)
