"""The pages under docs/ are true: their examples run, one after another, and their commands and options exist."""

import re
from pathlib import Path

import pytest

from noise_ops import cli
from noise_ops.testing import Options
from noise_ops.testing.checking import check_layer

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))


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
