"""pytest_plugin.py: what a report says of each way a check can end, and that other projects do not notice it.

The checks are written here; pytest runs them with the plugin in a process of its own, whose conftest.py
writes down what the plugin attached to the reports.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from noise_ops.findings import CODES

ROOT = Path(__file__).parents[1]

RECORDER = """
import json
from pathlib import Path

def pytest_runtest_logreport(report):
    for name, value in report.user_properties:
        if name == "noise_ops":
            with Path("observations").open("a") as file:
                file.write(value + "\\n")
"""

CHECKS = """
from types import SimpleNamespace

import pytest

from noise_ops import deviations
from noise_ops.checks.report import finding
from noise_ops.deviations import Deviation
from noise_ops.findings import hold
from noise_ops.reference.variates import FLOAT32
from noise_ops.subjects.functions import FunctionSubject
from noise_ops.subjects.libraries import Library
from noise_ops.subjects.targets import Target

def expected(name):
    return Deviation(name.replace("_", "-"), (name,), ("tests.*",), (("tests", ">=1"),), "measured", "reason", "link")

KNOWN = ("seen", "not_seen", "crashes_where_known")
deviations.known = lambda: tuple(expected(name) for name in KNOWN)

library = Library("tests", 2, SimpleNamespace(__version__="1.2"))
subject = FunctionSubject(library, "tests.dropout", "dropout", "stateless", None)
each = pytest.mark.parametrize("target", [Target(subject, FLOAT32, "eager")], ids=str)

def found(name, target):
    return finding(name, target, target.standard, "Expected 1, observed 2.", code="mean")

@each
def test_passes(target): pass

@each
def test_fails(target): hold(found("fails", target))

@each
def test_crashes(target): raise RuntimeError("no such kernel\\nand more")

@each
def test_asserts(target): assert target is None

@each
def test_seen(target): hold(found("seen", target))

@each
def test_not_seen(target): pass

@each
def test_crashes_where_known(target): raise RuntimeError("no such kernel")

@each
def test_skips(target): pytest.skip("not here")

@pytest.fixture
def broken(): raise RuntimeError("no such device")

@each
def test_crashes_before(target, broken): pass

def test_something_else(): pass
"""

FOREIGN = """
import sys

import pytest

class Subject:
    name = "theirs"

@pytest.mark.parametrize("target", ["x86", None, 3, Subject()])
def test_with_a_target_of_its_own(target): pass

def test_imports_nothing_heavy():
    assert not {"tensorflow", "keras", "hypothesis.core", "scipy.stats"} & set(sys.modules)
    assert "noise_ops.subjects" not in sys.modules
