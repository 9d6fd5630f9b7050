"""Exact and stream-free: what holds of every noise layer, whatever its stream; spends no error rate."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from noise_ops.checks.prediction import first_difference, same_bits
from noise_ops.checks.report import finding
from noise_ops.findings import Finding
from noise_ops.reference.bits import WORDS_PER_BLOCK
from noise_ops.reference.denormals import flush_denormals
from noise_ops.reference.ops import ALPHA_PRIME, affine_correction, spatial_noise_shape
from noise_ops.reference.variates import FloatArray, as_dtype, smallest_normal
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

CHANCE_UNITS = 64
"""Mask units at rate 1/2 (or continuous draws) that two independent draws share with probability 2**-64."""


def identity_at_inference(target: Target, case: Case) -> Finding | None:
    """Outside training the output is the input, in every bit: by default, and with training=False."""
    for arguments in ({},) if target.mode == "predict" else ({}, {"training": False}):
        output = target.subject.infer(case, target.mode, **arguments)
        if not same_bits(output, case.x):
            how = "training=False" if arguments else "by default"
            message = f"At inference ({how}) the input must pass unchanged: {first_difference(output, case.x)}."
            return finding("inference", "identity_at_inference", target, case, message)
    return None


def shape_and_dtype_kept(target: Target, case: Case) -> Finding | None:
    """The output has the shape of the input and the compute dtype."""
    output = target.run(case)[0]
    shape = (2, *case.x.shape) if target.mode == "mirrored" else case.x.shape
    if output.dtype != case.x.dtype or output.shape != shape:
        message = f"Expected {case.x.dtype} of shape {shape}, observed {output.dtype} of shape {output.shape}."
        return finding("dtype", "shape_and_dtype_kept", target, case, message)
    return None


def input_untouched(target: Target, case: Case) -> Finding | None:
    """The input holds the same bits after the call."""
    before = case.x.copy()
    target.run(case)
    if not same_bits(case.x, before):
        message = f"The call changed its input: {first_difference(case.x, before)}."
        return finding("input-overwritten", "input_untouched", target, case, message)
    return None


def support_and_scale(target: Target, case: Case) -> Finding | None:
    """Each output of a dropout is +0 or x / (1 - rate), the factor rounded once to the dtype."""
    assert case.rate is not None
    output = target.run(case)[0]
    x = flush_denormals(np.broadcast_to(case.x, output.shape))
    with np.errstate(all="ignore"):
        kept = x * as_dtype(1 / (1 - case.rate), x.dtype) if case.rate < 1 else np.zeros_like(x)
    allowed = _equal_bits(output, kept) | _equal_bits(output, np.zeros_like(kept))
    return _unsupported(target, case, output, allowed, "support_and_scale", "0 or x / (1 - rate)")


def two_point_support(target: Target, case: Case) -> Finding | None:
    """Each output of AlphaDropout is a * alpha' + b or a * x + b, rounded after each step."""
    assert case.rate is not None
    output = target.run(case)[0]
    x = flush_denormals(np.broadcast_to(case.x, output.shape))
    a, b, alpha = (as_dtype(value, x.dtype) for value in (*affine_correction(case.rate), ALPHA_PRIME))
    with np.errstate(all="ignore"):
        allowed = _equal_bits(output, x * a + b) | _equal_bits(output, np.full_like(x, alpha * a + b))
    return _unsupported(target, case, output, allowed, "two_point_support", "a * alpha' + b or a * x + b")


def _unsupported(
    target: Target, case: Case, output: FloatArray, allowed: npt.NDArray[np.bool_], property_name: str, values: str
) -> Finding | None:
    if allowed.all():
        return None
    index = tuple(int(i) for i in np.argwhere(np.atleast_1d(~allowed))[0][: output.ndim])
    x = np.broadcast_to(case.x, output.shape)[index]
    message = (
        f"{(~allowed).sum()} of {output.size} outputs are not {values}: "
        f"at {list(index)} x={x!s} gives {output[index]!s}."
    )
    return finding("support", property_name, target, case, message)


def mask_independent_of_input(target: Target, case: Case) -> Finding | None:
    """The same seed drops the same elements of any two inputs."""
    dropped = _dropped(target, case)
    for x in (_ramp(case.x), -_ramp(case.x)):
        differing = int((_dropped_from(x, target, case) != dropped).sum())
        if differing:
            message = f"{differing} of {dropped.size} elements are dropped from one input and kept in another."
            return finding("mask-depends-on-input", "mask_independent_of_input", target, case, message)
    return None


