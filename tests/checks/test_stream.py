"""checks/stream.py: a departure from the prediction is seen, placed at its stage, and shown by a script.

The subjects here draw what they are told to; that words and variates themselves are as predicted is asked of
the installed TensorFlow.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from noise_ops import Keras2Seed, KerasGlobalSeed, KerasSeed, LegacySeed, StatelessSeed, dropout
from noise_ops.checks import report, scripting, stream
from noise_ops.checks.prediction import predict
from noise_ops.findings import Stage
from noise_ops.reference.seeds import Draw
from noise_ops.reference.variates import FLOAT32, uniforms
from noise_ops.subjects.catalog import checked, named
from noise_ops.subjects.inputs import GLOBAL_SEED, SECOND_SEED
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.libraries import Library
from noise_ops.subjects.targets import Target
from tests.checks._told import Told, ToldTarget, changed, drawn_with

ROOT = Path(__file__).parents[2]


def departure(target):
    """The finding of a target that departs from its prediction."""
    found = stream.predicted_stream(target, target.standard)
    assert found is not None
    assert (found.code, found.property) == ("stream", "predicted_stream")
    return found


def test_a_stream_as_predicted_is_no_finding():
    target = drawn_with(lambda case: KerasSeed(case.seed))
    assert stream.predicted_stream(target, target.standard) is None


@pytest.mark.parametrize(
    ("make_seed", "skipped", "rule"),
    [
        (lambda case: KerasSeed(case.seed), 1, "call 1 of KerasSeed(seed), the rule of Keras 3 layers"),
        (lambda case: KerasGlobalSeed(case.seed), 0, "of KerasGlobalSeed(seed)"),
        (lambda case: LegacySeed(GLOBAL_SEED, case.seed), 0, "call 0 of LegacySeed(global seed, seed)"),
        (lambda case: LegacySeed(GLOBAL_SEED), 0, "a layer that ignores its seed"),
    ],
)
def test_the_stage_of_another_seed_rule_is_the_seed(make_seed, skipped, rule):
    found = departure(drawn_with(make_seed, skipped))
    assert found.stage is Stage.SEED
    assert rule in found.message


def test_the_stage_of_other_values_under_the_same_mask_is_the_op():
    found = departure(changed(lambda y: y * np.float32(1.5)))
    assert found.stage is Stage.OP
    assert "the same elements are dropped" in found.message


def test_the_stage_of_an_unknown_stream_is_the_layer():
    found = departure(drawn_with(lambda case: KerasSeed(case.seed + 1)))
    assert found.stage is Stage.LAYER
    assert "no known seed rule" in found.message


def test_a_single_bit_is_seen_and_located():
    def flip(y):
        y.reshape(-1)[100] = np.nextafter(y.reshape(-1)[100], np.float32(9))
        return y

    found = departure(changed(flip))
    assert "1 of 2112 elements differ, first at [3, 1]" in found.message
    assert found.message.startswith("Call 0 departs")


def test_the_sign_of_zero_is_seen():
    assert "differ" in departure(changed(lambda y: np.where(y == 0, np.float32(-0.0), y))).message


def test_another_dtype_is_said_to_be_one():
    found = departure(changed(lambda y: y.astype(np.float64)))
    assert "expected dtype float32, observed float64" in found.message


def test_another_shape_is_said_to_be_one():
    found = departure(changed(lambda y: y[:-1]))
    assert "expected shape (64, 33), observed (63, 33)" in found.message


def test_a_later_call_is_compared_too():
    def repeat_the_first(case, calls):
        return [dropout(case.x, case.rate, seed=KerasSeed(case.seed))] * calls

    assert departure(ToldTarget(Told(repeat_the_first), FLOAT32, "eager")).message.startswith("Call 1 departs")


# The boundary of a rate


@pytest.mark.parametrize(
    ("make_seed", "boundaries"),
    [
        (KerasSeed, stream.BOUNDARIES[KerasSeed]),
        (lambda number: LegacySeed(GLOBAL_SEED, number), stream.BOUNDARIES[LegacySeed]),
        (lambda number: Keras2Seed(GLOBAL_SEED, number), stream.BOUNDARIES[Keras2Seed]),
        (lambda number: StatelessSeed((number, SECOND_SEED)), stream.BOUNDARIES[StatelessSeed]),
    ],
    ids=["KerasSeed", "LegacySeed", "Keras2Seed", "StatelessSeed"],
)
def test_the_uniform_at_a_boundary_equals_the_rate(make_seed, boundaries):
    for rate, number, index in boundaries:
        count = index + 1
        drawn = uniforms(make_seed(number).next(Draw("uniform", "float32", count)), count, FLOAT32)
        assert drawn[index] == np.float32(rate)


def at_boundaries(change):
    """The finding of a target that draws as predicted, and changes its outputs after that."""
    target = changed(change)
    return stream.boundary_kept(target, target.standard)


def dropped_at(*places):
    """Drop more elements than the seed says."""

    def change(y):
        y.reshape(-1)[list(places)] = 0
        return y

    return change


def test_an_element_dropped_at_a_boundary_is_seen_and_located():
    assert at_boundaries(lambda y: y) is None
    found = at_boundaries(dropped_at(-1))
    assert (found.code, found.stage) == ("boundary", Stage.OP)
    assert "element 808 has a uniform equal to the rate" in found.message


def test_what_draws_another_stream_meets_no_boundary():
    assert at_boundaries(dropped_at(*range(100), -1)) is None


# The script of a finding

KERAS_DROPOUT = Target(
    LayerSubject(Library("keras", 3, SimpleNamespace(__version__="3.15.1")), "Dropout", "dropout"), FLOAT32, "eager"
)
TF_DROPOUT = Target(named("tf.nn.dropout"), FLOAT32, "eager")


def script_of(target):
    """The script of a finding on the standard case, of a layer that gave zeros."""
    [expected] = predict(target, target.standard)
    shown = scripting.as_predicted(target, 0, 0 * expected, expected)
    return report.finding("predicted_stream", target, target.standard, "message", code="stream", shown=shown).script


def numbers(text):
    """The numbers in a text, in order."""
    return [float(number) for number in re.findall(r"-?\d+\.\d*(?:e-?\d+)?", text)]


@pytest.fixture(scope="module")
def printed():
    """What the two scripts print, run one after the other where noise_ops cannot be imported."""
    guard = "import sys\nsys.modules['noise_ops'] = None\n"
    source = guard + script_of(KERAS_DROPOUT) + "\nprint('---')\n" + script_of(TF_DROPOUT) + "\n"
    finished = subprocess.run(
        [sys.executable, "-c", source],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.split("---")


@pytest.mark.parametrize(("position", "example"), [(0, KERAS_DROPOUT), (1, TF_DROPOUT)], ids=["keras", "tf.nn"])
def test_a_script_prints_prediction_and_output_of_one_input(printed, position, example):
    [line] = [line for line in script_of(example).splitlines() if line.startswith("predicted = ")]
    predicted, (told, observed) = numbers(line), printed[position].split("observed:")
    assert len(predicted) == 8
    assert any(predicted)
    assert printed[position].strip().endswith("as predicted")
    for shown in (told, observed):
        assert numbers(shown) == pytest.approx(predicted, abs=1e-6)


@pytest.mark.parametrize("example", [KERAS_DROPOUT, TF_DROPOUT], ids=["keras", "tf.nn"])
def test_a_script_needs_tensorflow_and_numpy_alone(example):
    imports = [line for line in script_of(example).splitlines() if line.startswith(("import", "from"))]
    assert set(imports) <= {"import numpy as np", "import tensorflow as tf", "import keras"}


def test_what_no_seed_determines_is_said_to_be_unpredictable():
    legacy = next(subject for subject in checked() if subject.name == "tf.nn.dropout")
    target = Target(legacy, FLOAT32, "xla")
    with pytest.raises(stream.UnpredictableError, match="no seed determines"):
        stream.predicted_stream(target, target.standard)
