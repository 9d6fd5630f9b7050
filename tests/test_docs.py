"""The pages under docs/ are true: their examples run, commands and options exist, and catalogues are complete."""

import re
from pathlib import Path

import pytest

from noise_ops import cli, deviations
from noise_ops.codes import CODES
from noise_ops.properties.catalog import PROPERTIES, QUESTIONS
from noise_ops.testing import Options
from noise_ops.testing.checking import PROPERTIES as OWN
from noise_ops.testing.checking import check_layer
from noise_ops.verdicts import Verdict
from tests import _tools

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))
TOOL = _tools.load("write_catalogues")
WRITTEN = [path for path in TOOL.pages() if TOOL.BLOCK.search(path.read_text(encoding="utf-8"))]
"""The files in which something is written by the tool."""


def blocks(page, language):
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_run_one_after_another(page, capsys):
    variables = {"__name__": page.stem}
    for number, block in enumerate(blocks(page, "python")):
        exec(compile(block, f"{page.name}[{number}]", "exec"), variables)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_a_page_and_each_of_its_options_exists(page, capsys):
    for block in blocks(page, "bash"):
        for command, rest in re.findall(r"noise-ops ([a-z]+) ?(.*)", block):
            with pytest.raises(SystemExit, match="0"):
                cli.main([command, "--help"])
            options = set(re.findall(r"--?[a-z-]+", capsys.readouterr().out))
            assert set(re.findall(r"(?<=\s)--?[a-z-]+", f" {rest}")) <= options


def test_the_page_of_own_layers_names_every_option():
    page = (ROOT / "docs" / "own_layers.md").read_text(encoding="utf-8")
    table = page.partition("| option |")[2].partition("\n\n")[0]
    named = {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.partition(" | ")[0])}
    assert named == {*Options.__annotations__, "expected_failures"} - {"args"}
    assert "expected_failures" in check_layer.__annotations__


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_what_the_tool_writes_is_up_to_date(path):
    assert named_anew(TOOL.written(path)) == named_anew(path.read_text(encoding="utf-8")), (
        "run: python tools/write_catalogues.py"
    )


def named_anew(text):
    """A text whose blocks name the tool by its name of today, which README has once it was run on it."""
    return text.replace("tools/readme_tables.py", "tools/write_catalogues.py")


def test_each_catalogue_stands_once_in_docs():
    texts = [path.read_text(encoding="utf-8") for path in TOOL.pages() if path != TOOL.README]
    found = [name for text in texts for name in TOOL.BLOCK.findall(text) if name not in TOOL.SAMPLES]
    assert sorted(found) == sorted(TOOL.CATALOGUES)


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "catalogue").glob("*.md")), ids=lambda path: path.stem)
def test_a_catalogue_begins_with_sentences_that_people_wrote(path):
    title, introduction = path.read_text(encoding="utf-8").partition("\n<!-- ")[0].split("\n\n")[:2]
    assert title.startswith("# ")
    assert 2 <= len(re.findall(r"[.?](?=\s|$)", introduction)) <= 4


@pytest.mark.parametrize(("block", "names"), [("asked", QUESTIONS), ("own", OWN), ("recorded", PROPERTIES)])
def test_every_property_stands_in_the_table(block, names):
    told = [re.match(r"\| `(\w+)` \|", line) for line in TOOL.CATALOGUES[block]()]
    assert sorted(match.group(1) for match in told if match) == sorted(names)


@pytest.mark.parametrize(
    ("block", "names"),
    [
        ("deviations", [entry.name for entry in deviations.known()]),
        ("codes", CODES),
        ("codes", [verdict.value for verdict in Verdict]),
    ],
)
def test_every_code_and_deviation_has_a_heading(block, names):
    headings = {line.lstrip("#").strip() for line in TOOL.CATALOGUES[block]() if line.startswith("#")}
    assert headings >= set(names)
