"""seeds/legacy.py: `tf.random.set_seed` and the stateful ops, as the installed TensorFlow draws."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from noise_ops.reference.seeds import Draw, LegacySeed
from noise_ops.reference.variates import normals
from tests.reference._helpers import assert_same_bits, numpy_dtype, reproducible
from tests.reference.seeds._draws import uniforms

LEGACY_SEEDS = [0, 7, -5, 2**31 - 2, 2**31 - 1, 2**31, 2**40 + 3, 2**64 + 9, -(2**63), np.int64(12)]


def test_golden_stream_of_seed_0():
    # `tf.random.set_seed(0); tf.random.normal([10])` in TensorFlow 2.4.4, 2.15.1, 2.16.2, 2.19.1 and 2.21.0.
    stream = LegacySeed(0).next(Draw("normal", "float32", 10))
    start = normals(stream, 10, numpy_dtype("float32"))[:3]
    assert_same_bits(start, np.float32([1.5110626, 0.42292204, -0.41969493]))


@pytest.mark.parametrize("global_seed", LEGACY_SEEDS)
def test_legacy_seed_predicts_the_kth_unseeded_eager_op(global_seed):
    tf.random.set_seed(global_seed)
    predicted = LegacySeed(global_seed)
    for k in range(4):
        assert_same_bits(uniforms(predicted, k + 2), tf.random.uniform([k + 2]))


@pytest.mark.parametrize("global_seed", [0, 7, -5, 2**31 - 1])
@pytest.mark.parametrize("op_seed", LEGACY_SEEDS)
def test_legacy_seed_with_an_op_seed_goes_on_where_the_last_call_stopped(global_seed, op_seed):
    # The pair (0, 0), also as (2**31 - 1, 0), would mean "draw at random" to the kernels: TensorFlow moves it.
    tf.random.set_seed(global_seed)
    predicted = LegacySeed(global_seed, op_seed)
    for count in (5, 3, 0, 4):
        assert_same_bits(uniforms(predicted, count), tf.random.uniform([count], seed=op_seed))


@given(st.integers(-(2**70), 2**70), st.one_of(st.none(), st.integers(-(2**63), 2**70)))
@reproducible(60)
def test_legacy_seed_holds_over_the_range_of_integers(global_seed, op_seed):
    tf.random.set_seed(global_seed)
    assert_same_bits(uniforms(LegacySeed(global_seed, op_seed), 5), tf.random.uniform([5], seed=op_seed))


def test_uniform_and_dropout_share_a_kernel():
    tf.random.set_seed(7)
    predicted = LegacySeed(7, 9)
    assert_same_bits(uniforms(predicted, 4), tf.random.uniform([4], seed=9))
    kept = tf.nn.dropout(tf.ones([64]), 0.5, seed=9).numpy() != 0
    assert np.array_equal(uniforms(predicted, 64) >= 0.5, kept)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_dtypes_do_not_share_a_kernel(dtype):
    tf.random.set_seed(7)
    predicted = LegacySeed(7, 9)
    for name in (dtype, "float32", dtype):
        stream = predicted.next(Draw("normal", name, 5))
        drawn = tf.random.normal([5], seed=9, dtype=name)
        assert_same_bits(normals(stream, 5, numpy_dtype(name)), drawn)


def test_uniform_and_normal_do_not_share_a_kernel():
    tf.random.set_seed(7)
    predicted = LegacySeed(7, 9)
    for _ in range(2):
        assert_same_bits(uniforms(predicted, 4), tf.random.uniform([4], seed=9))
        stream = predicted.next(Draw("normal", "float32", 4))
        assert_same_bits(normals(stream, 4, numpy_dtype("float32")), tf.random.normal([4], seed=9))


def test_an_unseeded_op_inside_a_function_takes_its_index_as_op_seed():
    tf.random.set_seed(7)
    draw_thrice = tf.function(lambda: [tf.random.uniform([5]) for _ in range(3)])
    predicted = [LegacySeed(7, index) for index in range(3)]
    for _ in range(2):
        for seed, drawn in zip(predicted, draw_thrice(), strict=True):
            assert_same_bits(uniforms(seed, 5), drawn)


def test_a_seeded_op_inside_a_function_goes_on_over_calls():
    tf.random.set_seed(7)
    draw, predicted = tf.function(lambda: tf.random.uniform([5], seed=9)), LegacySeed(7, 9)
    for _ in range(3):
        assert_same_bits(uniforms(predicted, 5), draw())


def test_legacy_seed_without_a_global_seed_uses_the_default_graph_seed(legacy_process):
    predicted = LegacySeed(None, 5)
    assert legacy_process["never seeded"] == [uniforms(predicted, 3).tolist() for _ in range(2)]
