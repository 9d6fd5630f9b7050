"""README is a first screen: short, with a table of contents, and the commands that CI runs."""

import os
import re
import subprocess
import sys

import pytest

from tests._pages import README, ROOT


def test_it_is_read_at_one_go():
    assert len(README.text.splitlines()) <= 200


def test_its_table_of_contents_names_every_section_in_order():
    contents = README.text.partition("\n## ")[0]
    assert re.findall(r"\]\(#([^)]+)\)", contents) == README.headings[1:]


def test_it_says_where_to_read_on():
    assert "](docs/" in README.text.partition("## Where to read on")[2]


def test_ci_runs_the_test_command_of_readme():
    assert "## Run the tests" in README.text
    assert "/^## Run the tests/" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_first_screens_are_those_of_both_commands():
    assert [re.findall(r"noise-ops\W+(\w+)", command) for command, _ in README.samples] == [["check"], ["compare"]]


@pytest.mark.long
def test_the_layer_of_ones_own_passes_as_its_file_would(tmp_path):
    (example,) = [block for block in README.blocks("python") if "parametrize_checks" in block]
    (tmp_path / "test_own.py").write_text(example)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_own.py"]
    seen = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, env=seen).stdout
    assert int(re.search(r"(\d+) passed", told).group(1)) > 10
