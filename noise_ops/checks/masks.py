"""Exact and stream-free: which elements are dropped, and along which axes they are dropped together."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from noise_ops.checks.premises import of_one_seed
from noise_ops.checks.promised import is_fused, law_of, mask_shape
from noise_ops.checks.report import finding
from noise_ops.findings import Finding
from noise_ops.reference.variates import FloatArray
from noise_ops.subjects import running
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

CHANCE_UNITS = 64
"""Mask units at rate 1/2 that two independent draws share with probability 2**-64."""


def mask_independent_of_input(target: Target, case: Case) -> Finding | None:
    """The same seed drops the same elements of any two inputs."""
    dropped = drops(target, case)
    for x in (_ramp(case.x), -_ramp(case.x)):
        differing = int((_dropped_from(x, target, case) != dropped).sum())
        if differing:
            message = f"{differing} of {dropped.size} elements are dropped from one input and kept in another."
            return of_one_seed(finding("mask_independent_of_input", target, case, message), target, case)
    return None


def non_finite_dropped(target: Target, case: Case) -> Finding | None:
    """Where an element is dropped, nan and infinity leave no trace; where it is kept, they pass."""
    dropped = drops(target, case)
    x = np.resize(np.array([math.nan, math.inf, -math.inf], case.x.dtype), case.x.shape)
    output = target.run(case.on(x))[0]
    leaks = int((~np.isfinite(output[dropped])).sum())
    if leaks or np.isfinite(output[~dropped]).any():
        message = f"With every input nan or infinite, {leaks} of {int(dropped.sum())} dropped elements are not finite."
        return of_one_seed(finding("non_finite_dropped", target, case, message), target, case)
    return None


def noise_shape_broadcasts(target: Target, case: Case) -> Finding | None:
    """Along axes of mask size 1 the mask is one; along every other axis it varies."""
    dropped = drops(target, case)
    shape = mask_shape(target, case)
    units = math.prod(shape)
    for axis, (mask_size, size) in enumerate(zip(shape, case.x.shape, strict=True)):
        constant = bool((dropped == np.take(dropped, [0], axis)).all()) if size else True
        if mask_size == 1 and not constant:
            message = f"The mask must be shared along axis {axis} (mask shape {shape}) and is not."
        elif mask_size > 1 and constant and case.rate == 0.5 and units - units // size >= CHANCE_UNITS:
            message = f"The mask must vary along axis {axis} (mask shape {shape}) and is constant there."
        else:
            continue
        return finding("noise_shape_broadcasts", target, case, message)
    return None


def recomputation_keeps_mask(target: Target, case: Case) -> Finding | None:
    """Under `tf.recompute_grad` the backward pass uses the noise of the forward pass, whose input is ones."""
    output, gradient = running.recomputed(target.subject, case)
    agreement = float(np.mean(gradient == law_of(target, case).slope(output, fused=is_fused(target))))
    if agreement < 1:
        message = (
            f"Recomputed for the gradient, the noise agrees with the forward pass on {agreement:.2f} of the elements."
        )
        return finding("recomputation_keeps_mask", target, case, message)
    return None


def drops(target: Target, case: Case) -> npt.NDArray[np.bool_]:
    """Return where a first call drops, shown on an input of ones."""
    return _dropped_from(np.ones_like(case.x), target, case)


def _dropped_from(x: FloatArray, target: Target, case: Case) -> npt.NDArray[np.bool_]:
    """Return where a first call on `x`, which holds no zeros, drops."""
    return dropped_in(target.run(case.on(x))[0], target, case)


def dropped_in(output: FloatArray, target: Target, case: Case) -> npt.NDArray[np.bool_]:
    """Return where an output of a case whose input holds no zeros is that of a dropped unit."""
    return law_of(target, case).elements(case.x, output, fused=is_fused(target))


def _ramp(x: FloatArray) -> FloatArray:
    """Return an input of alternating signs and of sizes between 1/4 and 5/4: no zero, nor SELU's saturation value."""
    size = np.linspace(0.25, 1.25, x.size)
    return np.where(np.arange(x.size) % 2, size, -size).reshape(x.shape).astype(x.dtype)
