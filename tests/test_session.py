"""session.py: nothing around the caller sways a run, and what it asks is handed to pytest."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from noise_ops import session
from noise_ops.result import Selection

ROOT = Path(__file__).parents[1]

NARROW = """
import os
import re
from noise_ops import session
from noise_ops.result import Selection

class Silent:
    def started(self, environment): pass
    def advanced(self, done, total, subject): pass

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
narrow = Selection(("keras.layers.GaussianNoise",), ("float32",), ("eager",), "quick")
result = session.run(narrow, Silent())
again = session.run(narrow, Silent(), enough=lambda check: True)
print("rows", len(result.certificate.rows), 0 < result.certificate.alpha_total < 1e-6)
print(len(result.checks), result.verdict.value, result.environment["tensorflow"], again.environment["tensorflow"])
"""


def test_a_selection_becomes_options_of_the_plugin():
    arguments = session.options(Selection(("a", "b"), ("float16",), (), "soak"))
    assert arguments == ["--noise-layer=a", "--noise-layer=b", "--noise-dtype=float16", "--noise-profile=soak"]


@pytest.fixture(scope="module")
def hostile_run(tmp_path_factory):
    """A narrow run from a folder, and with an environment, that would each stop an ordinary pytest run."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (folder / "conftest.py").write_text("raise AssertionError('conftest.py of the caller')\n")
    (folder / "hostile.py").write_text("raise AssertionError('PYTEST_PLUGINS of the caller')\n")
    hostile = {"PYTEST_ADDOPTS": "-k nothing_of_this_name --collect-only", "PYTEST_PLUGINS": "hostile"}
    path = os.pathsep.join([str(ROOT), str(folder)])
    return subprocess.run(
        [sys.executable, "-c", NARROW],
        cwd=folder,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": path, **hostile},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_settings_of_the_caller_do_not_sway_a_run(hostile_run):
    assert hostile_run.returncode == 0, hostile_run.stderr
    count, verdict, version, _ = hostile_run.stdout.split()[-4:]
    assert (int(count) > 10, verdict, version[0]) == (True, "identical", "2")


def test_a_second_run_in_one_process_tells_its_environment_as_well(hostile_run):
    first, second = hostile_run.stdout.split()[-2:]
    assert first == second


def test_a_run_has_the_certificate_of_what_it_asked(hostile_run):
    _, rows, is_allowed = hostile_run.stdout.splitlines()[0].split()
    assert (int(rows) > 10, is_allowed) == (True, "True")


def test_a_run_prints_nothing_of_its_engine(hostile_run):
    assert len(hostile_run.stdout.splitlines()) == 2
    assert "pytest" not in hostile_run.stdout


SPLIT = """
import json, sys
from noise_ops import session
from noise_ops.result import Selection

class Silent:
    def started(self, environment): pass
    def advanced(self, done, total, subject): pass

chosen = Selection(("keras.layers.Dropout",), ("float32", "bfloat16"), ("eager",), "quick")
result = session.run(chosen, Silent(), workers=int(sys.argv[1]))
print(json.dumps([result.verdict.value, result.certificate.to_json()]))
"""


@pytest.mark.long
def test_a_run_in_two_processes_gives_the_verdict_and_the_certificate_of_one():
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    runs = [[sys.executable, "-c", SPLIT, workers] for workers in ("0", "2")]
    one, two = (
        subprocess.run(run, env=environment, capture_output=True, text=True, check=False).stdout for run in runs
    )
    assert one
    assert one == two


ENDED = """
import functools, os
from noise_ops.checks.specification import property_tests
from noise_ops.subjects.catalog import functions_for

def ended(test):
    @functools.wraps(test)
    def end(**asked):
        os.abort()
    return end

tests = property_tests(functions_for(["normal"]))
globals().update({{name: ended(test) if {which} else test for name, test in tests.items()}})
"""

LOST = """
import sys
from pathlib import Path
from noise_ops import session
from noise_ops.errors import UserError
from noise_ops.result import Selection

class Silent:
    def started(self, environment): pass
    def advanced(self, done, total, subject): pass

chosen = Selection(("tf.random.stateless_normal",), ("float32",), ("eager",), "quick")
try:
    result = session.run(chosen, Silent(), workers=2, files=[Path(sys.argv[1])])
except UserError as error:
    sys.exit(str(error))
print(len(result.checks), result.verdict.value, *[f"{found.code} {found.property}" for found in result.findings])
"""


def run_that_ends(folder, which):
    """A run in which the processes of some checks end, as where TensorFlow aborts."""
    (folder / "test_ended.py").write_text(ENDED.format(which=which))
    return subprocess.run(
        [sys.executable, "-c", LOST, folder / "test_ended.py"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_check_whose_process_ends_is_no_pass(tmp_path):
    finished = run_that_ends(tmp_path, "name == 'test_shape_and_dtype_kept'")
    count, told = finished.stdout.split(maxsplit=1)
    assert (int(count) > 10, told) == (True, "cannot-tell crash shape_and_dtype_kept\n"), finished.stderr


@pytest.mark.long
def test_a_run_whose_processes_end_again_and_again_is_refused(tmp_path):
    finished = run_that_ends(tmp_path, "True")
    last = finished.stderr.strip().splitlines()[-1]
    assert re.match(
        r"\d+ of \d+ checks could not be asked: TensorFlow ended the process in \d+ others, the first", last
    )
    assert (finished.returncode, finished.stdout) == (1, "")
