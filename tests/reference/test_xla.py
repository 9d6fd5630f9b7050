"""xla.py: uniforms and normals are those of `jit_compile=True`, bit for bit, and so is the arithmetic below them.

Witnesses: TensorFlow's XLA, fed its seeds and inputs as tensors (constants may be folded at compile time with
the kernels' rules), and exact rational arithmetic for the fused multiply-add. With a processor that has FMA.
"""

import math
import os
import subprocess
import sys
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from noise_ops.reference import xla
from noise_ops.reference.seeds import scramble
from noise_ops.reference.variates import uniforms
from tests.reference._helpers import assert_same_bits, each_dtype, numpy_dtype, reproducible

SHAPES = ((), (7,), (64, 33), (5, 7, 3), (4, 3), (0, 3), (2**18 + 3,))
PAIRING_SHAPES = ((3, 5), (5, 3, 5), (3, 2, 4), (2, 2), (1, 1))
SEEDS = [(1, 2), (-5, 2**40)]


@cache
def compiled(shapes, dtype):
    """One function for every draw of every shape: compiling is what costs time here."""
    draws = tf.random.stateless_uniform, tf.random.stateless_normal
    return tf.function(lambda seed: [[draw(s, seed, dtype=dtype) for s in shapes] for draw in draws], jit_compile=True)


@cache
def under_xla(shapes, seed, dtype):
    """XLA's uniforms and normals, two dictionaries by shape."""
    return [dict(zip(shapes, draws, strict=True)) for draws in compiled(shapes, dtype)(tf.constant(seed, tf.int64))]


