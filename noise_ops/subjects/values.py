"""Values: how arrays become facts, as digests, words, labels and names of what they have in common."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import Any, Dict

import numpy as np

from noise_ops.subjects.inputs import HEAD

Value = Any
Facts = Dict[str, Value]


def ramp(shape: Sequence[int]) -> Any:
    """Return the standard input as float64: element i is k/16 with k = 37 i mod 126 - 63, plus 1 from 0 on.

    Every dtype holds it exactly, and none of its elements is 0.
    """
    steps = np.arange(int(np.prod(shape)), dtype=np.int64) * 37 % 126 - 63
    return (np.where(steps < 0, steps, steps + 1) / 16.0).reshape(shape)


AWKWARD = ("-0", "denormal", "nan", "inf")
"""Values that an identity may change, by name."""

_DENORMALS = {"float16": 2.0**-20, "bfloat16": 2.0**-130, "float32": 2.0**-130, "float64": 2.0**-1050}


def awkward(x: Any) -> Any:
    """Return an input whose first elements are the `AWKWARD` values, as many as it holds."""
    changed = np.array(x)
    first = changed.reshape(-1)[: len(AWKWARD)]
    for index, value in enumerate((-0.0, _DENORMALS[x.dtype.name], math.nan, math.inf)[: len(first)]):
        first[index] = np.float64(value).astype(x.dtype)
    return changed


def digest(array: Any) -> str:
    """Return 12 hex digits of the SHA-256 of an array's raw little-endian bytes."""
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:12]


def digests(arrays: Sequence[Any]) -> str:
    """Return the digests of several arrays in one string."""
    return " ".join(digest(array) for array in arrays)


def words(array: Any) -> str:
    """Return the raw words of the first elements in hex, most significant digit first."""
    raw = np.ascontiguousarray(array).ravel()[:HEAD]
    width = raw.dtype.itemsize
    return " ".join(f"{int(word):0{2 * width}x}" for word in raw.view(f"u{width}"))


def numbers(array: Any) -> Any:
    """Return an array of any float dtype as float64, which is exact."""
    with np.errstate(all="ignore"):
        return np.asarray(array).astype(np.float64)


def same(a: Any, b: Any) -> bool:
    """Return whether two arrays agree in dtype, shape and every bit, any nan being as good as another."""
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.tobytes() == b.tobytes():
        return True
    return bool(np.all(agreeing(a, b)))


def agreeing(a: Any, b: Any) -> Any:
    """Return where two arrays of one shape agree in every bit, any nan being as good as another."""
    x, y = numbers(a), numbers(b)
    return ((x == y) & (np.signbit(x) == np.signbit(y))) | (np.isnan(x) & np.isnan(y))


def labels(arrays: Sequence[Any]) -> str:
    """Name arrays "a", "b", ... in order of appearance, equal ones alike; None, which stands for a failure, is "-"."""
    seen: list[Any] = []
    names = ""
    for array in arrays:
        if array is None:
            names += "-"
            continue
        index = next((i for i, known in enumerate(seen) if same(known, array)), len(seen))
        if index == len(seen):
            seen.append(array)
        names += "abcdefghijklmnopqrstuvwxyz"[index]
    return names


def likeness(a: Any, b: Any) -> str:
    """Say how much two outputs have in common: "bits", "close", "mask" or "no"."""
    if a.dtype != b.dtype or a.shape != b.shape:
        return "no"
    if same(a, b):
        return "bits"
    x, y = numbers(a), numbers(b)
    tolerance = 1e-2 if a.dtype.itemsize == 2 else 1e-4
    if np.allclose(x, y, rtol=tolerance, atol=tolerance, equal_nan=True):
        return "close"
    return "mask" if (x == 0).any() and np.array_equal(x == 0, y == 0) else "no"


def seen_values(x: Any, y: Any) -> str:
    """Say what a layer made of its input: "identity", "zeros", "nan", "inf" or "noise"."""
    if same(x, y):
        return "identity"
    result = numbers(y)
    if not result.size:
        return "empty"
    if np.isnan(result).any():
        return "nan"
    if np.isinf(result).any():
        return "inf"
    if not result.any():
        return "zeros"
    if x.shape == y.shape and np.array_equal(numbers(x), result):
        return "equal values"
    return "noise"


def described(array: Any) -> str:
    """Return dtype and shape as "float32 [2,3]"."""
    return "{} [{}]".format(array.dtype.name, ",".join(str(size) for size in array.shape))


def constant_axes(array: Any) -> str:
    """Name the axes of length above 1 along which an array is constant, as "[1,2]"."""
    axes = [a for a, size in enumerate(array.shape) if size > 1 and (array == np.take(array, [0], a)).all()]
    return "[{}]".format(",".join(str(axis) for axis in axes))
