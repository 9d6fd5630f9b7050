"""The arguments of the ops: taken if they mean something, refused in one sentence if not."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from typing import SupportsFloat

import numpy as np
import numpy.typing as npt

from noise_ops.reference import variates
from noise_ops.reference.variates import FloatArray


def checked_input(x: npt.ArrayLike) -> FloatArray:
    """Return `x` as a contiguous array of a dtype that is predicted."""
    array = np.ascontiguousarray(x).reshape(np.shape(x))  # ascontiguousarray makes a scalar rank 1
    if array.dtype not in variates.DTYPES:
        raise TypeError(f"x must be a float16, bfloat16, float32 or float64 array, not {array.dtype}.")
    return array


def checked_rate(rate: SupportsFloat) -> float:
    """Return a rate in [0, 1]."""
    value = _checked_number("rate", rate)
    if not 0 <= value <= 1:
        raise ValueError(f"rate must lie between 0 and 1, not {rate!r}.")
    return value


def checked_stddev(stddev: SupportsFloat) -> float:
    """Return a standard deviation, at least 0 and finite."""
    value = _checked_number("stddev", stddev)
    if not 0 <= value < math.inf:
        raise ValueError(f"stddev must be at least 0 and finite, not {stddev!r}.")
    return value


def _checked_number(name: str, value: SupportsFloat) -> float:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a real number, not {value!r}.")
    return float(value)


def checked_noise_shape(noise_shape: Sequence[int | None] | None, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the mask shape that `noise_shape` gives an input of `shape`."""
    if noise_shape is None:
        return shape
    if isinstance(noise_shape, str) or not isinstance(noise_shape, Sequence):
        raise TypeError(f"noise_shape must be a tuple or list of integers, not {noise_shape!r}.")
    if not all(entry is None or isinstance(entry, (int, np.integer)) for entry in noise_shape):
        raise TypeError(f"noise_shape must hold integers or None, not {tuple(noise_shape)}.")
    if len(noise_shape) != len(shape):
        raise ValueError(f"noise_shape {tuple(noise_shape)} must have one entry an axis of x, whose shape is {shape}.")
    concrete = tuple(size if entry is None else entry for entry, size in zip(noise_shape, shape, strict=True))
    if any(entry not in (1, size) for entry, size in zip(concrete, shape, strict=True)):
        raise ValueError(f"noise_shape {tuple(noise_shape)} does not broadcast to the shape of x, {shape}.")
    return tuple(int(entry) for entry in concrete)
