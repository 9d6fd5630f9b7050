"""ops.py: each op equals the first eager call of a Keras 3 layer in every bit, and refuses what it cannot mean.

Witnesses: the installed Keras 3 layers; for `masked_gaussian_noise`, which Keras lacks, the two `tf.random`
draws that define it.
"""

import tracemalloc
from fractions import Fraction

import keras
import ml_dtypes
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

import noise_ops
from noise_ops import KerasSeed, LegacySeed
from tests.reference._helpers import assert_same_bits, each_dtype, numpy_dtype, reproducible
from tests.reference._ops import LAYERS, assert_equals_layer, each_layer, each_op, normal_input, predict


@st.composite
def cases(draw, op, dtype):
    """An input, a rate or stddev, and a seed that the op and its layer both take."""
    ranks = (3, 5) if op == "spatial_dropout" else (0, 5)
    shape = draw(st.lists(st.integers(0, 5), min_size=ranks[0], max_size=ranks[1]))
    # At rate 1 the gaussian and alpha layers of Keras fail.
    level = draw(st.floats(0, 1, exclude_max=op in ("gaussian_dropout", "alpha_dropout")))
    return normal_input(shape, dtype, draw(st.integers(0, 2**32))), level, draw(st.integers(-(2**63), 2**63 - 1))


@each_dtype
@each_layer
@given(data=st.data())
@reproducible(40)
def test_op_equals_the_first_call_of_its_layer(op, dtype, data):
    assert_equals_layer(op, *data.draw(cases(op, dtype)))


@pytest.mark.long
@each_dtype
@each_layer
@given(data=st.data())
@reproducible(1000)
def test_op_equals_the_first_call_of_its_layer_in_a_thousand_cases(op, dtype, data):
    assert_equals_layer(op, *data.draw(cases(op, dtype)))


def test_ops_equal_their_layers_over_several_chunks():
    # 2**18 elements a chunk: two whole ones and an odd rest, float64 because it takes two words an element.
    for op in ("dropout", "gaussian_noise"):
        assert_equals_layer(op, normal_input(2**19 + 5, "float64"), 0.3, 7)


@pytest.mark.long
@each_dtype
@each_layer
@pytest.mark.parametrize("shape", [(1000, 10, 100), (2**24 + 3, 1, 1)], ids=str)
def test_op_equals_its_layer_on_large_inputs(op, dtype, shape):
    assert_equals_layer(op, normal_input(shape, dtype), 0.3, 7)


@pytest.mark.long
@each_dtype
@each_layer
@pytest.mark.parametrize("shape", [(7, 5, 3), (64, 10, 32)], ids=str)
def test_op_equals_its_layer_under_xla(op, dtype, shape):
    x = normal_input(shape, dtype)
    layer = LAYERS[op](x)(0.3, seed=7, dtype=dtype)
    call = tf.function(lambda inputs: layer(inputs, training=True), jit_compile=True)
    assert_same_bits(predict(op, x, 0.3, seed=KerasSeed(7, engine="xla")), call(tf.constant(x)))


# --- Unusual inputs

SPECIAL = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan]


def special_input(dtype):
    """Zeros, infinities, nan, the extremes, and denormals of both signs, each often enough to be kept and dropped."""
    info = ml_dtypes.finfo(numpy_dtype(dtype))
    extremes = [info.max, -info.max, info.smallest_normal, -info.smallest_normal]
    denormals = [info.smallest_subnormal, -info.smallest_subnormal, info.smallest_normal / info.dtype.type(2)]
    return np.tile(np.array([*SPECIAL, *extremes, *denormals]).astype(numpy_dtype(dtype)), (4, 16, 1))


@each_dtype
@each_layer
@pytest.mark.parametrize("level", [1e-30, 0.3, 0.5, 0.999])
def test_op_equals_its_layer_on_denormals_nan_and_infinity(op, dtype, level):
    assert_equals_layer(op, special_input(dtype), level, 7)


@each_op
def test_op_takes_strided_arrays_and_lists(op):
    x = normal_input((4, 6, 8), "float32")
    for layout in (np.asfortranarray(x), np.repeat(x, 2, axis=0)[::2]):
        assert_same_bits(predict(op, layout, 0.3, seed=7), predict(op, x, 0.3, seed=7))
    nested = x.astype(float)
    assert_same_bits(predict(op, nested.tolist(), 0.3, seed=7), predict(op, nested, 0.3, seed=7))


@each_dtype
@each_op
@pytest.mark.parametrize("shape", [(3, 4, 5), (3, 0, 5)], ids=str)
def test_op_returns_new_memory_and_leaves_its_input_alone(op, dtype, shape):
    x = normal_input(shape, dtype)
    before = x.copy()
    for level in (0.0, 0.3):
        assert not np.shares_memory(predict(op, x, level, seed=7), x)
    assert_same_bits(x, before)


@each_op
def test_level_0_returns_the_input_and_draws_nothing(op):
    x, seed = special_input("float32"), KerasSeed(7)
    assert_same_bits(predict(op, x, 0, seed=seed), x)
    assert seed.call == 0


@pytest.mark.parametrize("op", ["dropout", "spatial_dropout"])
def test_rate_1_returns_zeros_and_draws_nothing(op):
    x, seed = special_input("float32"), KerasSeed(7)
    assert_same_bits(predict(op, x, 1, seed=seed), np.zeros_like(x))
    assert seed.call == 0


