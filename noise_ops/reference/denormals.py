"""Denormals: TensorFlow's threads run without them, on the way in and on the way out.

A number below the smallest normal one is read as zero and written as zero, with its sign
(tensorflow v2.21.0 tensorflow/core/platform/denormal.h `ScopedFlushDenormal`). float16 is not concerned: it is
computed in float32, where its denormals are ordinary numbers. The functions here compute as such a thread does.
"""

from __future__ import annotations

import ml_dtypes
import numpy as np

from noise_ops.reference.variates import BFLOAT16, FLOAT16, FloatArray, smallest_normal


def flush_denormals(values: FloatArray) -> FloatArray:
    """Return `values` with denormals as zeros of their sign, a copy only if there are any."""
    if values.dtype == FLOAT16 or not values.size:
        return values
    denormal = np.abs(values) < smallest_normal(values.dtype)
    return np.where(denormal, np.copysign(values.dtype.type(0), values), values) if denormal.any() else values


def combined(combine: np.ufunc, a: FloatArray, b: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Return combine(a, b), a sum or product, with one rounding to the dtype and no denormals.

    Args:
      combine: np.add or np.multiply.
      a: array of a float dtype.
      b: array or scalar of the same dtype, whose elements are 0 or not below its spacing at 1.
      out: where the result is written, not `a` itself; a new array by default.
    """
    result = np.empty_like(a) if out is None else out
    if a.dtype == BFLOAT16:  # computed in float32, and flushed there before it is rounded
        result[...] = combined(combine, a.astype(np.float32), np.asarray(b, np.float32))
        return result
    combine(a, b, out=result)
    # Away from zero nothing can be denormal: a glance at one operand saves three passes over the others.
    if a.dtype != FLOAT16 and _near_zero(result if combine is np.add else a):
        result[...] = _flushing(combine, a, b)
    return result


def scaled(values: FloatArray, factor: FloatArray) -> FloatArray:
    """Return values * factor for a factor of any size, in place where that loses nothing."""
    if values.dtype == FLOAT16 or factor > 2.0**-40:
        return np.multiply(values, factor, out=values)  # a normal is 0 or above 2**-44
    return _flushing(np.multiply, values, factor)


def _near_zero(values: FloatArray) -> bool:
    """Return whether an element is so small, or zero, that a product with 2**-24 (2**-53) may be denormal."""
    info = ml_dtypes.finfo(values.dtype)  # type: ignore[no-untyped-call]
    return bool((np.abs(values) < float(info.smallest_normal) / float(info.eps) * 4).any())


def _flushing(combine: np.ufunc, a: FloatArray, b: FloatArray) -> FloatArray:
    result = flush_denormals(combine(flush_denormals(a), b))
    return _flush_rounded_up(result, a, b) if combine is np.multiply else result


def _flush_rounded_up(product: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    """Return a product as zero also where only the coarser rounding of denormals lifted it to a normal number.

    The processor calls a result tiny when it is so after rounding to the full precision (IEEE 754, section 7.5).
    """
    real = product.dtype.type
    smallest = real(smallest_normal(product.dtype))
    borderline = np.abs(product) == smallest
    if not borderline.any():
        return product
    tiny = borderline & (np.abs(a * real(2.0**64) * b) < smallest * real(2.0**64))
    return np.where(tiny, np.copysign(real(0), product), product)