def non_finite_dropped(target: Target, case: Case) -> Finding | None:
    """Where an element is dropped, nan and infinity leave no trace; where it is kept, they pass."""
    dropped = _dropped(target, case)
    for value in (math.nan, math.inf, -math.inf):
        x = np.full_like(case.x, value)
        output = target.run(case.on(x))[0]
        if np.isfinite(output[~dropped]).any() or not np.isfinite(output[dropped]).all():
            leaks = int((~np.isfinite(output[dropped])).sum())
            message = f"With every input {value}, {leaks} of {int(dropped.sum())} dropped elements are not finite."
            return finding("non-finite", "non_finite_dropped", target, case, message)
    return None


def rate_zero_is_identity(target: Target, case: Case) -> Finding | None:
    """At rate 0 (stddev 0) a training call returns its input in every bit."""
    off = replace(
        case.on(_with_awkward_values(case.x)),
        rate=None if case.rate is None else 0.0,
        stddev=None if case.stddev is None else 0.0,
    )
    try:
        output = target.run(off)[0]
    except Exception as error:  # whatever is raised where a result is promised is the observation
        return _raised(target, off, "rate_zero_is_identity", error)
    if not same_bits(output, off.x):
        message = f"With the noise at 0 the input must pass unchanged: {first_difference(output, off.x)}."
        return finding("rate-limit", "rate_zero_is_identity", target, off, message)
    return None


def rate_one_drops_everything(target: Target, case: Case) -> Finding | None:
    """At rate 1, which the constructor accepts, a dropout returns zeros."""
    full = replace(case, rate=1.0)
    try:
        output = target.run(full)[0]
    except Exception as error:  # as above
        return _raised(target, full, "rate_one_drops_everything", error)
    if np.count_nonzero(output):
        message = (
            f"At rate 1 everything is dropped, and {np.count_nonzero(output)} of {output.size} elements are not 0."
        )
        return finding("rate-limit", "rate_one_drops_everything", target, full, message)
    return None


def rate_one_is_rejected_or_works(target: Target, case: Case) -> Finding | None:
    """Rate 1, where the noise is infinite, is refused by the constructor or gives a result at the call."""
    full = replace(case, rate=1.0)
    try:
        target.subject.build(full)
    except ValueError:
        return None
    try:
        target.run(full)
    except Exception as error:  # as above
        return _raised(target, full, "rate_one_is_rejected_or_works", error)
    return None


def _raised(target: Target, case: Case, property_name: str, error: Exception) -> Finding:
    sentence = str(error).splitlines()[0] if str(error) else "no message"
    message = f"The constructor accepts the arguments, and the call raises {type(error).__name__}: {sentence}"
    return finding("raises", property_name, target, case, message)


def gradient_is_noise_factor(target: Target, case: Case) -> Finding | None:
    """The gradient equals the factor by which the forward pass scaled each element, also where x is 0."""
    factor = _noise_factor(target, case)
    gradient = target.subject.gradient(case, target.mode)
    if not np.array_equal(gradient, factor):
        message = f"The gradient must equal the noise factor: {first_difference(gradient, factor)}."
        return finding("gradient", "gradient_is_noise_factor", target, case, message)
    return None


def _noise_factor(target: Target, case: Case) -> FloatArray:
    """Return dy/dx as the forward pass shows it: y(1) for multiplicative noise, 1 for additive."""
    if target.subject.op in ("gaussian_noise", "masked_gaussian_noise"):
        return np.ones_like(case.x)
    factor = target.run(case.on(np.ones_like(case.x)))[0]
    if target.subject.op == "alpha_dropout":
        assert case.rate is not None
        a = as_dtype(affine_correction(case.rate)[0], case.x.dtype)
        return np.where(_dropped(target, case), np.zeros_like(case.x), np.full_like(case.x, a))
    return factor


def noise_shape_broadcasts(target: Target, case: Case) -> Finding | None:
    """Along axes of mask size 1 the mask is one; along every other axis it varies."""
    dropped = _dropped(target, case)
    shape = _mask_shape(target, case)
    units = math.prod(shape)
    for axis, (mask_size, size) in enumerate(zip(shape, case.x.shape, strict=True)):
        constant = bool((dropped == np.take(dropped, [0], axis)).all()) if size else True
        if mask_size == 1 and not constant:
            message = f"The mask must be shared along axis {axis} (mask shape {shape}) and is not."
        elif mask_size > 1 and constant and case.rate == 0.5 and units - units // size >= CHANCE_UNITS:
            message = f"The mask must vary along axis {axis} (mask shape {shape}) and is constant there."
        else:
            continue
        return finding("noise-shape", "noise_shape_broadcasts", target, case, message)
    return None