"""


def run_pytest(folder, *arguments, **files):
    """The finished process of pytest with the plugin on given files."""
    for name, source in files.items():
        (folder / f"{name}.py").write_text(source)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-pno:cacheprovider", "-pnoise_ops.pytest_plugin", "-q", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def observed(tmp_path_factory):
    """What the plugin observed, by property."""
    folder = tmp_path_factory.mktemp("checks")
    finished = run_pytest(folder, conftest=RECORDER, test_checks=CHECKS)
    lines = [json.loads(line) for line in (folder / "observations").read_text().splitlines()]
    assert len({line["property"] for line in lines}) == len(lines), finished.stdout
    return {line["property"]: line for line in lines}


def test_a_check_that_passes_has_no_finding(observed):
    assert (observed["passes"]["outcome"], observed["passes"]["finding"]) == ("passed", None)


def test_an_observation_says_what_was_asked_of_what(observed):
    asked = {name: observed["passes"][name] for name in ("subject", "dtype", "mode", "known")}
    assert asked == {"subject": "tests.dropout", "dtype": "float32", "mode": "eager", "known": None}


def test_a_finding_is_attached_whole(observed):
    failed = observed["fails"]
    assert (failed["outcome"], failed["finding"]["code"]) == ("failed", "mean")
    assert failed["finding"]["message"] == "Expected 1, observed 2."
    assert failed["finding"]["script"].startswith("import numpy as np\nimport tensorflow as tf\n")


@pytest.mark.parametrize("name", ["crashes", "asserts", "crashes_where_known", "crashes_before"])
def test_any_other_exception_cannot_tell(observed, name):
    crashed = observed[name]
    assert (crashed["outcome"], crashed["finding"]["code"]) == ("failed", "crash")
    assert CODES["crash"].verdict.value == crashed["finding"]["verdict"] == "cannot-tell"


def test_a_crash_is_told_in_one_sentence(observed):
    message = observed["crashes"]["finding"]["message"]
    assert message == "The check ended in RuntimeError: no such kernel."


def test_a_known_deviation_that_is_seen_is_known(observed):
    seen = observed["seen"]
    assert (seen["outcome"], seen["known"], seen["finding"]["code"]) == ("known", "seen", "mean")


def test_a_known_deviation_that_is_not_seen_is_news(observed):
    not_seen = observed["not_seen"]
    assert (not_seen["outcome"], not_seen["known"]) == ("failed", "not-seen")
    assert not_seen["finding"]["code"] == "unobserved"
    assert not_seen["finding"]["message"] == "Not observed any more: not-seen: measured."


def test_a_skipped_check_is_no_finding(observed):
    assert (observed["skips"]["outcome"], observed["skips"]["finding"]) == ("skipped", None)


def test_a_test_without_a_target_is_left_alone(observed):
    assert "something_else" not in observed


@pytest.mark.parametrize("workers", [(), ("-pxdist.plugin", "-n2")], ids=["alone", "with workers"])
@pytest.mark.parametrize("option", ["--noise-layer=other", "--noise-dtype=float16", "--noise-mode=xla"])
def test_an_option_that_selects_no_check_is_no_pass(tmp_path, option, workers):
    finished = run_pytest(tmp_path, option, *workers, test_checks=CHECKS)
    assert finished.returncode == pytest.ExitCode.USAGE_ERROR, finished.stdout
    assert f"noise_ops: there is no {option.partition('=')[0].rpartition('-')[2]} '" in finished.stdout
    assert "1 passed" in finished.stdout  # what is no check of noise_ops runs all the same


def test_checks_that_are_all_skipped_are_no_pass(tmp_path):
    finished = run_pytest(tmp_path, "-k", "skips", test_checks=CHECKS)
    assert finished.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
    assert "noise_ops: nothing was asked: every check was skipped (1)." in finished.stdout


def test_a_run_that_was_cut_short_is_no_pass(tmp_path):
    finished = run_pytest(tmp_path, "-k", "passes or seen", "--noise-max-time=1e-9", test_checks=CHECKS)
    assert finished.returncode == pytest.ExitCode.TESTS_FAILED, finished.stdout
    assert "noise_ops: 2 checks were not begun, since the time was up: that is no pass." in finished.stdout


def test_options_keep_what_they_name(tmp_path):
    options = ("--noise-layer=Drop*", "--noise-layer=tests.dropout", "--noise-dtype=float32", "--noise-mode=eager")
    assert "\n10 tests collected" in run_pytest(tmp_path, *options, "--collect-only", test_checks=CHECKS).stdout


def test_another_project_does_not_notice_the_plugin(tmp_path):
    finished = run_pytest(tmp_path, "-Werror", test_foreign=FOREIGN)
    assert finished.returncode == 0, finished.stdout
    assert "5 passed" in finished.stdout


def test_the_plugin_may_be_named_twice(tmp_path):
    named_again = 'pytest_plugins = ["noise_ops.pytest_plugin"]\n'
    finished = run_pytest(tmp_path, conftest=named_again, test_one="def test_one(): pass\n")
    assert finished.returncode == 0, finished.stdout + finished.stderr


SETTINGS_OF_A_USER = """
import keras
import numpy as np
import pytest
import tf_keras

keras.config.set_image_data_format("channels_first")
tf_keras.backend.set_image_data_format("channels_first")

@pytest.fixture(autouse=True)
def set_by_a_fixture():
    keras.config.set_floatx("float64")
    tf_keras.backend.set_floatx("float64")
    keras.config.set_dtype_policy("mixed_bfloat16")
    np.seterr(all="raise")
    yield
    np.seterr(all="warn")
"""

BETWEEN_THEM = """
import keras
import pytest

from noise_ops.checks import outputs, stream
from noise_ops.checks.harness import examine, in_modes

TARGETS = in_modes(("alpha_dropout", "spatial_dropout"), ("function", "fit"))
over = pytest.mark.parametrize("target", TARGETS, ids=str)

@over
def test_predicted_stream(target): examine(target, stream.predicted_stream)

def test_of_the_user():
    keras.config.set_max_epochs(1)
    assert keras.config.floatx() == "float64"
    assert keras.config.dtype_policy().name == "mixed_bfloat16"

@over
def test_shape_and_dtype_kept(target): examine(target, outputs.shape_and_dtype_kept)

def test_of_the_user_afterwards():
    assert (keras.config.max_epochs(), keras.config.image_data_format()) == (1, "channels_first")
    assert keras.config.floatx() == "float64"
    assert keras.config.dtype_policy().name == "mixed_bfloat16"
"""


@pytest.mark.parametrize(
    "workers",
    [[], pytest.param(["-pxdist.plugin", "-n2", "--dist=loadfile"], marks=pytest.mark.long)],
    ids=["one process", "workers"],
)
def test_what_a_conftest_or_a_neighbouring_test_sets_decides_nothing_and_is_given_back(tmp_path, workers):
    finished = run_pytest(tmp_path, "-Werror", *workers, conftest=SETTINGS_OF_A_USER, test_mixed=BETWEEN_THEM)
    assert finished.returncode == 0, finished.stdout
    assert "34 passed" in finished.stdout
