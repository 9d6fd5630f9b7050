"""parametrize_checks: a readable test a property, one budget a session, the same verdicts under pytest-xdist."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from noise_ops import laws
from noise_ops.testing import parametrize_checks
from tests.testing import _layers

CHECKOUT = Path(__file__).parents[2]

FILE = """
from noise_ops import laws
from noise_ops.testing import parametrize_checks
from tests.testing import _layers

DROPS, ARGS = laws.drops(0.1), {"args": {"rate": 0.1}}
SCALE, BAD = ["support_and_scale", "mask_density"], ["bad_rates_are_refused"]
EXPECTED = {"bad_rates_are_refused": "is what this test expects"}


@parametrize_checks(lambda seed: _layers.Right(0.1, seed=seed), law=laws.drops(0.1))
def test_right(check): check()


@parametrize_checks(_layers.Unscaled, law=DROPS, properties=SCALE, **ARGS)
def test_unscaled(check): check()


@parametrize_checks(_layers.Right, law=DROPS, properties=BAD, expected_failures=EXPECTED, **ARGS)
def test_expected(check): check()


class Slip(_layers.Right):
    def noisy(self, x):
        return x * self.keep


MANY = ["shape_and_dtype_kept", "support_and_scale", "two_in_a_model", "mask_density"]


@parametrize_checks(Slip, law=DROPS, properties=MANY, **ARGS)
def test_slip(check): check()


@parametrize_checks(Slip, law=DROPS, properties=MANY, shape=(None, 3), **ARGS)
def test_slip_of_a_shape(check): check()


@parametrize_checks(_layers.Right, law=laws.drops(0.1, observe=lambda x, y: y == 0), profile="quick", **ARGS)
def test_observed(check): check()
"""


def ran(folder, *arguments):
    """What pytest prints of the file."""
    (folder / "test_mine.py").write_text(FILE)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", "--rootdir", folder, "test_mine.py"]
    return subprocess.run(
        [*command, *arguments], cwd=folder, capture_output=True, text=True, check=False, env=environment()
    ).stdout


def environment():
    """That of this process, in which the checkout is found."""
    return {**os.environ, "PYTHONPATH": str(CHECKOUT), "TF_CPP_MIN_LOG_LEVEL": "3", "COLUMNS": "300"}


def outcomes(output):
    """The outcome of each test."""
    return dict(
        re.findall(r"^(PASSED|FAILED) \S*::(\S+)", output, re.MULTILINE)
        and [(name, outcome) for outcome, name in re.findall(r"^(PASSED|FAILED) \S*::(\S+)", output, re.MULTILINE)]
    )


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """What a run in one process prints."""
    return ran(tmp_path_factory.mktemp("alone"))


def test_each_property_is_a_test(alone):
    found = outcomes(alone)
    assert found["test_right[mask_density]"] == "PASSED"
    assert found["test_unscaled[support_and_scale]"] == "FAILED"
    assert found["test_unscaled[mask_density]"] == "PASSED"
    assert found["test_expected[bad_rates_are_refused]"] == "FAILED"
    assert not [name for name in found if name.startswith("test_right") and found[name] != "PASSED"]


def test_a_failure_is_one_sentence(alone):
    assert "what is kept is multiplied by 1: it is not rescaled." in alone
    assert "take it out of expected_failures." in alone
    assert "To see it without noise_ops:\n\nimport numpy as np\n" in alone
    assert "SKIPPED" in alone
    assert "not asked: no reference was given (predict=)" in alone


def test_a_session_spends_one_budget(alone):
    assert re.search(r"noise_ops: 11 statistical tests of 2 layers of your own: .* once in [\d,]+ sessions", alone)


def test_the_summary_begins_with_the_sentence(alone):
    assert re.search(
        r"^FAILED \S+\[support_and_scale\] - Unscaled: \d+ of \d+ outputs are neither", alone, re.MULTILINE
    )
    assert not re.search(r"^FAILED .* - noise_ops\.", alone, re.MULTILINE)


@pytest.mark.parametrize(
    ("test", "says"),
    [
        ("test_slip", "LayerError: Slip takes no input of rank 2 to 5"),
        ("test_slip_of_a_shape", "Slip: The call raises AttributeError"),
    ],
)
def test_a_layer_whose_call_raises_is_one_failure(alone, test, says, tmp_path):
    failed = re.findall(rf"^FAILED \S+::{test}\[(\w+)\] - (.*)$", alone, re.MULTILINE)
    assert [name for name, _ in failed] == ["shape_and_dtype_kept"]
    assert failed[0][1].startswith(says)
    assert "see shape_and_dtype_kept" in alone
    fewer = ran(tmp_path, "-k", f"{test} and (mask_density or support)")  # without the one that told it
    assert re.findall(rf"^FAILED \S+::{test}\[(\w+)\]", fewer, re.MULTILINE)[:1] == ["support_and_scale"]


def test_what_is_not_judged_though_it_is_promised_is_in_the_summary(alone):
    [told] = re.findall(r"^noise_ops: Right: Not judged, (.*)$", alone, re.MULTILINE)
    assert told.startswith("under observe= only how often a state is one is judged")
    assert "support_and_scale" in told


def test_the_profile_of_the_session_is_that_of_layers_that_name_none(tmp_path):
    asked = ("-k", "test_right and mask_density", "--noise-profile", "quick")
    drawn = int(re.search(r"Drops \S+ of ([\d,]+) units", ran(tmp_path, *asked)).group(1).replace(",", ""))
    assert drawn < 2**20


def test_two_workers_say_the_same(alone, tmp_path):
    together = ran(tmp_path, "-n", "2")
    assert outcomes(together) == outcomes(alone)
    summary = re.compile(r"^noise_ops: .*$", re.MULTILINE)
    assert summary.findall(together) == summary.findall(alone)


def test_a_mistake_is_told_at_collection():
    with pytest.raises(ValueError, match="law is one of"):
        parametrize_checks(_layers.Right, law="drops(0.1)")
    with pytest.raises(ValueError, match="no property"):
        parametrize_checks(_layers.Right, law=laws.drops(0.1), expected_failures={"foo": "bar"})