def _mask_shape(target: Target, case: Case) -> tuple[int, ...]:
    if target.subject.op == "spatial_dropout":
        return spatial_noise_shape(case.x.shape, case.data_format)  # type: ignore[arg-type]
    if case.noise_shape is None:
        return case.x.shape
    return tuple(size if entry is None else entry for entry, size in zip(case.noise_shape, case.x.shape, strict=True))


def data_format_kept(target: Target, case: Case) -> Finding | None:
    """A rebuilt layer shares its mask along the same axes: data_format="channels_first" is not lost."""
    return _kept_argument(target, case, "data_format_kept", "data_format")


def noise_shape_kept(target: Target, case: Case) -> Finding | None:
    """A rebuilt layer shares its mask along the same axes: noise_shape is not lost."""
    return _kept_argument(target, case, "noise_shape_kept", "noise_shape")


def _kept_argument(target: Target, case: Case, property_name: str, argument: str) -> Finding | None:
    original, rebuilt = target.subject.run(case)[0], target.run(case)[0]
    if not same_bits(rebuilt, original):
        message = (
            f"A layer with {argument}={getattr(case, argument)!r}, rebuilt, drops other elements than the original: "
            f"{first_difference(rebuilt, original)}."
        )
        return finding("round-trip", property_name, target, case, message)
    return None


def same_seed_same_noise(target: Target, case: Case) -> Finding | None:
    """Two new layers with the same seed give the same outputs, call by call."""
    first, second = target.subject.run(case, target.mode, 2), target.subject.run(case, target.mode, 2)
    for call, (a, b) in enumerate(zip(first, second, strict=True)):
        if not same_bits(a, b):
            message = f"Call {call} of two layers with seed {case.seed} differs: {first_difference(a, b)}."
            return finding("same-seed", "same_seed_same_noise", target, case, message)
    return None


def new_call_new_noise(target: Target, case: Case) -> Finding | None:
    """Successive calls of one layer draw different noise."""
    outputs = target.run(case, 3)
    for later in (1, 2):
        for earlier in range(later):
            if same_bits(outputs[earlier], outputs[later]):
                message = f"Call {later} repeats the noise of call {earlier}, element by element."
                return finding("new-call", "new_call_new_noise", target, case, message)
    return None


def neighbouring_seeds_differ(target: Target, case: Case) -> Finding | None:
    """Adjacent seeds share no noise: neither the same call nor, shifted by a block, one another's."""
    first = target.run(case, 2)
    second = target.run(replace(case, seed=case.seed + 1), 2)
    for call_a, a in enumerate(first):
        for call_b, b in enumerate(second):
            related = "equals" if same_bits(a, b) else "is shifted by a block from" if _one_block_on(a, b) else None
            if related:
                message = f"Call {call_a} with seed {case.seed} {related} call {call_b} with seed {case.seed + 1}."
                return finding("neighbouring-seeds", "neighbouring_seeds_differ", target, case, message)
    return None


def distant_seeds_differ(target: Target, case: Case) -> Finding | None:
    """Seeds that differ by a modulus of TensorFlow's seed arithmetic still draw different noise."""
    first = target.run(case)[0]
    for distance in (2**31 - 2, 2**31 - 1, 2**32):
        if same_bits(first, target.run(replace(case, seed=case.seed + distance))[0]):
            message = f"Seeds {case.seed} and {case.seed} + {distance} draw the same noise, element by element."
            return finding("neighbouring-seeds", "distant_seeds_differ", target, case, message)
    return None


def policy_kept(target: Target, case: Case) -> Finding | None:
    """A layer of a mixed-precision policy has, rebuilt from its config, the same compute dtype."""
    layer = target.subject.build(case, dtype="mixed_bfloat16")
    rebuilt = type(layer).from_config(layer.get_config())
    if rebuilt.compute_dtype != layer.compute_dtype:
        message = f"A mixed_bfloat16 layer comes back from its config computing in {rebuilt.compute_dtype}."
        return finding("round-trip", "policy_kept", target, case, message)
    return None


def stddev_above_one_accepted(target: Target, case: Case) -> Finding | None:
    """The standard deviation of additive noise may exceed 1: it is no probability."""
    try:
        target.run(replace(case, stddev=1.5))
    except ValueError as error:
        message = f"stddev=1.5 is refused: {str(error).splitlines()[0]}"
        return finding("raises", "stddev_above_one_accepted", target, case, message)
    return None


def bad_rate_rejected(target: Target, case: Case) -> Finding | None:
    """A rate outside [0, 1] is refused, at the latest when the layer is called."""
    for rate in (-1.0, 1.5):
        try:
            target.run(replace(case, rate=rate))
        except ValueError:
            continue
        message = f"rate={rate} is accepted, and the call returns a result."
        return finding("accepts-nonsense", "bad_rate_rejected", target, case, message)
    return None


