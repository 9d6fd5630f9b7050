"""Arrays into tensors and back, whatever NumPy type a release has for bfloat16.

TensorFlow to 2.13 has one of its own, which is the same 16 bits under another type: it neither takes the type of
ml_dtypes, which the reference computes in, nor gives it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from noise_ops.reference.variates import BFLOAT16, FloatArray
from noise_ops.subjects.libraries import tensorflow


def fed(values: FloatArray) -> Any:
    """Return an array as `fit` and `predict` of the installed TensorFlow take it: same shape, same bits."""
    if values.dtype != BFLOAT16:
        return values
    return values.view(np.uint16).view(tensorflow().bfloat16.as_numpy_dtype)


def tensor(values: FloatArray) -> Any:
    """Return a new tensor with the bits of an array."""
    return tensorflow().constant(fed(values))


def array(values: Any) -> FloatArray:
    """Return the bits of a tensor, or of what `predict` returns, as an array of the reference's types."""
    # By way of `numpy`, where there is one: a scalar of bfloat16 cannot be asked for an array.
    found = np.asarray(values.numpy() if hasattr(values, "numpy") else values)
    bits: FloatArray = found.view(np.uint16).view(BFLOAT16) if found.dtype.name == "bfloat16" else found
    return bits
