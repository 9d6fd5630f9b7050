"""variates.py: uniforms and normals are TensorFlow's in every bit, in four dtypes.

Witnesses: the floats assembled bit by bit from the raw words, exact rational arithmetic, and TensorFlow's
stateless ops.
"""

import math
import struct
from fractions import Fraction

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

import noise_ops
from noise_ops.reference import variates
from noise_ops.reference.bits import Stream, philox_words
from noise_ops.reference.seeds import scramble
from tests.reference._helpers import DTYPES, assert_same_bits, each_dtype, numpy_dtype, reproducible

each_engine = pytest.mark.parametrize("engine", ["kernel", "xla"])
rates = st.floats(0, 1)

SEED = (2026, -5)
LARGEST_NORMAL = math.sqrt(-2 * math.log(1e-7))  # 5.6777, the radius at Box-Muller's floor


def float_of_bits(bits, integer_code, float_code):
    (value,) = struct.unpack("<" + float_code, struct.pack("<" + integer_code, bits))
    return value


# A uniform is a float in [1, 2) with random mantissa bits, minus 1: `Uint32ToFloat` and its like.
UNIFORM_FROM_WORDS = {
    ("float16", "kernel"): lambda w: float_of_bits(0x3C00 | w[0] & 0x3FF, "H", "e") - 1,
    ("float16", "xla"): lambda w: float_of_bits(0x3C00 | w[0] & 0x3FF, "H", "e") - 1,
    ("bfloat16", "kernel"): lambda w: float_of_bits((0x3F80 | w[0] & 0x7F) << 16, "I", "f") - 1,
    ("bfloat16", "xla"): lambda w: float_of_bits(
        float_bits(float_of_bits(0x3F800000 | w[0] >> 9, "I", "f") - 1) & 0xFFFF0000, "I", "f"
    ),
    ("float32", "kernel"): lambda w: float_of_bits(0x3F800000 | w[0] & 0x7FFFFF, "I", "f") - 1,
    ("float32", "xla"): lambda w: float_of_bits(0x3F800000 | w[0] >> 9, "I", "f") - 1,
    ("float64", "kernel"): lambda w: float_of_bits(0x3FF << 52 | (w[0] & 0xFFFFF) << 32 | w[1], "Q", "d") - 1,
    ("float64", "xla"): lambda w: float_of_bits(0x3FF << 52 | (w[1] << 32 | w[0]) >> 12, "Q", "d") - 1,
}


def float_bits(value):
    (bits,) = struct.unpack("<I", struct.pack("<f", value))
    return bits


@each_dtype
@each_engine
@given(st.integers(0, 2**64 - 1), st.integers(0, 2**128 - 1))
@reproducible(25)
def test_uniforms_are_assembled_from_the_raw_words(dtype, engine, key, counter):
    width = 2 if dtype == "float64" else 1
    words = philox_words(Stream(key, counter), 7 * width).reshape(7, width).tolist()
    uniforms = variates.uniforms(Stream(key, counter), 7, numpy_dtype(dtype), engine)
    assert uniforms.astype(float).tolist() == [UNIFORM_FROM_WORDS[dtype, engine](w) for w in words]


@each_dtype
@pytest.mark.parametrize("count", [0, 1, 5, 1023, 2**20 + 3])
def test_uniforms_are_tensorflows(dtype, count):
    drawn = tf.random.stateless_uniform([count], SEED, dtype=dtype)
    assert_same_bits(variates.uniforms(scramble(*SEED), count, numpy_dtype(dtype)), drawn)


@each_dtype
@pytest.mark.parametrize("count", [0, 1, 5, 1023, 2**20 + 3])
def test_normals_are_tensorflows(dtype, count):
    drawn = tf.random.stateless_normal([count], SEED, dtype=dtype)
    assert_same_bits(variates.normals(scramble(*SEED), count, numpy_dtype(dtype)), drawn)


@pytest.mark.long
@each_dtype
def test_ten_million_normals_are_tensorflows(dtype):
    for seed in range(10):
        drawn = tf.random.stateless_normal([2**20], (seed, 1), dtype=dtype)
        assert_same_bits(variates.normals(scramble(seed, 1), 2**20, numpy_dtype(dtype)), drawn)


