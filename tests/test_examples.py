"""The published examples run as they are shipped, under Keras 3 and under tf_keras."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"


def run_example(name: str, **environment: str) -> str:
    """Run an example in a fresh process, where no other test has drawn or imported anything; return its stdout."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    finished = subprocess.run(
        [sys.executable, str(EXAMPLES / f"{name}.py")],
        env={**os.environ, "PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.mark.parametrize(("library", "legacy_keras"), [("keras", "0"), ("tf_keras", "1")], ids=["keras3", "tf_keras"])
@pytest.mark.parametrize("name", ["dropout", "gaussian_dropout", "gaussian_noise"])
def test_example_predicts_layer(name: str, library: str, legacy_keras: str) -> None:
    if find_spec("tensorflow") is None or find_spec(library) is None:
        pytest.skip(f"needs tensorflow and {library}")
    assert run_example(name, TF_USE_LEGACY_KERAS=legacy_keras) == "True\n"


@pytest.fixture
def without_tensorflow(tmp_path: Path) -> str:
    """A PYTHONPATH on which importing TensorFlow raises."""
    (tmp_path / "tensorflow.py").write_text("raise AssertionError('imported')")
    return os.pathsep.join([str(tmp_path), str(ROOT)])


def test_differences_needs_no_tensorflow(without_tensorflow: str) -> None:
    table = run_example("differences", PYTHONPATH=without_tensorflow)
    for op in ("dropout(", "gaussian_dropout(", "gaussian_noise("):
        assert op in table
    assert max(map(len, table.splitlines())) <= 80


def test_the_picture_of_the_three_noises_is_the_one_that_the_example_draws(without_tensorflow: str) -> None:
    drawn = run_example("three_noises", PYTHONPATH=without_tensorflow)
    assert drawn.encode() == (ROOT / "docs" / "three_noises.svg").read_bytes()
    picture = ElementTree.fromstring(drawn)
    said = {part.get("id"): part.text for part in picture.iter()}
    assert all(said[name] for name in picture.get("aria-labelledby").split())
    assert len(drawn.encode()) < 100_000
    assert "prefers-color-scheme: dark" in drawn
