"""What the backward pass makes of the noise of the forward pass."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from noise_ops.properties.declaring import BOTH_WIDTHS, Kind, Property, Question, Stage
from noise_ops.properties.step import Step, in_float32
from noise_ops.subjects.inputs import DTYPES
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, compiled, tensor
from noise_ops.subjects.values import Value, numbers

PROPERTIES = (
    Property(
        "gradient_is_noise_factor",
        Kind.EXACT,
        "gradient",
        "The gradient against the factor of the forward pass.",
        Stage.OP,
        right=("noise factor",),
        tolerated=("noise factor, rounded",),
    ),
    Property(
        "recomputation_keeps_mask",
        Kind.EXACT,
        "recomputation",
        "The noise under tf.recompute_grad.",
        Stage.LAYER,
        right=("same noise",),
    ),
)

QUESTIONS = (
    Question("gradient_is_noise_factor", "every_case", of=("input",), dtypes=BOTH_WIDTHS, modes=("from_config",)),
    Question("every_gradient_is_noise_factor", "small, large", of=("input",), modes=("function",), code="gradient"),
    Question(
        "recomputation_keeps_mask",
        "mask_cases",
        of=("input",),
        unless=("additive",),
        why="The gradient of a sum is 1, whatever was added.",
    ),
)


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


def steps(subject: Subject) -> Iterator[Step]:
    """Yield what the backward pass makes of the noise of an elementwise subject."""
    if not subject.elementwise:
        return
    for dtype in DTYPES:
        observe = functools.partial(gradient, subject, dtype)
        yield Step(subject.name, dtype + "/eager", "gradient_is_noise_factor", observe)
    if subject.family == "sum":
        return  # whose gradient is 1 whatever was added: it does not show which noise the backward pass drew
    eagerly = functools.partial(recomputes, subject, tf.recompute_grad, False)
    yield in_float32(subject, "recomputation_keeps_mask", eagerly)
    if len(subject.shape) <= 3:
        traced = functools.partial(recomputes, subject, tf.recompute_grad, True)
        yield in_float32(subject, "recomputation_keeps_mask", traced, "function")
        remat = getattr(subject.library.module, "remat", None)
        if remat is not None:
            observe = functools.partial(recomputes, subject, remat, True)
            yield in_float32(subject, "recomputation_keeps_mask keras.remat", observe, "function")
