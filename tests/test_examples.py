"""The published examples run as they are shipped, under Keras 3 and under tf_keras."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

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


def test_differences_needs_no_tensorflow(tmp_path: Path) -> None:
    (tmp_path / "tensorflow.py").write_text("raise AssertionError('imported')")
    table = run_example("differences", PYTHONPATH=os.pathsep.join([str(tmp_path), str(ROOT)]))
    for op in ("dropout(", "gaussian_dropout(", "gaussian_noise("):
        assert op in table
