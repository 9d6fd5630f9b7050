"""Arrays into tensors and back, whatever NumPy type a release has for bfloat16; and functions traced or compiled.

TensorFlow to 2.13 has a type of its own, which is the same 16 bits as that of ml_dtypes, in which the reference
computes: it neither takes nor gives the other. Where ml_dtypes is installed, arrays are of its type.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from noise_ops.subjects.libraries import tf


@functools.lru_cache(maxsize=None)
def bfloat16() -> Any:
    """Return NumPy's dtype of bfloat16: that of ml_dtypes, or TensorFlow's where there is no other."""
    try:
        import ml_dtypes
    except ImportError:
        return np.dtype(tf.bfloat16.as_numpy_dtype)
    return np.dtype(ml_dtypes.bfloat16)


def numpy_dtype(name: str) -> Any:
    """Return the NumPy dtype of a TensorFlow dtype's name."""
    return bfloat16() if name == "bfloat16" else np.dtype(name)


def fed(values: Any) -> Any:
    """Return an array as `fit` and `predict` of the installed TensorFlow take it: same shape, same bits."""
    if values.dtype.name != "bfloat16":
        return values
    return values.view(np.uint16).view(tf.bfloat16.as_numpy_dtype)


def tensor(values: Any) -> Any:
    """Return a new tensor with the bits of an array."""
    return tf.constant(fed(values))


def array(values: Any) -> Any:
    """Return the bits of a tensor, or of what `predict` returns, as an array."""
    # By way of `numpy`, where there is one: a scalar of bfloat16 cannot be asked for an array.
    found = np.asarray(values.numpy() if hasattr(values, "numpy") else values)
    return found.view(np.uint16).view(bfloat16()) if found.dtype.name == "bfloat16" else found


def compiled(function: Callable[..., Any], xla: bool = False, autograph: bool = False) -> Any:
    """Return a `tf.function`, compiled by XLA if asked for; without autograph, which would parse this file.

    Args:
      function: what is traced.
      xla: whether XLA compiles it.
      autograph: whether Python's `if` and `while` on tensors are translated, as a layer of the user's may need.
    """
    if not xla:
        return tf.function(function, autograph=autograph)
    try:
        return tf.function(function, autograph=autograph, jit_compile=True)
    except TypeError:  # TensorFlow 2.4
        return tf.function(function, autograph=autograph, experimental_compile=True)
