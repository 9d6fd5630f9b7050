"""diagnosis.py: before no rule is known, both engines, every rule and every dtype of a draw are tried.

Witness of the dtypes: Keras itself under another floatx or policy; of the rules: the reference, held to TensorFlow by
tests/reference/.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf

from noise_ops import GeneratorSeed, KerasGlobalSeed, KerasSeed, StatelessSeed
from noise_ops.checks import diagnosis
from noise_ops.checks.diagnosis import can_be_drawn_in, drawn_in
from noise_ops.checks.prediction import output
from noise_ops.findings import Stage
from noise_ops.reference.variates import DTYPES, FLOAT32
from noise_ops.subjects import pinning, running
from noise_ops.subjects.cases import Case
from noise_ops.subjects.catalog import checked
from noise_ops.subjects.inputs import SECOND_SEED
from noise_ops.subjects.targets import Target
from noise_ops.subjects.values import same
from tests.checks._told import drawn_with

BY_NAME = {subject.name: subject for subject in checked()}


def why(target, observed):
    """The stage and the reason of a departure."""
    return diagnosis.departure(target, target.standard, observed, 0)


@pytest.mark.parametrize(
    ("make_seed", "says"),
    [
        (lambda case: KerasSeed(case.seed, "xla"), "call 1 of KerasSeed(seed, engine='xla')"),
        (lambda case: KerasGlobalSeed(case.seed, "xla"), "KerasGlobalSeed(seed, engine='xla')"),
        (lambda case: StatelessSeed((case.seed, SECOND_SEED)), "the rule of stateless ops"),
        (lambda case: StatelessSeed((case.seed, SECOND_SEED), "xla"), "7), engine='xla'"),
        (lambda case: GeneratorSeed(case.seed), "the rule of tf.random.Generator"),
    ],
)
def test_every_rule_and_engine_is_tried(make_seed, says):
    target = drawn_with(make_seed, 1)  # the first call of the global generator is that of a layer
    stage, reason = why(target, target.run(target.standard, 2))
    assert stage is Stage.SEED
    assert says in reason


@pytest.mark.parametrize("floatx", ["float64", "float16"])
def test_a_mask_that_is_drawn_in_another_floatx_is_told_as_that(floatx):
    target = Target(BY_NAME["keras.layers.AlphaDropout"], FLOAT32, "eager")
    before = keras.config.floatx()
    keras.config.set_floatx(floatx)
    try:
        observed = running.run(target.subject, target.standard)
    finally:
        keras.config.set_floatx(before)
    assert why(target, observed) == (
        Stage.VARIATE,
        f"it is call 0 of the layer's own seed, drawn in {floatx}",
    )


def test_the_engine_of_xla_in_another_mode_is_told_as_that():
    target = Target(BY_NAME["keras.layers.Dropout"], FLOAT32, "function")
    observed = running.run(target.subject, target.standard, "xla")
    assert why(target, observed) == (Stage.SEED, "it is call 0 of KerasSeed(seed, engine='xla')")


def test_replicas_are_asked_through_the_first_of_them():
    target = drawn_with(lambda case: KerasGlobalSeed(case.seed), 1)
    mirrored = Target(target.subject, FLOAT32, "mirrored")
    one = target.run(target.standard)[0]
    assert "KerasGlobalSeed" in diagnosis.departure(mirrored, target.standard, [np.stack([one, one])], 0)[1]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize(
    ("op", "parameters"),
    [
        ("dropout", {"rate": 0.3}),
        ("spatial_dropout", {"rate": 0.3}),
        ("gaussian_dropout", {"rate": 0.3}),
        ("gaussian_noise", {"stddev": 0.7}),
        ("alpha_dropout", {"rate": 0.3}),
        ("uniform", {}),
        ("normal", {}),
    ],
)
def test_drawn_in_its_own_dtype_an_op_is_the_documented_one(op, parameters, dtype):
    assert can_be_drawn_in(op)
    x = np.random.default_rng(3).standard_normal((4, 5, 6)).astype(dtype)
    case = Case(x, 9, **parameters)
    own = FLOAT32 if op == "alpha_dropout" else dtype
    assert same(drawn_in(op, case, KerasSeed(9), own), output(op, case, KerasSeed(9)))


def test_an_uncast_draw_of_float64_is_what_tensorflow_makes_of_it():
    case = Case(np.ones((8, 8), np.float32), 9, 0.3)
    uniforms = tf.random.stateless_uniform((8, 8), (9, 0), dtype="float64").numpy()
    kept = drawn_in("dropout", case, KerasSeed(9), np.dtype(np.float64)) != 0
    assert np.array_equal(kept, uniforms >= 0.3)


def test_the_settings_of_these_tests_are_given_back():
    assert not pinning.departures()
