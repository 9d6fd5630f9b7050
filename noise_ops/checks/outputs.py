"""Exact and stream-free: what one call makes of its input, and when it leaves it alone."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from noise_ops.checks.axes import GRADIENT_RUNS
from noise_ops.checks.chance import noisy_surely
from noise_ops.checks.prediction import first_difference
from noise_ops.checks.premises import of_one_seed
from noise_ops.checks.promised import is_fused, law_of
from noise_ops.checks.report import finding
from noise_ops.findings import Finding
from noise_ops.reference.denormals import flush_denormals
from noise_ops.reference.variates import FloatArray
from noise_ops.subjects import running
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target
from noise_ops.subjects.values import same

Mask = npt.NDArray[np.bool_]

LARGEST = 2**20
"""Units of which all calls together hold at most so many, where there are several."""


def identity_at_inference(target: Target, case: Case) -> Finding | None:
    """Outside training the output is the input, in every bit: by default, and with training=False."""
    for arguments in ({},) if target.mode == "predict" else ({}, {"training": False}):
        output = target.infer(case, **arguments)
        if not same(output, case.x):
            how = "training=False" if arguments else "by default"
            message = f"At inference ({how}) the input must pass unchanged: {first_difference(output, case.x)}."
            return finding("identity_at_inference", target, case, message)
    return None


def explicit_training_wins(target: Target, case: Case) -> Finding | None:
    """A layer called with training=True in a functional model draws noise in `predict`, too (Monte Carlo dropout)."""
    noisy_surely(target, case)
    output = target.predict_noisily(case)
    if same(output, case.x):
        message = "Called with training=True in a functional model, the layer is an identity in predict."
        return finding("explicit_training_wins", target, case, message)
    return None


def shape_and_dtype_kept(target: Target, case: Case) -> Finding | None:
    """The output has the shape of the input and the compute dtype."""
    output = target.run(case)[0]
    shape = (2, *case.x.shape) if target.mode == "mirrored" else case.x.shape
    if output.dtype != case.x.dtype or output.shape != shape:
        message = f"Expected {case.x.dtype} of shape {shape}, observed {output.dtype} of shape {output.shape}."
        return finding("shape_and_dtype_kept", target, case, message)
    return None


def input_untouched(target: Target, case: Case) -> Finding | None:
    """The tensor that a layer is called with holds the same bits after the call."""
    after = running.input_after(target.subject, case, target.mode)
    if not same(after, case.x):
        message = f"The call changed its input: {first_difference(after, case.x)}."
        return finding("input_untouched", target, case, message)
    return None


def support_and_scale(target: Target, case: Case) -> Finding | None:
    """Each output of a dropout is +0 or x / (1 - rate), the factor rounded once to the dtype."""
    message = unsupported(target, case, target.run(case)[0])
    return finding("support_and_scale", target, case, message) if message else None


def two_point_support(target: Target, case: Case) -> Finding | None:
    """Each output of AlphaDropout is a * alpha' + b or a * x + b, rounded after each step, or nan of what is none."""
    message = unsupported(target, case, target.run(case)[0])
    return finding("two_point_support", target, case, message) if message else None


def unsupported(target: Target, case: Case, output: FloatArray) -> str | None:
    """Say which output of a dropout is none of the two that its input can give; None of what adds noise to all."""
    x = flush_denormals(np.broadcast_to(case.x, output.shape))
    with np.errstate(all="ignore"):
        support = law_of(target, case).support(x, output, fused=is_fused(target))
    if support is None or support.allowed.all():
        return None
    allowed, values = support
    index = tuple(int(i) for i in np.argwhere(np.atleast_1d(~allowed))[0][: output.ndim])
    x = np.broadcast_to(case.x, output.shape)[index]
    wrong = int((~allowed).sum())
    message = f"{wrong} of {output.size} outputs are not {values}: at {list(index)} x={x!s} gives {output[index]!s}"
    return f"{message}{_as_of_rate(case, float(x), float(output[index]))}."


def _as_of_rate(case: Case, x: float, y: float) -> str:
    """Return as what rate a kept unit was scaled, if as any."""
    scale = y / x if x and math.isfinite(x) and math.isfinite(y) else 0.0
    return f", scaled as at rate {1 - 1 / scale:.4g} in place of {case.rate:.4g}" if scale >= 1 and case.rate else ""


def scale_equivariant(target: Target, case: Case) -> Finding | None:
    """Multiplicative noise commutes with doubling, which rounds nothing, and leaves zero at zero."""
    # Doubled by a sum: NumPy 2.0 makes float32 of bfloat16 times a number of Python.
    single, double, zero = (target.run(case.on(x))[0] for x in (case.x, case.x + case.x, np.zeros_like(case.x)))
    if not np.array_equal(double, single + single) or np.count_nonzero(zero):
        message = f"y(2x) must be 2 y(x), and y(0) must be 0: {first_difference(double, single + single)}."
        return of_one_seed(finding("scale_equivariant", target, case, message), target, case)
    return None


def noise_is_added(target: Target, case: Case) -> Finding | None:
    """y(x) is x + y(0), rounded once: what is added does not depend on the input."""
    noise = target.run(case.on(np.zeros_like(case.x)))[0]
    output = target.run(case)[0]
    if not np.array_equal(output, case.x + noise):
        message = f"y(x) must be x + y(0): {first_difference(output, case.x + noise)}."
        return of_one_seed(finding("noise_is_added", target, case, message), target, case)
    return None


def fine_grained(target: Target, case: Case) -> Finding | None:
    """Gaussian noise takes as many values as draws, but for rare coincidences."""
    output = target.run(case)[0]
    drawn = output[law_of(target, case).noised(case.x, output)]  # what masked noise leaves alone is no draw
    if not drawn.size:
        return finding("fine_grained", target, case, f"None of {output.size} elements drew any noise.")
    distinct = len(np.unique(drawn))
    if distinct < 0.99 * drawn.size:
        message = f"{drawn.size} draws take only {distinct} values."
        return finding("fine_grained", target, case, message)
    return None


def gradient_is_noise_factor(target: Target, case: Case) -> Finding | None:
    """The gradient equals the factor by which the forward pass scaled each element, also where x is 0."""
    factor = _noise_factor(target, case)
    gradient = running.gradient(target.subject, case, target.mode)
    if not np.array_equal(gradient, factor):
        message = f"The gradient must equal the noise factor: {first_difference(gradient, factor)}."
        return of_one_seed(finding("gradient_is_noise_factor", target, case, message), target, case)
    return None


def every_gradient_is_noise_factor(target: Target, case: Case) -> Finding | None:
    """In each of many calls, and all over a large tensor, the gradient is the factor of that call's noise."""
    # Of millions of units, one call.
    calls = max(1, min(GRADIENT_RUNS[target.mode], LARGEST // case.x.size))
    for call, (output, gradient) in enumerate(running.gradients(target.subject, case, target.mode, calls)):
        factor = _factor_of_ones(output, target, case)
        if not np.array_equal(gradient, factor):
            message = f"In call {call} the gradient is not the noise factor: {first_difference(gradient, factor)}."
            return finding("every_gradient_is_noise_factor", target, case, message)
    return None


def _noise_factor(target: Target, case: Case) -> FloatArray:
    """Return dy/dx as the forward pass shows it: y(1) for multiplicative noise, 1 for additive."""
    return _factor_of_ones(target.run(case.on(np.ones_like(case.x)))[0], target, case)


def _factor_of_ones(output: FloatArray, target: Target, case: Case) -> FloatArray:
    """Return dy/dx of a call on ones."""
    return law_of(target, case).slope(output, fused=is_fused(target))
