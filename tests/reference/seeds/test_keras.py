"""seeds/keras.py: a Keras 3 layer, a SeedGenerator, and `keras.random` without a seed, as the installed Keras draws."""

import random

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

import noise_ops
from noise_ops.reference.seeds import Draw, KerasGlobalSeed, KerasSeed, StatelessSeed
from tests.reference._helpers import assert_same_bits
from tests.reference.seeds._draws import uniforms

KERAS_SEEDS = [0, 1, 1337, -1, -5, 2**31 - 3, 2**31 - 2, 2**32 + 5, 2**62, 2**63 - 1, -(2**63)]


@pytest.mark.parametrize("seed", KERAS_SEEDS)
def test_keras_seed_follows_a_seed_generator_over_calls(seed):
    generator, predicted = keras.random.SeedGenerator(seed), KerasSeed(seed)
    for _ in range(3):
        assert_same_bits(uniforms(predicted, 6), keras.random.uniform([6], seed=generator))


@pytest.mark.parametrize("seed", KERAS_SEEDS)
def test_keras_seed_starts_with_the_draw_of_an_integer_seed(seed):
    for _ in range(2):  # an integer gives the same draw every time
        assert_same_bits(uniforms(KerasSeed(seed), 6), keras.random.uniform([6], seed=seed))


@pytest.mark.parametrize("seed", [np.int64(5), np.uint8(5), np.array(5)])
def test_keras_seed_takes_numpy_integers_for_their_value(seed):
    # Keras itself refuses them in eager mode: its state would mix Python and NumPy integers.
    assert_same_bits(uniforms(KerasSeed(seed), 6), keras.random.uniform([6], seed=5))


@pytest.mark.parametrize("layer", ["Dropout", "GaussianDropout", "GaussianNoise", "AlphaDropout"])
def test_keras_seed_follows_a_layer_over_calls(layer):
    op = {
        "Dropout": noise_ops.dropout,
        "GaussianDropout": noise_ops.gaussian_dropout,
        "GaussianNoise": noise_ops.gaussian_noise,
        "AlphaDropout": noise_ops.alpha_dropout,
    }[layer]
    x, predicted = np.ones((4, 5), np.float32), KerasSeed(9)
    witness = getattr(keras.layers, layer)(0.4, seed=9)
    for _ in range(4):
        assert_same_bits(op(x, 0.4, seed=predicted), witness(x, training=True))


# Which elements of 24 Dropout(0.5, seed=...) of Keras 3.4.1, on TensorFlow 2.16.2, kept in its first two calls.
KERAS_3_4 = {
    -1: ("x..x..xx.xxxx.xxx..x..x.", ".xx..x....xxxxx...x...xx"),
    2**31: ("x.xxx.xxxxxxxxx.x......x", "x..x.........x..xxx..x.x"),
    2**63 - 1: ("x..x..xx.xxxx.xxx..x..x.", ".xx..x....xxxxx...x...xx"),
}


@pytest.mark.parametrize("seed", KERAS_3_4)
def test_the_seed_of_an_early_keras_3_draws_what_keras_3_4_drew(seed):
    early = KerasSeed.before_3_5(seed)
    drawn = [noise_ops.dropout(np.ones(24, np.float32), 0.5, seed=early) for _ in range(2)]
    assert ["".join("x" if kept else "." for kept in outputs) for outputs in drawn] == list(KERAS_3_4[seed])


@given(st.integers(-(2**63), 2**63 - 1), st.integers(0, 2), st.sampled_from(["kernel", "xla"]))
def test_the_seed_of_an_early_keras_3_keeps_32_bits(seed, calls, engine):
    """And in what both ranges hold it is the seed of a later one."""
    early = KerasSeed.before_3_5(seed, engine)
    low = np.int64(seed).astype(np.int32)
    for call in range(calls + 1):
        draw = Draw("uniform", "float32", 4)
        stream = early.next(draw)
        assert stream == StatelessSeed((low, call), engine).next(draw)
        assert low < 0 or low > 2**31 - 3 or stream == _call_of(KerasSeed(int(low), engine), call)


def _call_of(seed, call):
    return [seed.next(Draw("uniform", "float32", 4)) for _ in range(call + 1)][-1]


def test_keras_seed_follows_a_layer_inside_a_graph():
    x, layer, predicted = np.ones((4, 5), np.float32), keras.layers.Dropout(0.4, seed=9), KerasSeed(9)
    call = tf.function(lambda inputs: layer(inputs, training=True))
    for _ in range(3):
        assert_same_bits(noise_ops.dropout(x, 0.4, seed=predicted), call(x))


def test_keras_seeds_of_none_are_five_unseeded_layers():
    keras.utils.set_random_seed(7)
    layers = [keras.layers.Dropout(0.4) for _ in range(5)]
    random.seed(7)
    for layer in layers:
        generator = layer.seed_generator
        assert_same_bits(uniforms(KerasSeed(None), 6), keras.random.uniform([6], seed=generator))


@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1])
def test_keras_global_seed_follows_unseeded_keras_random(seed):
    keras.utils.set_random_seed(seed)
    witness = [keras.random.uniform([6], seed=None) for _ in range(5)]
    random.seed(seed)
    predicted = KerasGlobalSeed()
    for drawn in witness:
        assert_same_bits(uniforms(predicted, 6), drawn)


def test_keras_global_seed_is_drawn_at_the_first_use():
    keras.utils.set_random_seed(7)
    for _ in range(2):
        keras.layers.Dropout(0.4)
    drawn = keras.random.uniform([6], seed=None)
    generator = random.Random(7)
    third = [generator.randint(1, 10**9) for _ in range(3)][2]
    assert_same_bits(uniforms(KerasGlobalSeed(third), 6), drawn)