def explicit_training_wins(target: Target, case: Case) -> Finding | None:
    """A layer called with training=True in a functional model draws noise in `predict`, too (Monte Carlo dropout)."""
    output = target.subject.predict_noisily(case)
    if same_bits(output, case.x):
        message = "Called with training=True in a functional model, the layer is an identity in predict."
        return finding("explicit-training", "explicit_training_wins", target, case, message)
    return None


def recomputation_keeps_mask(target: Target, case: Case) -> Finding | None:
    """Under `tf.recompute_grad` the backward pass uses the mask of the forward pass."""
    output, gradient = target.subject.recomputed(case)
    agreement = float(np.mean((output == 0) == (gradient == 0)))
    if agreement < 1:
        message = (
            f"Recomputed for the gradient, the mask agrees with the forward pass on {agreement:.2f} of the elements."
        )
        return finding("gradient", "recomputation_keeps_mask", target, case, message)
    return None


def _one_block_on(a: FloatArray, b: FloatArray) -> bool:
    """Return whether b reads the stream of a from its second block on."""
    return same_bits(a.ravel()[WORDS_PER_BLOCK:], b.ravel()[:-WORDS_PER_BLOCK])


def replicas_draw_apart(target: Target, case: Case) -> Finding | None:
    """The replicas of a distribution strategy draw different noise."""
    for call, output in enumerate(target.run(case, 3)):
        if same_bits(output[0], output[1]):
            message = f"In call {call} both replicas draw the same noise, element by element."
            return finding("replicas", "replicas_draw_apart", target, case, message)
    return None


def scale_equivariant(target: Target, case: Case) -> Finding | None:
    """Multiplicative noise commutes with doubling, which rounds nothing, and leaves zero at zero."""
    single, double, zero = (target.run(case.on(x))[0] for x in (case.x, case.x * 2, np.zeros_like(case.x)))
    if not np.array_equal(double, single * 2) or np.count_nonzero(zero):
        message = f"y(2x) must be 2 y(x), and y(0) must be 0: {first_difference(double, single * 2)}."
        return finding("scale-equivariance", "scale_equivariant", target, case, message)
    return None


def noise_is_added(target: Target, case: Case) -> Finding | None:
    """y(x) is x + y(0), rounded once: what is added does not depend on the input."""
    noise = target.run(case.on(np.zeros_like(case.x)))[0]
    output = target.run(case)[0]
    if not np.array_equal(output, case.x + noise):
        message = f"y(x) must be x + y(0): {first_difference(output, case.x + noise)}."
        return finding("additivity", "noise_is_added", target, case, message)
    return None


def fine_grained(target: Target, case: Case) -> Finding | None:
    """Gaussian noise takes as many values as draws, but for rare coincidences."""
    distinct = len(np.unique(target.run(case)[0]))
    if distinct < 0.99 * case.x.size:
        message = f"{case.x.size} draws take only {distinct} values."
        return finding("granularity", "fine_grained", target, case, message)
    return None


def _dropped(target: Target, case: Case) -> npt.NDArray[np.bool_]:
    """Return where a first call drops, shown on an input of ones."""
    return _dropped_from(np.ones_like(case.x), target, case)


def _dropped_from(x: FloatArray, target: Target, case: Case) -> npt.NDArray[np.bool_]:
    """Return where a first call on `x`, which holds no zeros, drops."""
    output = target.run(case.on(x))[0]
    if target.subject.op != "alpha_dropout":
        return np.asarray(output == 0)
    assert case.rate is not None
    a, b, alpha = (as_dtype(value, x.dtype) for value in (*affine_correction(case.rate), ALPHA_PRIME))
    return np.asarray(output == alpha * a + b)


def _ramp(x: FloatArray) -> FloatArray:
    """Return an input of alternating signs and of sizes between 1/4 and 5/4: no zero, nor SELU's saturation value."""
    size = np.linspace(0.25, 1.25, x.size)
    return np.where(np.arange(x.size) % 2, size, -size).reshape(x.shape).astype(x.dtype)


def _with_awkward_values(x: FloatArray) -> FloatArray:
    """Return `x` with -0, a denormal, nan and infinity as its first elements: what an identity must not touch."""
    awkward = x.copy()
    values = (-0.0, smallest_normal(x.dtype) / 2, math.nan, math.inf)[: x.size]
    awkward.reshape(-1)[: len(values)] = values
    return awkward


def _equal_bits(a: FloatArray, b: FloatArray) -> npt.NDArray[np.bool_]:
    return np.asarray((a == b) & (np.signbit(a) == np.signbit(b)) | (np.isnan(a) & np.isnan(b)))
