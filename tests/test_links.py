"""Every relative link of Markdown and notebooks is to a file that is there, and to a heading in it."""

import json
import re
from functools import cache
from itertools import chain, pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "tests/README.md")),
    *(ROOT / "examples").rglob("*.md"),
    *(path for kind in ("md", "ipynb") for path in DOCS.rglob(f"*.{kind}") if "_build" not in path.parts),
]
MARKDOWN = MarkdownIt("commonmark").enable("table")


def told(page):
    """The Markdown of a page, or of the cells of a notebook."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".md":
        return text
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def inside(text):
    """The tokens of a text, those inside of lines as well."""
    tokens = MARKDOWN.parse(text)
    return list(chain(tokens, *(token.children or () for token in tokens)))


def relative(text):
    """The relative addresses of what a text links to, and of its pictures."""
    found = [token.attrs.get("href", token.attrs.get("src")) for token in inside(text)]
    return [link for link in found if link is not None and not re.match(r"[a-z]+:", link)]


@cache
def anchors(text):
    """The anchors of the headings of a text, as GitHub makes them."""
    slugs = []
    for heading, content in pairwise(MARKDOWN.parse(text)):
        if heading.type == "heading_open":
            title = "".join(part.content for part in content.children if part.type in ("text", "code_inline"))
            slugs.append(re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-"))
    before = [slugs[:number].count(slug) for number, slug in enumerate(slugs)]
    return [f"{slug}-{times}" if times else slug for slug, times in zip(slugs, before, strict=True)]


def leads_nowhere(page, link):
    """Whether a relative link of a page is to no file, or to no heading of one."""
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return True
    return bool(anchor) and (target not in PAGES or anchor not in anchors(told(target)))


def broken(page, text):
    """The relative links of a page, of which this is the text, that lead nowhere."""
    return [link for link in relative(text) if leads_nowhere(page, link)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file_and_a_heading(page):
    assert not broken(page, told(page))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_out_of_the_repository(page):
    for link in relative(told(page)):
        assert (page.parent / link.partition("#")[0]).resolve().is_relative_to(ROOT), link


def test_a_link_that_leads_nowhere_is_found():
    text = (
        "# What, `if`?\n[a](no.md) ![b](no.svg) [c](#what-if) [d](#no) [e](../README.md#no) [f](https://example.org)\n"
    )
    page = DOCS / "own_layers.md"
    assert broken(page, text) == ["no.md", "no.svg", "#what-if", "#no", "../README.md#no"]
    assert anchors(text) == ["what-if"]
    assert anchors("# a\n## a\n## B_c: d-e\n## a\n") == ["a", "a-1", "b_c-d-e", "a-2"]


def test_the_front_page_names_each_page_once():
    """Of which docs/conf.py makes the table of contents."""
    named = relative(told(DOCS / "index.md"))
    pages = {str(path.relative_to(DOCS)) for path in PAGES if path.is_relative_to(DOCS)} - {"index.md"}
    assert len(named) == len(set(named))
    assert pages == set(named)
