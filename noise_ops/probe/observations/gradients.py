"""Gradients: what the backward pass makes of the noise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from noise_ops.subjects.libraries import tf
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, compiled, tensor
from noise_ops.subjects.values import Value, numbers


def gradient(subject: Subject, dtype: str) -> Value:
    """Say how the gradient of the summed output relates to the factor that the forward pass shows on ones."""
    reset()
    layer = subject.make(dtype)
    x = tensor(subject.x(dtype, "ones"))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = subject.call(layer, x)
    slope = tape.gradient(y, x)
    if slope is None:
        return "none"
    factor, slope = numbers(array(y)), numbers(array(slope))
    if subject.family == "sum":
        factor = np.ones_like(factor)
    if subject.family == "affine":
        dropped = factor < (factor.min() + factor.max()) / 2
        kept = np.unique(slope[~dropped])
        return "noise factor" if not slope[dropped].any() and len(kept) == 1 and kept[0] > 0 else "other"
    if np.array_equal(slope, factor):
        return "noise factor"
    return "noise factor, rounded" if np.allclose(slope, factor, rtol=1e-2) else "other"


def recomputes(subject: Subject, recomputing: Callable[[Any], Any], traced: bool) -> Value:
    """Say whether a wrapper that computes the forward pass again differentiates the noise of the first one."""
    reset()
    layer = subject.make()

    def step(x: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = recomputing(lambda inputs: subject.call(layer, inputs))(x)
        return y, tape.gradient(y, x)

    y, slope = (numbers(array(z)) for z in (compiled(step) if traced else step)(tensor(subject.x("float32", "ones"))))
    if subject.family == "affine":
        y, slope = (np.where(z < (z.min() + z.max()) / 2, 0, 1) for z in (y, slope))
    return "same noise" if np.allclose(y, slope, rtol=1e-3) and _varies(slope) else "other noise"


def _varies(values: Any) -> bool:
    return bool((values != values.ravel()[0]).any())
