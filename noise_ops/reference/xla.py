"""XLA's arithmetic on CPU: fused multiply-add, its own logarithm, and the order in which it pairs uniforms.

`tf.function(jit_compile=True)` reads the words that the kernels read, and computes with them otherwise. With a
processor that has fused multiply-add (every x86-64 one since 2013), the rules below are exact: 12,582,912
normals a dtype, 12 seeds, 0 mismatches. Restricted to instructions without it (XLA_FLAGS=--xla_cpu_max_isa=AVX),
`MAX_ULP_WITHOUT_FMA` bounds the float32 normals. A layer inside a larger compiled function is exact as long as
XLA does not merge its arithmetic with its neighbours': `Dropout(0.3)(a * 2.0)` becomes one product.

References:
  tensorflow v2.21.0 third_party/xla/xla/hlo/builder/lib/prng.cc (`BoxMullerTransform`, `SplitShapeIntoHalves`).
  Moshier, Cephes mathematical library, `logf` (the polynomial of XLA's float32 logarithm).
  Boldo, Melquiond, "Emulation of FMA and correctly rounded sums", IEEE Trans. Computers 57, 2008.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from noise_ops.reference.bits import Stream
from noise_ops.reference.variates import (
    BFLOAT16,
    FLOAT16,
    FLOAT32,
    FLOAT64,
    FloatArray,
    cut_to_bfloat16,
    libm,
    uniforms,
)

MAX_ULP_WITHOUT_FMA = 2
"""Largest distance of a float32 normal from `normals`, in ulp, on a processor without fused multiply-add
(0.06 % of 4,194,304 draws differ at all, seeds (0, 7) to (3, 7))."""

MAX_ULP_MASKED = 1
"""Largest distance of `masked_gaussian_noise` under XLA, in ulp of the largest of x, noise and sum: whether the
sum inside the selection is contracted depends on the loop it lands in (12,540,141 draws, 3.2 % of them differ)."""

_F32 = np.float32
_SQRT_HALF = _F32(0.70710677)
_LOG_COEFFICIENTS = tuple(
    np.uint32(bits).view(_F32)
    for bits in (
        0x3D9021BB,
        0xBDEBD1B8,
        0x3DEF251A,
        0xBDFE5D4F,
        0x3E11E9BF,
        0xBE2AAE50,
        0x3E4CCEAC,
        0xBE7FFFFC,
        0x3EAAAAAA,
    )
)
_LOG_2_LOW = np.uint32(0xB95E8083).view(_F32)
_LOG_2_HIGH = _F32(0.693359375)


def normals(stream: Stream, shape: tuple[int, ...], dtype: np.dtype[Any]) -> FloatArray:
    """Return standard normals as XLA draws them, of the given shape: the pairing depends on it.

    Args:
      stream: key and counter of the draw.
      shape: shape of the draw.
      dtype: float16, bfloat16, float32 or float64.

    Returns:
      array of that shape and dtype. bfloat16 is the float32 draw cut off, not rounded; float16 rounds after
      each step of Box-Muller, on 10-bit uniforms, which gives it tails far too heavy.
    """
    if dtype == BFLOAT16:
        return cut_to_bfloat16(normals(stream, shape, FLOAT32))
    sine_or_cosine, radius = _box_muller(stream, shape, dtype)
    z: FloatArray = sine_or_cosine * radius
    return z


def shifted_normals(
    stream: Stream, shape: tuple[int, ...], dtype: np.dtype[Any], stddev: Any, shift: FloatArray | Any
) -> FloatArray:
    """Return shift + z * stddev as XLA contracts it: in float32 and float64 with one rounding.

    Args:
      stream: key and counter of the draw.
      shape: shape of the draw.
      dtype: dtype of the draw.
      stddev: scalar of `dtype`.
      shift: scalar or array of `dtype`.
    """
    if stddev == 1 and dtype in (FLOAT32, FLOAT64):
        # z * 1 disappears, and the product inside z is the one that is contracted.
        return fma(*_box_muller(stream, shape, dtype), shift)
    return fma(normals(stream, shape, dtype), stddev, shift)


def fma(a: FloatArray, b: FloatArray | Any, c: FloatArray | Any) -> FloatArray:
    """Return a * b + c with the roundings of XLA's CPU code: one in float32 and float64, two in half precisions."""
    with np.errstate(all="ignore"):
        if a.dtype == FLOAT32:
            # 24 + 24 bits: the product is exact in float64. Rounding the sum to odd makes the second rounding safe.
            product = np.multiply(a, b, dtype=np.float64)
            return _to_odd(*_two_sum(product, np.asarray(c, np.float64))).astype(np.float32)
        if a.dtype == FLOAT64:
            return _fma_float64(a, np.asarray(b), np.asarray(c))
        twice_rounded: FloatArray = a * b + c
        return twice_rounded


