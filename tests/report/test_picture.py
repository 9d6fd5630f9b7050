"""report/picture.py: one HTML file that needs nothing else, a letter in every cell."""

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from noise_ops.findings import Verdict
from noise_ops.history.chart import WHOLE, Cell, Chart
from noise_ops.report.picture import render
from tests.report._pages import hostile

LAW = Cell(Verdict.LAW_CHANGED, "replicas; mended: new-call", fixed=True)
CHART = Chart(
    "TensorFlow",
    "2.14.1",
    ("2.15.1", "2.16.2"),
    (
        (WHOLE, (Cell(Verdict.IDENTICAL), LAW)),
        ("keras.layers.Dropout", (Cell(Verdict.IDENTICAL, "mended: new-call", fixed=True), LAW)),
        ("keras.random.normal", (Cell(None), Cell(Verdict.STREAM_CHANGED, "words"))),
    ),
)


class Reader(HTMLParser):
    """Collects the tags of a page, and the cells of its tables."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.cells, self.links = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"])
        if tag == "td" and attrs:
            self.cells.append((dict(attrs)["class"], dict(attrs)["title"]))


def test_a_cell_has_a_colour_a_letter_and_a_tip():
    tip = "keras.layers.Dropout, 2.15.1 → 2.16.2: law-changed: replicas; mended: new-call"
    cell = f'<td class="law-changed also" title="{tip}"><span aria-hidden="true">L</span>'
    assert f'{cell}<span class="unseen">law-changed: replicas; mended: new-call</span></td>' in render([CHART])


def test_what_a_pointer_is_told_stands_below_in_words():
    words = render([CHART]).partition("The same in words")[2]
    assert "<summary>2.15.1 → 2.16.2</summary>" in words
    assert '<th scope="row">keras.random.normal</th><td>stream-changed: words</td>' in words


def test_styles_tell_verdicts_apart():
    styles = [style for style, _ in Reader(render([CHART])).cells]
    assert styles == ["identical", "law-changed also", "mended", "law-changed also", "absent", "stream-changed"]


def test_subjects_stand_below_their_library():
    page = render([CHART])
    assert '<th scope="rowgroup" colspan="3"><span>keras</span></th>' in page
    assert '<th scope="row" title="keras.layers.Dropout">layers.<wbr>Dropout</th>' in page
    assert f'<tbody class="whole">\n<tr><th scope="row" title="{WHOLE}">{WHOLE}</th>' in page


def test_columns_are_releases_and_the_first_one_is_named():
    page = render([CHART])
    assert '<th scope="col">since 2.14.1</th><th scope="col"><span>2.15.1</span></th>' in page


def test_every_class_has_a_style():
    page = render([CHART])
    for style in {name for names in re.findall(r'class="([^"]+)"', page) for name in names.split()} - {"library"}:
        assert f".{style} " in page


def test_light_dark_and_paper_are_looked_after():
    page = render([CHART])
    assert all(media in page for media in ("prefers-color-scheme: dark", "@media print", "print-color-adjust: exact"))


@given(st.lists(hostile, min_size=4, max_size=4))
def test_the_page_loads_runs_and_links_nothing(texts):
    title, column, subject, tip = texts
    chart = Chart(title, column, (column,), ((subject, (Cell(Verdict.CANNOT_TELL, tip),)),))
    read = Reader(page := render([chart], title))
    assert not set(read.tags) & {"script", "link", "img", "iframe", "object", "svg"}
    assert read.links == ["#main"]
    assert "url(" not in page.split("<body>")[0]
    assert [style for style, _ in read.cells] == ["cannot-tell"]
