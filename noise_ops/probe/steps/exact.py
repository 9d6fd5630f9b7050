"""Steps of what holds of every stream of an elementwise subject."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from noise_ops.probe.observations.gradients import gradient, recomputes
from noise_ops.probe.observations.laws import small_rate
from noise_ops.probe.observations.limits import non_finite, rate_zero
from noise_ops.probe.observations.masks import mask_axes
from noise_ops.probe.observations.outputs import additivity, input_untouched, scaling, support
from noise_ops.probe.steps.step import Step, in_float32
from noise_ops.subjects.inputs import DTYPES, SMALL_RATE
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.values import Value


def exact_steps(subject: Subject) -> Iterator[Step]:
    """What holds of every stream of an elementwise subject, in each dtype."""
    family = subject.family
    for dtype in DTYPES:
        observations: list[tuple[str, Callable[[Subject, str], Value]]] = []
        if family in ("mask", "affine"):
            observations += [(f"mask_density {SMALL_RATE}", small_rate), ("non_finite_dropped", non_finite)]
        if family in ("mask", "product"):
            observations += [("scale_equivariant", scaling)]
        if family == "mask":
            observations += [("support_and_scale", support)]
        if family == "sum":
            observations += [("noise_is_added", additivity)]
        observations += [("gradient_is_noise_factor", gradient), ("rate_zero_is_identity", rate_zero)]
        for name, observe in observations:
            yield Step(subject.name, dtype + "/eager", name, functools.partial(observe, subject, dtype))
    # The gradient of a sum is 1 whatever was added: it does not show which noise the backward pass drew.
    if family != "sum":
        eagerly = functools.partial(recomputes, subject, tf.recompute_grad, False)
        yield in_float32(subject, "recomputation_keeps_mask", eagerly)
    if family != "sum" and len(subject.shape) <= 3:
        traced = functools.partial(recomputes, subject, tf.recompute_grad, True)
        yield in_float32(subject, "recomputation_keeps_mask", traced, "function")
        remat = getattr(subject.library.module, "remat", None)
        if remat is not None:
            observe = functools.partial(recomputes, subject, remat, True)
            yield in_float32(subject, "recomputation_keeps_mask keras.remat", observe, "function")
    yield in_float32(subject, "input_untouched", functools.partial(input_untouched, subject))
    if subject.rank is not None:
        yield in_float32(subject, "noise_shape_broadcasts", functools.partial(mask_axes, subject))
