"""suite/: pytest runs it by its name: from a wheel, from a checkout, alone, with workers."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests._wheels import built

ROOT = Path(__file__).parents[1]
NARROW = ("--noise-layer=tf.random.stateless_uniform", "--noise-dtype=float32", "--noise-mode=eager")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A folder that holds what a wheel installs."""
    folder = tmp_path_factory.mktemp("wheel")
    wheel, _ = built(folder)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def run_suite(place, folder, *arguments):
    """The finished process of pytest on the suite of the package in `place`, called from `folder`."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-pno:cacheprovider", "--pyargs", "noise_ops.suite", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(place), "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def assert_judges(finished, profile):
    """All passed, and the header names what judged what."""
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert " passed" in finished.stdout.splitlines()[-1]
    (header,) = [line for line in finished.stdout.splitlines() if line.startswith("noise_ops suite: ")]
    for name in ("TensorFlow ", "Keras ", "tf_keras ", f"profile {profile}", "epoch "):
        assert name in header


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "workers"])
def test_the_suite_of_a_checkout_runs_by_its_name(tmp_path, workers):
    assert_judges(run_suite(ROOT, tmp_path, *NARROW, "--noise-profile=quick", *workers), "quick")


@pytest.mark.long
@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "workers"])
def test_the_suite_of_a_wheel_runs_by_its_name(tmp_path, wheel, workers):
    finished = run_suite(wheel, tmp_path, *NARROW, "--noise-profile=quick", *workers)
    assert_judges(finished, "quick")


def test_a_run_of_something_else_has_no_such_header(tmp_path):
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n")
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-pno:cacheprovider", tmp_path],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "noise_ops suite" not in finished.stdout