@each_op
def test_a_seed_object_gives_the_next_call_its_own_noise(op):
    x, seed = normal_input((4, 5, 6), "float32"), KerasSeed(7)
    first, second = (predict(op, x, 0.3, seed=seed) for _ in range(2))
    assert_same_bits(first, predict(op, x, 0.3, seed=7))
    assert not np.array_equal(first, second)


@each_layer
@pytest.mark.parametrize("level", [np.float32(0.25), np.float64(0.25), Fraction(1, 4)], ids=repr)
def test_a_level_of_any_real_type_counts_as_its_float(op, level):
    x = normal_input((4, 5, 6), "float32")
    layer = LAYERS[op](x)(0.25, seed=7)
    assert_same_bits(predict(op, x, level, seed=7), layer(x, training=True))


# --- noise_shape and data_format


@st.composite
def masked_cases(draw):
    """A shape, and a noise_shape that broadcasts to it."""
    shape = draw(st.lists(st.integers(1, 5), min_size=1, max_size=5))
    return shape, [draw(st.sampled_from([None, 1, size])) for size in shape]


@pytest.mark.parametrize("op", ["dropout", "alpha_dropout"])
@each_dtype
@given(masked_cases(), st.sampled_from([0.1, 0.5, 0.9]))
@reproducible(25)
def test_noise_shape_is_that_of_the_layer(op, dtype, case, rate):
    shape, noise_shape = case
    assert_equals_layer(op, normal_input(shape, dtype), rate, 7, noise_shape=noise_shape)


@pytest.mark.parametrize("op", ["dropout", "alpha_dropout"])
def test_noise_shape_takes_any_sequence_of_integers(op):
    x, rate = normal_input((3, 4), "float32"), 0.5
    witness = predict(op, x, rate, seed=7, noise_shape=(3, 1))
    for noise_shape in ([3, 1], (None, 1), (np.int64(3), np.int32(1))):
        assert_same_bits(predict(op, x, rate, seed=7, noise_shape=noise_shape), witness)


@each_dtype
@pytest.mark.parametrize("shape", [(3, 4), (3, 4, 5), (3, 4, 5, 2)], ids=str)
@pytest.mark.parametrize("data_format", [None, "channels_last", "channels_first"])
def test_spatial_dropout_equals_its_layer_in_both_data_formats(dtype, shape, data_format):
    x = normal_input((*shape, 6), dtype)
    # SpatialDropout1D takes no data_format: its channels are last.
    arguments = {} if x.ndim == 3 else {"data_format": data_format}
    if x.ndim > 3 or data_format != "channels_first":
        assert_equals_layer("spatial_dropout", x, 0.4, 7, **arguments)


def test_spatial_dropout_channels_first_shares_the_mask_of_the_transpose_in_1d():
    x = normal_input((3, 4, 5), "float32")
    first = noise_ops.spatial_dropout(x, 0.4, seed=7, data_format="channels_first")
    last = noise_ops.spatial_dropout(x.transpose(0, 2, 1), 0.4, seed=7)
    assert_same_bits(first, last.transpose(0, 2, 1))


# --- masked_gaussian_noise


@each_dtype
@pytest.mark.parametrize("op_seed", [None, 9])
@given(st.integers(0, 2**31), st.lists(st.integers(0, 6), max_size=4), st.floats(0, 1), st.floats(0, 100))
@reproducible(40)
def test_masked_gaussian_noise_is_two_draws_of_tensorflow(dtype, op_seed, global_seed, shape, rate, stddev):
    x, seed = normal_input(shape, dtype), LegacySeed(global_seed, op_seed)
    tf.random.set_seed(global_seed)
    uniform = tf.random.uniform(shape, seed=op_seed)
    # One op seed for both would start both kernels on the same words.
    noise = tf.random.normal(shape, stddev=stddev, dtype=dtype, seed=None if op_seed is None else op_seed + 1)
    assert_same_bits(
        noise_ops.masked_gaussian_noise(x, rate, stddev, seed=seed), tf.where(uniform < rate, x + noise, x)
    )


@each_dtype
def test_masked_gaussian_noise_with_an_integer_is_two_draws_of_a_seed_generator(dtype):
    x, generator = special_input(dtype), keras.random.SeedGenerator(7)
    uniform = keras.random.uniform(x.shape, seed=generator)
    noise = keras.random.normal(x.shape, stddev=0.5, dtype=dtype, seed=generator)
    assert_same_bits(noise_ops.masked_gaussian_noise(x, 0.3, 0.5, seed=7), tf.where(uniform < 0.3, x + noise, x))


def test_masked_gaussian_noise_does_not_tie_the_noise_to_the_mask():
    x = np.zeros(2**16, np.float32)
    for seed in (7, noise_ops.StatelessSeed((1, 2)), LegacySeed(7), LegacySeed(7, 9), noise_ops.Keras2Seed(7, 9)):
        noise = noise_ops.masked_gaussian_noise(x, 0.5, 1.0, seed=seed)
        noise = noise[noise != 0]
        # 2**15 values: mean 0 and standard deviation 1 within six standard errors. Shared words would halve the circle.
        assert abs(noise.mean()) < 6 / 2**7.5
        assert abs(noise.std() - 1) < 6 / 2**8


# --- Memory


@pytest.mark.long
@each_op
def test_a_long_draw_needs_at_most_three_times_its_output(op):
    x = np.ones((2**12, 2**4, 2**8), np.float32)
    tracemalloc.start()
    try:
        predict(op, x, 0.3, seed=7)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= 3 * x.nbytes
