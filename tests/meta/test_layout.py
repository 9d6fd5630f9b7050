"""Each file says what it is for and is read at one go, and each map of a room names all that is in it."""

import ast
import re

import pytest

from tests.meta._sources import PACKAGE, ROOT, each_module, named

ROOMS = sorted(path.parent for path in PACKAGE.rglob("*/__init__.py"))


def contents(room):
    """What a room holds beside its door, folders with a stroke behind them."""
    inside = (path for path in room.iterdir() if not path.name.startswith(("_", ".")) and path.name != "py.typed")
    return {f"{path.name}/" if path.is_dir() else path.name for path in inside}


def named_in(text):
    """The files and folders that a text names."""
    return set(re.findall(r"(?<![\w./])[a-z]\w*(?:/|\.(?:py|toml|json|css)\b)(?!\w)", text))


@each_module
def test_a_module_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("room", ROOMS, ids=named)
def test_the_map_of_a_room_names_all_that_is_in_it_and_nothing_else(room):
    told = ast.get_docstring(ast.parse((room / "__init__.py").read_text()))
    assert named_in(told) == contents(room)


def test_contributing_says_where_every_room_and_file_of_the_house_is():
    told = (ROOT / "CONTRIBUTING.md").read_text().partition("## Where things are")[2].partition("\n## ")[0]
    assert contents(PACKAGE) <= named_in(told)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=named)
def test_a_file_is_read_at_one_go(path):
    assert len(path.read_text().splitlines()) <= 400
