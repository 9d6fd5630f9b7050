"""tools/run_tables.py: a run replaces its own rows of a table, and no others."""

import pytest

from tests import _tools

HEAD = ("judged", "Python", "result")
PAGE = """Before.

<!-- releases: written by tools/check_releases.py -->
| judged | Python | result |
| --- | --- | --- |
| tensorflow 2.9 | 3.11 | kept |
| tensorflow 2.16 | 3.11 | old |
<!-- end -->

After.
"""


@pytest.fixture(scope="module")
def tables():
    """The tool as a module."""
    return _tools.load("run_tables")


def test_a_run_replaces_the_rows_of_what_it_ran_and_keeps_the_others(tables):
    page = tables.written(PAGE, "releases", HEAD, [("tensorflow 2.16", "3.11", "new")])
    assert page == PAGE.replace("old", "new")


def test_rows_stand_in_the_order_of_versions(tables):
    rows = [("tensorflow 2.10", "3.12", "b"), ("tensorflow 2.10", "3.9", "a")]
    page = tables.written(PAGE, "releases", HEAD, rows)
    assert [line[-3] for line in page.splitlines() if line.startswith("| tensorflow")] == ["t", "a", "b", "d"]


def test_a_cell_does_not_break_its_row(tables):
    assert tables.line(["a | b\nc", ""]) == "| a b c |  |"


def test_a_page_without_the_table_is_refused(tables):
    with pytest.raises(ValueError, match="no table dependencies"):
        tables.written(PAGE, "dependencies", HEAD, [])


@pytest.mark.parametrize("name", ["releases", "dependencies"])
def test_the_page_has_the_tables_of_both_tools(tables, name):
    text = tables.PAGE.read_text(encoding="utf-8")
    assert tables.written(text, name, _tools.load(f"check_{name}").HEAD, []) == text
