"""Uniforms and normals: what TensorFlow makes of random words, per dtype and engine.

Every uniform is a lattice point k * 2**-b: the low (kernel) or high (XLA) b bits of a word. The mask
of a dropout is therefore decided between integers, and its density is a property of b; `lattice_points`
is kept apart from `uniforms` for that reason.

References:
  Box and Muller, "A note on the generation of random normal deviates", Ann. Math. Stat. 29, 1958.
  tensorflow v2.21.0 third_party/xla/xla/tsl/lib/random/random_distributions_utils.h
    (`Uint32ToFloat`, `Uint64ToDouble`, `BoxMullerFloat`), random_distributions.h (`Uint16ToHalf`,
    `Uint16ToGfloat16`, `BoxMullerDouble`).
"""

from __future__ import annotations

import math
import threading
from typing import Any

import ml_dtypes
import numexpr
import numpy as np
import numpy.typing as npt

from noise_ops.reference.bits import Engine, Stream, Words, philox_words

FloatArray = npt.NDArray[Any]
"""An array of one of the four `DTYPES`."""

BFLOAT16: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
FLOAT16: np.dtype[Any] = np.dtype(np.float16)
FLOAT32: np.dtype[Any] = np.dtype(np.float32)
FLOAT64: np.dtype[Any] = np.dtype(np.float64)
DTYPES: tuple[np.dtype[Any], ...] = (FLOAT16, BFLOAT16, FLOAT32, FLOAT64)

HALF_DTYPES = (FLOAT16, BFLOAT16)
"""Dtypes in which the lattice of the uniforms is coarse enough to be seen."""

LATTICE_BITS: dict[np.dtype[Any], int] = {FLOAT16: 10, BFLOAT16: 7, FLOAT32: 23, FLOAT64: 52}
"""Bits b of a uniform's lattice k * 2**-b: the explicit mantissa of its dtype."""

SMALLEST_U1 = 1e-7
"""Box-Muller's floor for the uniform under the logarithm; it bounds float32 normals to |z| <= 5.68."""


def smallest_normal(dtype: np.dtype[Any]) -> float:
    """Return the smallest positive number of `dtype` that is not denormal."""
    return float(ml_dtypes.finfo(dtype).smallest_normal)  # type: ignore[no-untyped-call]


def words_per_variate(dtype: np.dtype[Any]) -> int:
    """Return how many words one variate of `dtype` consumes: two for float64, else one."""
    return 2 if dtype == FLOAT64 else 1


def lattice_bits(dtype: np.dtype[Any], engine: Engine) -> int:
    """Return b, where every uniform of `dtype` under `engine` is at least as fine as k * 2**-b."""
    # XLA draws bfloat16 as float32 and cuts the value off, so its comparisons see 23 bits.
    return LATTICE_BITS[FLOAT32] if (dtype, engine) == (BFLOAT16, "xla") else LATTICE_BITS[dtype]


def lattice_points(
    stream: Stream, count: int, dtype: np.dtype[Any], engine: Engine = "kernel"
) -> npt.NDArray[np.unsignedinteger[Any]]:
    """Return the integers k in [0, 2**b) behind the first `count` uniforms of a stream.

    Args:
      stream: key and counter of the draw.
      count: how many, at least 0.
      dtype: one of `DTYPES`.
      engine: "kernel" or "xla"; both read the same words and keep other bits of them.

    Returns:
      uint32 (uint64 for float64) array of shape (count,).
    """
    words = philox_words(stream, count * words_per_variate(dtype))
    if dtype == FLOAT64:
        return _lattice_points_float64(words, engine)
    bits = lattice_bits(dtype, engine)
    if engine == "xla" and dtype != FLOAT16:
        words >>= np.uint32(32 - bits)
    else:
        words &= np.uint32((1 << bits) - 1)
    return words


def _lattice_points_float64(words: Words, engine: Engine) -> npt.NDArray[np.uint64]:
    first, second = words[0::2].astype(np.uint64), words[1::2]
    if engine == "xla":
        return (np.left_shift(second, 32, dtype=np.uint64) | first) >> np.uint64(12)
    first &= np.uint64((1 << 20) - 1)
    first <<= np.uint64(32)
    first |= second
    return first


def uniforms(stream: Stream, count: int, dtype: np.dtype[Any], engine: Engine = "kernel") -> FloatArray:
    """Return the first `count` uniforms on [0, 1) of a stream.

    Args:
      stream: key and counter of the draw.
      count: how many, at least 0.
      dtype: one of `DTYPES`.
      engine: "kernel" or "xla".

    Returns:
      array of shape (count,) and the given dtype, equal to TensorFlow's in every bit.
    """
    k = lattice_points(stream, count, dtype, engine)
    if dtype == FLOAT64:
        return k * 2.0**-52
    scaled = _fractions(k, lattice_bits(dtype, engine))
    return cut_to_bfloat16(scaled) if (dtype, engine) == (BFLOAT16, "xla") else scaled.astype(dtype, copy=False)


