"""README cannot drift: its tables follow from the code, its commands are those that CI runs, its example is true."""

import importlib.util
import re
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def load_tool():
    """Return tools/readme_tables.py as a module."""
    spec = importlib.util.spec_from_file_location("readme_tables", ROOT / "tools" / "readme_tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_up_to_date():
    assert load_tool().written(README) == README, "run: python tools/readme_tables.py"


def test_every_check_that_a_layer_is_held_to_stands_in_the_table():
    names = {name for name, _, _ in load_tool().properties()}
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "layers").glob("test_*.py"))
    assert names == set(re.findall(r"^def test_(\w+)\(", tests, re.MULTILINE))


def test_the_example_prints_what_it_says(capsys):
    example = re.search(r"```python\n(import numpy as np\n.*?)```", README, re.DOTALL).group(1)
    exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out == f"{np.True_}\n"


def test_ci_runs_the_test_command_of_readme():
    assert "## Run the tests" in README
    assert "/^## Run the tests/" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