@each_dtype
@pytest.mark.parametrize("seed", SEEDS, ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_uniforms_are_those_of_xla(dtype, seed, shape):
    drawn, _ = under_xla(SHAPES, seed, dtype)
    predicted = uniforms(scramble(*seed, "xla"), math.prod(shape), numpy_dtype(dtype), "xla")
    assert_same_bits(predicted.reshape(shape), drawn[shape])


@each_dtype
@pytest.mark.parametrize("seed", SEEDS, ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_normals_are_those_of_xla(dtype, seed, shape):
    _, drawn = under_xla(SHAPES, seed, dtype)
    assert_same_bits(xla.normals(scramble(*seed, "xla"), shape, numpy_dtype(dtype)), drawn[shape])


@pytest.mark.parametrize("shape", PAIRING_SHAPES, ids=str)
def test_pairing_follows_the_first_even_axis_or_the_longest(shape):
    _, drawn = under_xla(PAIRING_SHAPES, SEEDS[0], "float32")
    assert_same_bits(xla.normals(scramble(*SEEDS[0], "xla"), shape, numpy_dtype("float32")), drawn[shape])


@pytest.mark.long
@each_dtype
def test_ten_million_normals_are_those_of_xla(dtype):
    for s0 in range(10):
        _, drawn = under_xla(((2**20,),), (s0, 9), dtype)
        assert_same_bits(xla.normals(scramble(s0, 9, "xla"), (2**20,), numpy_dtype(dtype)), drawn[(2**20,)])


def test_the_engines_share_words_and_not_uniforms():
    # Same seed, other bits of the same words: the masks agree on (1 - r)**2 + r**2 of the elements only.
    kernel, compiled_draw = (
        uniforms(scramble(1, 2), 2**16, numpy_dtype("float32"), e) >= 0.3 for e in ("kernel", "xla")
    )
    assert np.mean(kernel == compiled_draw) == pytest.approx(0.7**2 + 0.3**2, abs=0.01)


# --- The arithmetic


def rounded_once(a, b, c, dtype):
    """The float nearest to a * b + c: one rounding, ties to even, from exact rationals."""
    exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
    nearest = dtype(float(exact))
    # float(Fraction) rounds once to float64; from there to float32 only the neighbours can be nearer.
    around = [np.nextafter(nearest, dtype(-np.inf)), nearest, np.nextafter(nearest, dtype(np.inf))]
    return min(around, key=lambda value: (abs(Fraction(float(value)) - exact), mantissa_is_odd(value)))


def mantissa_is_odd(value):
    return int(value.view(f"u{value.itemsize}")) & 1


# Magnitudes between which no product or sum leaves the normal range, where XLA flushes and overflows.
ordinary = {
    np.float32: st.floats(-(2.0**40), 2.0**40, width=32).filter(lambda v: v == 0 or abs(v) > 2.0**-30),
    np.float64: st.floats(-(2.0**200), 2.0**200).filter(lambda v: v == 0 or abs(v) > 2.0**-200),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(data=st.data())
@reproducible(200)
def test_fma_rounds_once(dtype, data):
    a, b, c = (dtype(data.draw(ordinary[dtype])) for _ in range(3))
    fused = xla.fma(np.array([a]), np.array([b]), np.array([c]))[0]
    assert fused == rounded_once(a, b, c, dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(st.integers(0, 2**32 - 1))
@reproducible(200)
def test_fma_rounds_once_where_the_sum_nearly_cancels(dtype, seed):
    # c is the rounded product with its sign turned: all that is left is what a plain product would have lost.
    a, b = np.random.default_rng(seed).standard_normal(2).astype(dtype)
    c = -(a * b)
    assert xla.fma(np.array([a]), np.array([b]), np.array([c]))[0] == rounded_once(a, b, c, dtype)


@pytest.mark.parametrize(("dtype", "a", "b", "ulp"), [(np.float32, 12, 12, 23), (np.float64, 26, 27, 52)])
def test_fma_decides_a_tie_by_a_far_smaller_term(dtype, a, b, ulp):
    # (1 + 2**-a)(1 + 2**-b) ends in half an ulp. The far smaller c breaks the tie.
    factors = np.array([1 + 2.0**-a], dtype), np.array([1 + 2.0**-b], dtype)
    fused = xla.fma(*factors, np.array([2.0**-120], dtype))[0]
    assert fused == dtype(1 + 2.0**-a + 2.0**-b + 2.0**-ulp)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("a", "b", "c"), [(np.inf, 1, 1), (np.inf, 0, 1), (1, 1, -np.inf), (np.nan, 1, 1), (1, 1, np.nan), (1e30, 1e30, 1)]
)
def test_fma_keeps_what_is_not_finite(dtype, a, b, c):
    with np.errstate(all="ignore"):
        expected = dtype(a) * dtype(b) + dtype(c)
    assert_same_bits(xla.fma(np.array([a], dtype), np.array([b], dtype), np.array([c], dtype)), np.array([expected]))


def test_logarithm_is_that_of_xla():
    # A million inputs of the kind Box-Muller feeds it: float32 in [1e-7, 1), even over the exponents and over the line.
    generator = np.random.default_rng(0)
    even = generator.uniform(1e-7, 1, 500_000)
    spread = 10 ** generator.uniform(-7, 0, 499_998)
    x = np.concatenate([[np.float32(1e-7), np.nextafter(np.float32(1), np.float32(0))], even, spread]).astype(
        np.float32
    )
    assert_same_bits(xla._log(x), tf.function(tf.math.log, jit_compile=True)(tf.constant(x)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("stddev", [1.0, 0.3])
def test_shifted_normals_are_contracted_as_in_xla(dtype, stddev):
    # stddev=1 is folded away, and then the product inside the normal is the one that is fused.
    shift = np.random.default_rng(0).standard_normal((64, 3)).astype(dtype)

    @tf.function(jit_compile=True)
    def shifted(seed, x):
        return x + tf.random.stateless_normal((64, 3), seed, dtype=dtype) * dtype(stddev)

    predicted = xla.shifted_normals(scramble(1, 2, "xla"), (64, 3), np.dtype(dtype), dtype(stddev), shift)
    assert_same_bits(predicted, shifted(tf.constant((1, 2), tf.int64), tf.constant(shift)))


WITHOUT_FMA = """
import sys
import numpy as np
import tensorflow as tf
draw = tf.function(lambda seed: tf.random.stateless_normal([2**20], seed), jit_compile=True)
np.save(sys.argv[1], [draw(tf.constant([first, 7])).numpy() for first in range(4)])
"""


def test_without_fused_multiply_add_float32_normals_are_almost_those_of_xla(tmp_path):
    subprocess.run(
        [sys.executable, "-c", WITHOUT_FMA, tmp_path / "drawn.npy"],
        env={**os.environ, "XLA_FLAGS": "--xla_cpu_max_isa=AVX", "TF_CPP_MIN_LOG_LEVEL": "3"},
        check=True,
    )
    drawn = np.load(tmp_path / "drawn.npy")
    predicted = np.stack(
        [xla.normals(scramble(first, 7, "xla"), (2**20,), numpy_dtype("float32")) for first in range(4)]
    )
    ulps = np.abs(drawn.view(np.int32).astype(np.int64) - predicted.view(np.int32))
    assert ulps.max() == xla.MAX_ULP_WITHOUT_FMA
    assert 0.0005 < np.mean(ulps > 0) < 0.0007