def _fma_float64(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    high = a * b
    low = _product_error(a, b, high)
    sum_low_high, sum_low_low = _two_sum(c, low)
    sum_high, rest = _two_sum(high, sum_low_high)
    result = sum_high + _to_odd(*_two_sum(rest, sum_low_low))
    # Beyond 2**996 the splitting overflows; there, c is too small to matter, or the result is not finite.
    return np.where(np.isfinite(result), result, a * b + c)


def _product_error(a: FloatArray, b: FloatArray, product: FloatArray) -> FloatArray:
    """Return a * b - product exactly (Dekker)."""
    (a_high, a_low), (b_high, b_low) = _split(a), _split(b)
    error: FloatArray = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return error


def _split(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    scaled = x * 134217729.0  # 2**27 + 1
    high = scaled - (scaled - x)
    return high, x - high


def _two_sum(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the rounded sum and its exact error (Knuth)."""
    total = a + b
    b_part = total - a
    return total, (a - (total - b_part)) + (b - b_part)


def _to_odd(total: FloatArray, error: FloatArray) -> FloatArray:
    """Return total + error rounded to odd, `total` being the same rounded to nearest."""
    total = np.asarray(total)
    even = (total.view(np.int64) & 1) == 0
    neighbour = np.nextafter(total, np.where(error > 0, np.inf, -np.inf))
    return np.where((error != 0) & np.isfinite(error) & even, neighbour, total)


def _box_muller(stream: Stream, shape: tuple[int, ...], dtype: np.dtype[Any]) -> tuple[FloatArray, FloatArray]:
    """Return the two factors of each normal: the sine or cosine, and the radius."""
    sides = shape or (1,)
    axis = _pairing_axis(sides)
    pairs = (sides[axis] + 1) // 2
    before, after = math.prod(sides[:axis]), math.prod(sides[axis + 1 :])
    u = uniforms(stream, before * pairs * 2 * after, dtype, "xla").reshape(before * pairs, 2, after)
    sine, cosine, radius = _sine_cosine_radius(np.ascontiguousarray(u[:, 0]), np.ascontiguousarray(u[:, 1]))

    def laid_out(even: FloatArray, odd: FloatArray) -> FloatArray:
        whole = np.stack([even, odd], axis=1).reshape(*sides[:axis], pairs * 2, *sides[axis + 1 :])
        return np.take(whole, range(sides[axis]), axis).reshape(shape)

    return laid_out(sine, cosine), laid_out(radius, radius)


def _pairing_axis(sides: tuple[int, ...]) -> int:
    """Return the axis whose neighbours form a pair: the first of even length, else the first longest one."""
    even = [axis for axis, side in enumerate(sides) if side % 2 == 0]
    return even[0] if even else sides.index(max(sides))


def _sine_cosine_radius(u1: FloatArray, u2: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    dtype = u1.dtype
    if dtype == FLOAT16:
        return _sine_cosine_radius_float16(u1, u2)
    floor = dtype.type(_F32(1e-7))  # the constant is a float32 in XLA, also for float64
    bounded = np.maximum(u1, floor)
    logarithm = libm("log", bounded) if dtype == FLOAT64 else _log(bounded)
    angle = dtype.type(2 * math.pi) * u2
    return libm("sin", angle), libm("cos", angle), np.sqrt(dtype.type(-2) * logarithm)


def _sine_cosine_radius_float16(u1: FloatArray, u2: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Box-Muller with every step computed in float32 and rounded to float16."""

    def half(x: FloatArray) -> FloatArray:
        return x.astype(np.float16)

    def wide(x: FloatArray) -> npt.NDArray[np.float32]:
        return x.astype(np.float32)

    logarithm = half(_log(np.maximum(wide(u1), _F32(2.0**-23))))
    radius = half(np.sqrt(wide(half(_F32(-2) * wide(logarithm)))))
    angle = wide(half(wide(u2) * _F32(6.28125)))
    return half(libm("sin", angle)), half(libm("cos", angle)), radius


def _log(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return XLA's float32 natural logarithm of positive, normal numbers."""
    bits = x.view(np.uint32)
    mantissa = ((bits & np.uint32(0x807FFFFF)) | np.uint32(0x3F000000)).view(_F32)  # in [0.5, 1)
    small = mantissa < _SQRT_HALF
    exponent = ((bits >> np.uint32(23)).astype(np.int32) - 126).astype(_F32) - small.astype(_F32)
    y = (mantissa - _F32(1)) + np.where(small, mantissa, _F32(0))
    square = y * y
    cube = square * y
    c = _LOG_COEFFICIENTS
    polynomial = fma(
        fma(_quadratic(y, *c[0:3]), cube, _quadratic(y, *c[3:6])),
        cube,
        _quadratic(y, *c[6:9]),
    )
    tail = fma(polynomial, cube, exponent * _LOG_2_LOW)
    return fma(exponent, _LOG_2_HIGH, fma(square, _F32(-0.5), y) + tail)


def _quadratic(x: FloatArray, c2: Any, c1: Any, c0: Any) -> FloatArray:
    return fma(fma(x, c2, c1), x, c0)