def _fractions(k: npt.NDArray[np.uint32], bits: int) -> npt.NDArray[np.float32]:
    """Return k * 2**-bits in the memory of `k`: k as the mantissa of a number in [1, 2), less 1."""
    if bits < 23:
        k <<= np.uint32(23 - bits)
    k |= np.uint32(0x3F800000)
    u = k.view(np.float32)
    u -= np.float32(1)
    return u


def cut_to_bfloat16(x: npt.NDArray[np.float32]) -> FloatArray:
    """Drop the low 16 bits of float32 values: XLA's bfloat16 is cut off, not rounded."""
    return (x.view(np.uint32) >> np.uint32(16)).astype(np.uint16).view(BFLOAT16)


def rate_threshold(rate: float, dtype: np.dtype[Any], engine: Engine = "kernel") -> int:
    """Return the least lattice integer k that a dropout of `rate` keeps.

    TensorFlow keeps an element where uniform >= rate, both in `dtype`; so the law that is implemented
    drops with probability rate_threshold / 2**b, which is `rate` rounded up to the lattice.

    Args:
      rate: drop probability in [0, 1].
      dtype: one of `DTYPES`, the one in which the uniform is drawn.
      engine: "kernel" or "xla".
    """
    return math.ceil(float(as_dtype(rate, dtype)) * 2.0 ** lattice_bits(dtype, engine))


def share_below(rate: float, dtype: np.dtype[Any], engine: Engine = "kernel") -> float:
    """Return the share of uniforms below a rate: the rate, rounded up to their lattice. Arguments as above."""
    return rate_threshold(rate, dtype, engine) / 2.0 ** lattice_bits(dtype, engine)


def as_dtype(value: float, dtype: np.dtype[Any]) -> Any:
    """Return a Python float as a scalar of `dtype`, rounded as TensorFlow rounds a constant."""
    with np.errstate(over="ignore"):  # a float16 constant beyond 65504 is inf there too
        return np.asarray(value, np.float64).astype(dtype)[()]


class _CLibrary(threading.local):
    """log, sin and cos of the C library over float32 or float64 arrays, as compiled by numexpr.

    These are the functions that TensorFlow calls. NumPy's own float32 versions differ from them in up to
    22 % of the values, by up to 5 ulp. One set a thread: a compiled numexpr expression keeps its operands'
    addresses in itself while it runs, so two threads sharing one read each other's arrays.
    """

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, np.dtype[Any]], Any] = {}

    def __call__(self, name: str, x: FloatArray) -> FloatArray:
        if (name, x.dtype) not in self._compiled:
            # numexpr names float32 `float` and float64 `np.float64`.
            kind = np.float64 if x.dtype == FLOAT64 else float
            self._compiled[name, x.dtype] = numexpr.NumExpr(f"{name}(x)", signature=[("x", kind)])
        y: FloatArray = self._compiled[name, x.dtype](x, ex_uses_vml=False)
        return y


libm = _CLibrary()


def normals(stream: Stream, count: int, dtype: np.dtype[Any]) -> FloatArray:
    """Return the first `count` standard normals of a stream, as the kernels draw them.

    Box-Muller on consecutive pairs of uniforms (u1, u2): sin(2 pi u2) r and cos(2 pi u2) r with
    r = sqrt(-2 log u1). Half precisions are the float32 normals, rounded.

    Args:
      stream: key and counter of the draw.
      count: how many, at least 0.
      dtype: one of `DTYPES`.

    Returns:
      array of shape (count,) and the given dtype, equal to TensorFlow's in every bit wherever
      TensorFlow and numexpr call the same C library.
    """
    wide = FLOAT64 if dtype == FLOAT64 else FLOAT32
    # Blocks are consumed whole, so an odd count leaves the rest of its last block unused.
    u = uniforms(stream, count + count % 2, wide)
    radius = _radius(u[0::2], wide)
    angle = _angle(u[1::2], wide)
    z = u
    np.multiply(libm("sin", angle), radius, out=z[0::2])
    np.multiply(libm("cos", angle), radius, out=z[1::2])
    return z[:count].astype(dtype, copy=False)


def _radius(u1: FloatArray, wide: np.dtype[Any]) -> FloatArray:
    radius = libm("log", np.maximum(u1, wide.type(SMALLEST_U1)))
    radius *= wide.type(-2)
    return np.sqrt(radius, out=radius)


def _angle(u2: FloatArray, wide: np.dtype[Any]) -> FloatArray:
    # In C, 2.0f * M_PI is a double: the product is rounded to float32 once, at the end.
    angle = np.empty(u2.shape, wide)
    return np.multiply(u2, 2 * math.pi, out=angle, dtype=np.float64, casting="same_kind")
