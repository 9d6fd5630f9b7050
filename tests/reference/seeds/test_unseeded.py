"""seeds/unseeded.py: `set_seed`, and what an op draws without a seed, as the installed Keras layers do."""

import random

import keras
import numpy as np
import pytest
import tensorflow as tf

import noise_ops
from noise_ops import KerasSeed
from noise_ops.reference import seeds
from tests.reference._helpers import assert_same_bits
from tests.reference.seeds._draws import in_new_python


@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1])
def test_set_seed_makes_unseeded_ops_equal_unseeded_layers(seed):
    x = np.ones((4, 5), np.float32)
    noise_ops.set_seed(seed)
    witness = [keras.layers.Dropout(0.4)(x, training=True) for _ in range(3)]
    noise_ops.set_seed(seed)
    for drawn in witness:
        assert_same_bits(noise_ops.dropout(x, 0.4), drawn)


def test_a_seed_without_a_number_follows_the_next_layer_and_the_state_of_one_that_is_there_names_its_own():
    x = np.ones((4, 5), np.float32)
    noise_ops.set_seed(3)
    layer = keras.layers.Dropout(0.4)
    witness = [layer(x, training=True) for _ in range(3)]
    noise_ops.set_seed(3)
    next_layer, of_state = KerasSeed(None), KerasSeed(int(layer.seed_generator.state[0]))
    for drawn in witness:
        assert_same_bits(noise_ops.dropout(x, 0.4, seed=next_layer), drawn)
        assert_same_bits(noise_ops.dropout(x, 0.4, seed=of_state), drawn)


@pytest.mark.parametrize("first", [0.0, 1.0])
def test_an_op_that_draws_nothing_leaves_the_next_unseeded_layer_in_place(first):
    # A Keras 3 Dropout makes a SeedGenerator at rate 1 and none at rate 0.
    x = np.ones((4, 5), np.float32)
    noise_ops.set_seed(7)
    witness = [keras.layers.Dropout(rate)(x, training=True) for rate in (first, 0.4)]
    noise_ops.set_seed(7)
    for rate, drawn in zip((first, 0.4), witness, strict=True):
        assert_same_bits(noise_ops.dropout(x, rate), drawn)


def test_set_seed_under_legacy_keras_makes_unseeded_ops_equal_unseeded_layers(legacy_process):
    assert legacy_process["equal"] == [True, True, True]


@pytest.mark.parametrize(
    "draw",
    [random.random, np.random.random, lambda: tf.random.uniform([]).numpy(), lambda: keras.random.uniform([]).numpy()],
    ids=["python", "numpy", "tensorflow", "keras"],
)
def test_set_seed_seeds_every_loaded_library(draw):
    draws = []
    for seed in (7, 7, 8):
        noise_ops.set_seed(seed)
        draws.append(draw())
    assert draws[0] == draws[1] != draws[2]


def test_importing_the_reference_imports_no_tensorflow():
    program = (
        "import sys, noise_ops; noise_ops.set_seed(1); print({'tensorflow', 'keras', 'tf_keras'} & set(sys.modules))"
    )
    assert in_new_python(program) == "set()"


@pytest.mark.parametrize(("flag", "generation"), [("1", 2), ("True", 2), ("0", 3), ("", 3)])
def test_the_installed_generation_follows_the_legacy_flag(monkeypatch, flag, generation):
    # TensorFlow 2.21's own test of TF_USE_LEGACY_KERAS; Keras 3 and tf_keras are both installed here.
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", flag)
    assert seeds.installed_keras_generation() == generation
