"""Wounds of the uniforms of `tf.random`, from which AlphaDropout and MaskedGaussianNoise make their masks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from noise_ops.findings import Verdict
from noise_ops.sabotage import positions
from noise_ops.sabotage.mutant import Kind, Wound
from noise_ops.sabotage.seams import Call, uniforms
from noise_ops.subjects.libraries import tensorflow


def _wound(
    name: str, kind: Kind, description: str, broken: Callable[[Call], Any], *expected: str, **other: Any
) -> Wound:
    return Wound(name, kind, description, (uniforms(broken),), expected, **other)


def _shaped(name: str, kind: Kind, description: str, shape: Callable[[Any], Any], *expected: str) -> Wound:
    return _wound(name, kind, description, lambda call: shape(call.sound()), *expected)


def _drawn_as(dtype: str) -> Callable[[Call], Any]:
    tf = tensorflow

    def coarse(call: Call) -> Any:
        limits = {name: tf().cast(call[name], dtype) for name in ("minval", "maxval") if call[name] is not None}
        return tf().cast(call.sound(dtype=dtype, **limits), call["dtype"])

    return coarse


def _drawn_apart(u: Any) -> Any:
    return tensorflow().where(u < 0.5, 2 * u * u, 1 - 2 * (1 - u) * (1 - u))


DENSITIES = (
    _shaped(
        "uniforms-2-percent-low",
        Kind.RATE,
        "the uniforms end at 0.98, so that 2 % too many fall below every rate",
        lambda u: u * tensorflow().cast(0.98, u.dtype),
        "mask_density",
    ),
    _shaped(
        "uniforms-squared",
        Kind.RATE,
        "the uniforms are squared, so that too many fall below every rate",
        lambda u: u * u,
        "mask_density",
    ),
    _shaped(
        "uniforms-drawn-apart",
        Kind.RATE,
        "the uniforms crowd at 0 and 1, and half of them still fall below 1/2",
        _drawn_apart,
        "mask_density",
    ),
    _wound(
        "uniforms-in-bfloat16",
        Kind.PRECISION,
        "the uniforms are drawn in bfloat16: 7 bits",
        _drawn_as("bfloat16"),
        "lattice_density",
        "mask_density",
    ),
)

PLACES = (
    _shaped(
        "every-second-copied",
        Kind.CORRELATION,
        "every second uniform repeats its neighbour",
        positions.pairs_along_last,
        "neighbours_independent",
    ),
    _shaped(
        "one-in-twenty-copied",
        Kind.CORRELATION,
        "one uniform in twenty repeats its neighbour",
        positions.one_in_twenty_copied,
        "neighbours_independent",
    ),
    _shaped(
        "shared-over-batch",
        Kind.SHARED,
        "all examples of a batch get the same uniforms",
        lambda u: positions.taken_along(u, 0, lambda i: i * 0),
        "noise_shape_broadcasts",
        "neighbours_independent",
    ),
    _shaped(
        "shared-over-channels",
        Kind.SHARED,
        "all channels get the same uniform",
        lambda u: positions.taken_along(u, -1, lambda i: i * 0),
        "noise_shape_broadcasts",
        "neighbours_independent",
    ),
    _shaped(
        "period-24",
        Kind.PERIOD,
        "the uniforms repeat after 24 channels",
        positions.period_24,
        "neighbours_independent",
        "evenly_spread",
    ),
    _shaped(
        "channel-3-at-one",
        Kind.POSITION,
        "the uniforms of channel 3 lie above every rate",
        positions.channel_3_at_one,
        "evenly_spread",
    ),
)

COMPARISON = _shaped(
    "half-a-step-low",
    Kind.COMPARISON,
    "a unit whose uniform equals the rate falls below it: <= for <",
    lambda u: u - positions.LATTICE_STEP[u.dtype.name] / 2,
    "boundary_kept",
)

WIDENED = _wound(
    "widened-to-float64",
    Kind.DTYPE,
    "the draw is float64, whatever dtype was asked for",
    lambda call: tensorflow().cast(call.sound(), "float64"),
    "shape_and_dtype_kept",
    verdicts=(Verdict.CONTRACT_CHANGED,),
)

UNTOUCHED = _wound(
    "untouched",
    Kind.UNBROKEN,
    "the uniforms are drawn as they are",
    lambda call: call.sound(),
    verdicts=(Verdict.IDENTICAL,),
    dtypes=(),
)

OTHER_STREAMS = (
    _wound(
        "complemented",
        Kind.OTHER_STREAM,
        "each uniform is mirrored on its lattice: 1 - u less one step",
        lambda call: positions.complement(call.sound()),
        verdicts=(Verdict.STREAM_CHANGED,),
        dtypes=("bfloat16", "float32"),
    ),
    _wound(
        "reversed",
        Kind.OTHER_STREAM,
        "the uniforms are used from the last to the first",
        lambda call: positions.backwards(call.sound()),
        verdicts=(Verdict.STREAM_CHANGED,),
        dtypes=("bfloat16", "float32"),
    ),
)

TINY = _wound(
    "uniforms-0.05-percent-high",
    Kind.TINY,
    "the uniforms end at 1.0005: 0.05 % too few fall below every rate",
    lambda call: call.sound() * tensorflow().cast(1.0005, call["dtype"]),
    verdicts=(Verdict.IDENTICAL, Verdict.STREAM_CHANGED),
)

ALL = (*DENSITIES, *PLACES, COMPARISON, WIDENED, UNTOUCHED, *OTHER_STREAMS, TINY)
