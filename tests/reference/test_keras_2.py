"""Keras2Seed and LegacySeed over the releases of Keras 2: golden masks, and tf_keras in the same program.

Origin of the golden masks: `masks` below with `tf.keras` for `library`, run under TensorFlow 2.4.4 to 2.15.1 with the
Keras of their day. A mask of 32 elements is written as an integer, the first element its highest bit.
"""

import numpy as np
import pytest
import tensorflow as tf
import tf_keras

import noise_ops
from noise_ops import Keras2Seed, LegacySeed

GLOBAL_SEED, SEED = 7, 3

FIXED = [181216862, 2292752128, 1414754450, 838958409, 3148892078]
COUNTED = [181216862, 1351324267, 2842592780, 2455901741, 1874763716]
SECOND_TRACE = [1351324267, 4216625371, 3390645817, 1370338757, 67658637]

UNCOUNTING = {"eager": FIXED, "function": FIXED, "next trace": FIXED[:2], "fit": FIXED}
BUILT_FIRST = {"eager": COUNTED, "function": FIXED, "next trace": SECOND_TRACE[:2], "fit": SECOND_TRACE}
COUNTING = {**BUILT_FIRST, "fit": FIXED}

GOLDEN = {
    "2.4.4": UNCOUNTING,
    "2.7.4": UNCOUNTING,
    "2.8.4": BUILT_FIRST,
    "2.10.1": BUILT_FIRST,
    "2.11.1": COUNTING,
    "2.15.1": COUNTING,
}
"""By TensorFlow release, what `Dropout(0.5, seed=3)` drops after `tf.random.set_seed(7)`."""


def as_integer(output):
    """The mask of 32 outputs."""
    return int("".join("1" if kept else "0" for kept in np.asarray(output).ravel() != 0), 2)


def layer_of(library, seed):
    """A seeded layer at the start of the global seed."""
    tf.random.set_seed(GLOBAL_SEED)
    return library.layers.Dropout(0.5, seed=seed)


def in_fit(library, seed):
    """The masks of five batches of `fit`."""
    layer, seen, masks = layer_of(library, seed), tf.Variable(tf.zeros((1, 32))), []
    inputs = library.Input((32,))
    model = library.Model(inputs, layer(inputs))

    def loss(_, output):
        seen.assign(output)
        return tf.reduce_mean(output)

    model.compile("sgd", loss)
    record = library.callbacks.LambdaCallback(on_epoch_end=lambda *_: masks.append(as_integer(seen)))
    model.fit(tf.ones((1, 32)), tf.ones((1, 32)), epochs=5, verbose=0, callbacks=[record])
    return masks


def masks(library, seed):
    """The masks of five calls eagerly, in a tf.function and in `fit`, and of two calls of a second trace."""
    layer = layer_of(library, seed)
    eager = [as_integer(layer(tf.ones((1, 32)), training=True)) for _ in range(5)]
    layer = layer_of(library, seed)
    function = tf.function(lambda x: layer(x, training=True))
    first = [as_integer(function(tf.ones((1, 32)))) for _ in range(5)]
    second = [as_integer(function(tf.ones((1, 1, 32)))) for _ in range(2)]
    return {"eager": eager, "function": first, "next trace": second, "fit": in_fit(library, seed)}


def predicted(seed, calls=5):
    """The masks that a seed object predicts."""
    return [as_integer(noise_ops.dropout(np.ones(32, np.float32), 0.5, seed=seed)) for _ in range(calls)]


def test_the_installed_tf_keras_draws_the_masks_of_keras_2_15():
    assert masks(tf_keras, SEED) == GOLDEN["2.15.1"]


@pytest.mark.parametrize("release", ["2.4.4", "2.7.4"])
def test_layers_before_2_8_do_not_count_their_calls(release):
    for surroundings, golden in GOLDEN[release].items():
        assert predicted(LegacySeed(GLOBAL_SEED, SEED), len(golden)) == golden, surroundings


@pytest.mark.parametrize("release", ["2.8.4", "2.10.1", "2.11.1", "2.15.1"])
def test_layers_from_2_8_on_count_calls_and_traces(release):
    golden = GOLDEN[release]
    assert predicted(Keras2Seed(GLOBAL_SEED, SEED)) == golden["eager"]
    assert predicted(Keras2Seed.in_function(GLOBAL_SEED, SEED)) == golden["function"]
    assert predicted(Keras2Seed.in_function(GLOBAL_SEED, SEED, trace=1), 2) == golden["next trace"]


@pytest.mark.parametrize(("release", "trace"), [("2.8.4", 1), ("2.10.1", 1), ("2.11.1", 0), ("2.15.1", 0)])
def test_a_functional_model_of_2_8_to_2_10_traces_its_layers_once_when_it_is_built(release, trace):
    assert predicted(Keras2Seed.in_function(GLOBAL_SEED, SEED, trace=trace)) == GOLDEN[release]["fit"]


def test_an_unseeded_layer_of_tf_keras_draws_as_tf_random():
    drawn = masks(tf_keras, None)
    assert predicted(LegacySeed(GLOBAL_SEED)) == drawn["eager"]
    for surroundings in ("function", "next trace", "fit"):
        traced = LegacySeed.in_function(GLOBAL_SEED)
        assert predicted(traced, len(drawn[surroundings])) == drawn[surroundings]
