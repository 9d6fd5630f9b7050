"""The gallery of other packages' layers and the defects that were found are one: scripts, table, entries and results.

What the packages do is not asked here, since none of them is installed: examples/gallery/run.py and the scripts do.
"""

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest

from noise_ops.testing.catalog import PROPERTIES

ROOT = Path(__file__).parents[1]
FINDINGS = ROOT / "docs" / "findings"
GALLERY = ROOT / "examples" / "gallery"
SCRIPTS = sorted(FINDINGS.glob("*.py"))
ENTRIES = sorted(GALLERY.glob("of_*.py"))


def rows():
    """Return the rows of the tables of findings: the file of entries that their section names, and their cells."""
    found, file = [], ""
    for line in (FINDINGS / "README.md").read_text().splitlines():
        named = re.match(r"\[`(of_\w+)\.py`\]", line)
        file = named.group(1) if named else file
        if line.startswith("|") and "](" in line:
            found.append((file, [cell.strip() for cell in line.strip("|").split("|")]))
    return found


def entries(path):
    """Return the names of the entries of a file, which is not run."""
    tree = ast.parse(path.read_text())
    named = {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
    made = named["ENTRIES"]
    assert isinstance(made, ast.Dict)
    return [ast.literal_eval(key) for key in made.keys]


def results():
    return {path.stem: json.loads(path.read_text())["layers"] for path in (GALLERY / "results").glob("*.json")}


def test_every_script_is_in_one_row_and_every_row_has_a_script():
    told = [re.search(r"\((.+)\.py\)", cells[2]).group(1) for _, cells in rows()]
    assert sorted(told) == [path.stem for path in SCRIPTS]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_names_its_package_and_release_says_what_is_documented_and_seen_and_fails_while_it_is_so(path):
    tree = ast.parse(path.read_text())
    package, release = ast.get_docstring(tree).split(",")[0].rsplit(" ", 1)
    assert path.stem.startswith(f"{package}-")
    assert re.fullmatch(r"[\d.]+", release)
    assert "\nDocumented" in ast.get_docstring(tree)
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert any(text.startswith("documented:") for text in texts)
    assert any(text.startswith("seen:") for text in texts)
    assert any(isinstance(node, ast.Raise) and "SystemExit" in ast.unparse(node) for node in ast.walk(tree))
    assert "noise_ops" not in path.read_text()


def test_a_default_property_found_at_least_twenty_and_each_that_is_named_did():
    named = [(file, re.fullmatch(r"(.+): `(\w+)`", cells[4])) for file, cells in rows()]
    found = [(file, match.group(1), match.group(2)) for file, match in named if match]
    assert len(found) >= 20
    for file, name, prop in found:
        assert prop in PROPERTIES
        assert results()[file][name]["outcomes"][prop][0] == "failed", (file, name, prop)


def test_every_file_of_entries_has_an_environment_and_results_of_every_entry():
    environments = tomllib.loads((GALLERY / "environments.toml").read_text())
    assert sorted(name for each in environments.values() for name in each["entries"]) == [path.stem for path in ENTRIES]
    found = results()
    for path in ENTRIES:
        assert list(found[path.stem]) == entries(path)


def test_the_gallery_holds_layers_of_at_least_five_packages():
    assert len(ENTRIES) >= 5
    assert sum(len(entries(path)) for path in ENTRIES) >= 25