@each_dtype
@each_engine
def test_lattice_points_stay_below_their_power_of_two(dtype, engine):
    bits = {"float16": 10, "bfloat16": 23 if engine == "xla" else 7, "float32": 23, "float64": 52}[dtype]
    k = variates.lattice_points(scramble(*SEED), 100_000, numpy_dtype(dtype), engine)
    # The top bit and the bottom bit both occur, or the range claimed would be too wide.
    assert k.max() >> (bits - 1) == 1
    assert (k & 1).any()


@each_dtype
@each_engine
@given(rate=rates)
@reproducible(100)
def test_rate_threshold_is_the_least_lattice_point_not_below_the_rate(dtype, engine, rate):
    spacing = Fraction(1, 2 ** variates.lattice_bits(numpy_dtype(dtype), engine))
    rounded_rate = Fraction(float(np.float64(rate).astype(numpy_dtype(dtype))))
    threshold = variates.rate_threshold(rate, numpy_dtype(dtype), engine)
    assert (threshold - 1) * spacing < rounded_rate <= threshold * spacing


@pytest.mark.parametrize(("dtype", "rate", "dropped"), [("bfloat16", 0.01, 2), ("bfloat16", 0.001, 1)])
def test_bfloat16_drops_more_than_its_rate(dtype, rate, dropped):
    # Observed in TensorFlow 2.21: Dropout(0.01) drops 1.5625 % = 2/128, Dropout(0.001) drops 0.78 % = 1/128.
    assert variates.rate_threshold(rate, numpy_dtype(dtype)) == dropped


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_zero_uniform_gives_the_largest_normal(monkeypatch, dtype):
    # Words of 0: u1 = 0 is lifted to the floor, and u2 = 0 puts the whole radius on the cosine.
    monkeypatch.setattr(variates, "philox_words", lambda stream, count: np.zeros(count, np.uint32))
    sine, cosine = variates.normals(Stream(0, 0), 2, numpy_dtype(dtype)).astype(float)
    assert sine == 0
    assert cosine == pytest.approx(LARGEST_NORMAL, rel={"float16": 2**-10, "bfloat16": 2**-7}.get(dtype, 1e-7))


def test_a_zero_uniform_gives_tensorflows_largest_normal():
    # Found by a search over seeds (s, 0), s < 20,000, 4,096 words each: at 2890 u1 is 0, and u2 is 0.0078.
    drawn = tf.random.stateless_normal([2892], (17168, 0)).numpy()
    z = variates.normals(scramble(17168, 0), 2892, numpy_dtype("float32"))
    assert z[2891] == drawn[2891] == np.abs(drawn).max()
    assert 5.67 < z[2891] <= LARGEST_NORMAL


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**128 - 1))
@reproducible(50)
def test_no_float32_normal_passes_the_bound(key, counter):
    z = variates.normals(Stream(key, counter), 1000, numpy_dtype("float32"))
    assert np.abs(z).max() <= np.float32(LARGEST_NORMAL)


# Layer seed and index at which the float32 uniform equals the rate: the one place where `>=` and `>` part. Found by a
# search of Random123 words over seeds s < 20,000, indices below 4,096, for low 23 bits of rate * 2**23.
BOUNDARIES = [(1 / 2, 3051, 808), (1 / 2, 6234, 9), (1 / 4, 300, 617), (1 / 4, 576, 445), (3 / 4, 976, 1106)]


@pytest.mark.parametrize(("rate", "seed", "index"), BOUNDARIES)
def test_a_uniform_equal_to_the_rate_is_tensorflows(rate, seed, index):
    assert tf.random.stateless_uniform([index + 1], (seed, 0)).numpy()[index] == rate
    assert variates.uniforms(scramble(seed, 0), index + 1, numpy_dtype("float32"))[index] == rate


@pytest.mark.parametrize(("rate", "seed", "index"), BOUNDARIES)
def test_dropout_keeps_an_element_whose_uniform_equals_the_rate(rate, seed, index):
    x = np.ones(index + 1, np.float32)
    assert noise_ops.dropout(x, rate, seed=seed)[index] == np.float32(1 / (1 - rate))


@pytest.mark.parametrize(("rate", "seed", "index"), BOUNDARIES)
def test_keras_keeps_an_element_whose_uniform_equals_the_rate(rate, seed, index):
    x = np.ones(index + 1, np.float32)
    assert keras.layers.Dropout(rate, seed=seed)(x, training=True).numpy()[index] == np.float32(1 / (1 - rate))
