"""Broken dropouts of Keras 3: rate, scale, what shares a mask, places that are treated otherwise, copies."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from noise_ops import laws
from noise_ops.sabotage.mutant import Kind
from noise_ops.sabotage.own.right import RATE, Drop, dropout

IMAGE = (None, 12, 10, 3)
BLOCK = laws.drops(RATE, shared_axes=(1, 2, 3))
CHANNEL = laws.drops(RATE, shared_axes=(1, 2))


def _uniforms(layer: Any, x: Any) -> Any:
    return layer.uniform(ops.shape(x))


def _columns(x: Any) -> Any:
    return ops.arange(x.shape[-1])


def _repeated(layer: Any, x: Any, axis: int) -> Any:
    """Return a mask whose second half along an axis is its first; of an odd length, the last is drawn anew."""
    uniforms = _uniforms(layer, x)
    half = ops.shape(x)[axis] // 2
    place = [slice(None)] * len(x.shape)
    place[axis] = slice(None, half)
    rest = [slice(None)] * len(x.shape)
    rest[axis] = slice(2 * half, None)
    pieces = [uniforms[tuple(place)], uniforms[tuple(place)], uniforms[tuple(rest)]]
    return ops.concatenate(pieces, axis=axis) < layer.rate


def _periodic(layer: Any, x: Any) -> Any:
    size = ops.prod(ops.shape(x))
    short = layer.uniform((256,))
    return ops.reshape(ops.take(short, ops.arange(size) % 256), ops.shape(x)) < layer.rate


def _taken(share: float, lag: int) -> Any:
    """Return what makes a mask of which a share takes the state of the unit so many places to its left."""

    def dropped(layer: Any, x: Any) -> Any:
        own = _uniforms(layer, x) < layer.rate
        return ops.where(_uniforms(layer, x) < share, ops.roll(own, lag, axis=-1), own)

    return dropped


def _where_kept(layer: Any, x: Any) -> Any:
    dropped = layer.dropped(x)
    return ops.where(dropped, ops.zeros_like(x), x / ops.mean(ops.cast(~dropped, x.dtype)))


ALL = (
    dropout(
        "rate-2-percent-off",
        Kind.RATE,
        "the rate is 2 % too high",
        "mask_density",
        options={"units": 2**20},
        dropped=lambda s, x: _uniforms(s, x) < 1.02 * s.rate,
    ),
    dropout(
        "rate-in-four-bits",
        Kind.PRECISION,
        "the uniforms of the mask have four bits",
        "mask_density",
        dropped=lambda s, x: ops.floor(_uniforms(s, x) * 16) / 16 < s.rate,
    ),
    dropout(
        "keep-and-drop-swapped",
        Kind.RATE,
        "the rate is taken for the share that is kept",
        "mask_density",
        dropped=lambda s, x: _uniforms(s, x) >= s.rate,
    ),
    dropout(
        "mask-normal",
        Kind.RATE,
        "a normal number is compared with the rate in place of a uniform",
        "mask_density",
        dropped=lambda s, x: s.normal(x) < s.rate,
    ),
    dropout("scale-forgotten", Kind.SCALE, "what is kept is not scaled", "support_and_scale", scaled=lambda s, x: x),
    dropout(
        "scale-twice",
        Kind.SCALE,
        "what is kept is scaled twice",
        "support_and_scale",
        scaled=lambda s, x: x / (1 - s.rate) ** 2,
    ),
    dropout(
        "scale-by-rate",
        Kind.SCALE,
        "what is kept is divided by the rate",
        "support_and_scale",
        scaled=lambda s, x: x / s.rate if s.rate else x,
    ),
    dropout(
        "scale-by-what-was-kept",
        Kind.SCALE,
        "the scale is that of the share that was kept, not of the rate",
        "support_and_scale",
        noised=_where_kept,
    ),
    dropout(
        "scaled-though-unscaled",
        Kind.SCALE,
        "a layer that is said not to scale does",
        "support_and_scale",
        laws.drops(RATE, scaled=False),
    ),
    dropout(
        "dropped-to-minus-one",
        Kind.OPERATION,
        "what is dropped becomes -1",
        "support_and_scale",
        noised=lambda s, x: ops.where(s.dropped(x), -ops.ones_like(x), s.scaled(x)),
    ),
    dropout(
        "dropped-to-the-mean",
        Kind.OPERATION,
        "what is dropped becomes the mean of the input",
        "support_and_scale",
        noised=lambda s, x: ops.where(s.dropped(x), ops.mean(x), s.scaled(x)),
    ),
    dropout(
        "shared-over-batch",
        Kind.SHARED,
        "all samples of a batch have one mask",
        "samples_draw_apart",
        arguments={"noise_shape": (1, None)},
    ),
    dropout(
        "shared-over-channels",
        Kind.SHARED,
        "all channels of a pixel are dropped together",
        "axes_shared",
        options={"shape": IMAGE},
        arguments={"noise_shape": (None, None, None, 1)},
    ),
    dropout(
        "shared-over-time",
        Kind.SHARED,
        "all steps of a sequence have one mask",
        "axes_shared",
        options={"shape": (None, 7, 11)},
        arguments={"noise_shape": (None, 1, None)},
    ),
    dropout(
        "not-shared",
        Kind.NOISE_SHAPE,
        "elements are dropped one by one, where whole channels should be",
        "axes_shared",
        CHANNEL,
        {"shape": IMAGE},
    ),
    dropout(
        "shared-along-other-axis",
        Kind.NOISE_SHAPE,
        "whole rows are dropped, where whole channels should be",
        "axes_shared",
        CHANNEL,
        {"shape": IMAGE},
        {"noise_shape": (None, None, 1, 1)},
    ),
    dropout(
        "path-of-the-batch",
        Kind.SHARED,
        "the branches of all samples are dropped together",
        "samples_draw_apart",
        BLOCK,
        {"shape": (None, 4, 3, 2)},
        {"noise_shape": (1, 1, 1, 1)},
    ),
    dropout(
        "path-scaled-inversely",
        Kind.SCALE,
        "a branch that is kept is multiplied by 1 - rate",
        "support_and_scale",
        BLOCK,
        {"shape": (None, 4, 3, 2)},
        {"noise_shape": (None, 1, 1, 1)},
        scaled=lambda s, x: x * (1 - s.rate),
    ),
    dropout(
        "first-column-spared",
        Kind.POSITION,
        "the first column is never dropped",
        "evenly_spread",
        dropped=lambda s, x: (_uniforms(s, x) < s.rate) & (_columns(x) > 0),
    ),
    dropout(
        "last-column-spared",
        Kind.POSITION,
        "the last column is never dropped",
        "evenly_spread",
        dropped=lambda s, x: (_uniforms(s, x) < s.rate) & (_columns(x) < x.shape[-1] - 1),
    ),
    dropout(
        "last-row-spared",
        Kind.POSITION,
        "the last row of an image is never dropped",
        "evenly_spread",
        options={"shape": IMAGE},
        dropped=lambda s, x: (_uniforms(s, x) < s.rate) & (ops.arange(12)[:, None, None] < 11),
    ),
    dropout(
        "edges-more-often",
        Kind.POSITION,
        "both edges of an image are dropped a fifth more often",
        "evenly_spread",
        options={"shape": IMAGE},
        dropped=lambda s, x: _uniforms(s, x) < s.rate * np.array([1.2] + 8 * [0.95] + [1.2], "float32")[:, None],
    ),
    dropout(
        "rate-grows-to-the-right",
        Kind.POSITION,
        "the rate grows by a tenth from left to right",
        "evenly_spread",
        options={"shape": IMAGE, "units": 2**20},
        dropped=lambda s, x: _uniforms(s, x) < s.rate * np.linspace(0.95, 1.05, 10, dtype="float32")[:, None],
    ),
    dropout(
        "last-sample-spared",
        Kind.POSITION,
        "the last sample of each batch is left alone",
        "evenly_spread",
        dropped=lambda s, x: (_uniforms(s, x) < s.rate) & (ops.arange(ops.shape(x)[0]) < ops.shape(x)[0] - 1)[:, None],
    ),
    dropout(
        "half-a-batch",
        Kind.POSITION,
        "the second half of each batch is left alone",
        "evenly_spread mask_density",
        dropped=lambda s, x: (_uniforms(s, x) < s.rate) & (ops.arange(ops.shape(x)[0]) < ops.shape(x)[0] // 2)[:, None],
    ),
    dropout(
        "halves-of-batch-alike",
        Kind.COPY,
        "the second half of a batch has the mask of the first",
        "nothing_repeats",
        dropped=lambda s, x: _repeated(s, x, 0),
    ),
    dropout(
        "halves-of-channels-alike",
        Kind.COPY,
        "the second half of the channels has the mask of the first",
        "neighbours_independent",
        options={"shape": (None, 7, 40)},
        dropped=lambda s, x: _repeated(s, x, -1),
    ),
    dropout(
        "periodic",
        Kind.PERIOD,
        "the mask is one of 256 units, again and again",
        "neighbours_independent",
        dropped=lambda s, x: _periodic(s, x),
    ),
    dropout(
        "streaks",
        Kind.CORRELATION,
        "one in 50 takes the state of its left neighbour",
        "neighbours_independent",
        dropped=_taken(0.02, 1),
    ),
    dropout(
        "two-apart",
        Kind.CORRELATION,
        "one in 20 takes the state of the unit two places to its left",
        "neighbours_independent",
        dropped=_taken(0.05, 2),
    ),
    dropout(
        "mask-follows-input",
        Kind.INPUT,
        "values of less than average size are dropped twice as often",
        "noise_ignores_input",
        dropped=lambda s, x: _uniforms(s, x) < ops.where(ops.abs(x) < 1, 1.5 * s.rate, 0.8 * s.rate),
    ),
    dropout(
        "a-nan-in-ten-thousand",
        Kind.RETURN,
        "one output in 10,000 is nan",
        "outputs_finite",
        noised=lambda s, x: ops.where(_uniforms(s, x) < 1e-4, np.nan, Drop.noised(s, x)),
    ),
    dropout(
        "counted",
        Kind.CORRELATION,
        "exactly three in ten of each row are dropped",
        "neighbours_independent",
        options={"shape": (None, 40)},
        dropped=lambda s, x: ops.argsort(ops.argsort(_uniforms(s, x), axis=-1), axis=-1) < 12,
    ),
)
