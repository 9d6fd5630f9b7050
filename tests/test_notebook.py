"""docs/three_noises.ipynb runs from top to bottom in a fresh kernel, and shows what is stored in it."""

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "docs" / "three_noises.ipynb"


def code_cells(path):
    """The cells of a notebook that hold code."""
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def shown(cell):
    """What a cell shows, a text or the kinds of a picture each; of one that names versions, that it shows something."""
    texts = [
        "".join(output.get("text", "")) or sorted(output["data"])
        if "image/png" in output.get("data", {}) or "text" in output
        else "".join(output["data"]["text/plain"])
        for output in cell["outputs"]
    ]
    return bool(texts) if "versions" in cell["metadata"].get("tags", ()) else texts


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The cells that hold code after a run in a fresh kernel."""
    for package in ("tensorflow", "nbclient", "ipykernel", "matplotlib"):
        if find_spec(package) is None:
            pytest.skip(f"needs {package}")
    path = tmp_path_factory.mktemp("notebook") / "executed.ipynb"
    command = [sys.executable, str(ROOT / "tools" / "run_notebook.py"), "-o", str(path)]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert finished.returncode == 0, finished.stderr
    return code_cells(path)


def test_the_notebook_shows_what_is_stored(executed):
    stored = code_cells(NOTEBOOK)
    assert [cell["source"] for cell in executed] == [cell["source"] for cell in stored]
    for ran, kept in zip(executed, stored, strict=True):
        assert shown(ran) == shown(kept), "".join(kept["source"])
    assert sum("image/png" in output.get("data", {}) for cell in stored for output in cell["outputs"]) == 1


def test_no_cell_warns_or_raises(executed):
    for cell in (*executed, *code_cells(NOTEBOOK)):
        kinds = {output.get("name", output["output_type"]) for output in cell["outputs"]}
        assert kinds <= {"stdout", "display_data", "execute_result"}, cell


def test_what_is_stored_says_nothing_of_the_machine_on_which_it_ran():
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert {key for cell in notebook["cells"] for key in cell["metadata"]} <= {"tags"}
    for cell in code_cells(NOTEBOOK):
        for output in cell["outputs"]:
            told = json.dumps({**output, "data": {**output.get("data", {}), "image/png": ""}})
            assert not re.search(r"(?<![\w.:/])/[a-z]+/|[A-Z]:\\\\|site-packages|0x[0-9a-f]{6}", told), told


def test_each_cell_is_short_and_every_code_cell_has_run_in_order():
    cells = code_cells(NOTEBOOK)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert max(len(cell["source"]) for cell in cells) <= 28
