"""seeds/keras_2.py: layers with a seed and without, as the installed tf_keras draws."""

import numpy as np
import pytest
import tensorflow as tf
import tf_keras

import noise_ops
from noise_ops.reference.seeds import Keras2Seed, LegacySeed
from tests.reference._helpers import assert_same_bits


@pytest.mark.parametrize(("global_seed", "seed"), [(7, 9), (0, 0), (0, -1), (3, 2**31 - 2), (7, np.int64(3))])
def test_keras2_seed_follows_a_seeded_tf_keras_layer_over_eager_calls(global_seed, seed):
    tf.random.set_seed(global_seed)
    x, layer, predicted = (
        np.ones((4, 5), np.float32),
        tf_keras.layers.Dropout(0.4, seed=seed),
        Keras2Seed(global_seed, seed),
    )
    for _ in range(4):
        assert_same_bits(noise_ops.dropout(x, 0.4, seed=predicted), layer(x, training=True))


@pytest.mark.parametrize(
    ("layer", "op"),
    [
        ("GaussianNoise", noise_ops.gaussian_noise),
        ("GaussianDropout", noise_ops.gaussian_dropout),
        ("AlphaDropout", noise_ops.alpha_dropout),
    ],
)
def test_keras2_seed_follows_the_other_tf_keras_layers(layer, op):
    tf.random.set_seed(7)
    x, witness, predicted = np.ones((4, 5), np.float32), getattr(tf_keras.layers, layer)(0.4, seed=9), Keras2Seed(7, 9)
    for _ in range(4):
        assert_same_bits(op(x, 0.4, seed=predicted), witness(x, training=True))


def test_an_unseeded_tf_keras_layer_follows_the_legacy_seed():
    tf.random.set_seed(7)
    x, layer, predicted = np.ones((4, 5), np.float32), tf_keras.layers.Dropout(0.4), LegacySeed(7)
    for _ in range(4):
        assert_same_bits(noise_ops.dropout(x, 0.4, seed=predicted), layer(x, training=True))


def test_a_seeded_tf_keras_layer_inside_a_function_follows_the_legacy_seed():
    tf.random.set_seed(7)
    x, layer, predicted = tf.ones((4, 5)), tf_keras.layers.Dropout(0.4, seed=9), LegacySeed(7, 9)
    call = tf.function(lambda inputs: layer(inputs, training=True))
    for _ in range(3):
        assert_same_bits(noise_ops.dropout(x.numpy(), 0.4, seed=predicted), call(x))
