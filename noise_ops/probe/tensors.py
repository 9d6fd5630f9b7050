"""Tensors: their dtypes and values in NumPy, and functions of them that are traced or compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from noise_ops.probe.libraries import tf


def numpy_dtype(name: str) -> Any:
    """Return the NumPy dtype of a TensorFlow dtype's name; bfloat16's comes with TensorFlow."""
    return np.dtype(tf.as_dtype(name).as_numpy_dtype)


def array(tensor: Any) -> Any:
    """Return a tensor's value."""
    return np.asarray(tensor.numpy())


def compiled(function: Callable[..., Any], xla: bool = False) -> Any:
    """Return a `tf.function`, compiled by XLA if asked for; without autograph, which would parse this file."""
    if not xla:
        return tf.function(function, autograph=False)
    try:
        return tf.function(function, autograph=False, jit_compile=True)
    except TypeError:  # TensorFlow 2.4
        return tf.function(function, autograph=False, experimental_compile=True)
