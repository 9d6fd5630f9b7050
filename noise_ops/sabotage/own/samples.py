"""Broken layers of Keras 3 of which something happens to samples: augmentations, selections, mixtures, labels."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops
from scipy import stats

from noise_ops import laws
from noise_ops.laws.law import Law
from noise_ops.sabotage.mutant import Kind
from noise_ops.sabotage.own.layer import OwnLayer, broken
from noise_ops.sabotage.own.right import OF, Flip, Noise, Select, made

SHAPE = (None, 4, 3, 2)
FLIPS = laws.applies(0.5, to=lambda x: x[:, :, ::-1])
SELECTS = laws.selects(3)


def _flip(name: str, kind: Kind, description: str, expected: str, law: Law = FLIPS, **parts: Any) -> OwnLayer:
    return broken(OF, name, kind, description, expected, made(Flip, **parts), law, shape=SHAPE)


def _select(name: str, kind: Kind, description: str, expected: str, **parts: Any) -> OwnLayer:
    return broken(OF, name, kind, description, expected, made(Select, **parts), SELECTS, shape=(None, 7))


class MixUp(Noise):
    """Mixes each sample with the one that stands as far from the other end of the batch."""

    def mixing(self, x: Any) -> Any:
        shape = (ops.shape(x)[0], 1)
        first, second = (keras.random.gamma(shape, 0.2, seed=self.seed_generator) for _ in range(2))
        return first / (first + second)

    def noised(self, x: Any) -> Any:
        weights = ops.cast(self.mixing(x), x.dtype)
        return weights * x + (1 - weights) * ops.flip(x, axis=0)


def mostly_the_other(x: Any, y: Any) -> Any:
    """Return of which samples a tenth at most is left: what a mixture shows of its weight."""
    others = x[::-1]
    weights = ((y - others) / (x - others))[:, 0]
    return weights < 0.1


MIXES = laws.applies(float(stats.beta(0.2, 0.2).cdf(0.1)), observe=mostly_the_other)
MIXED = np.random.default_rng(0).uniform(0, 1, (4096, 2)).astype("float32") + np.arange(4096, dtype="float32")[:, None]


class Labels(Noise):
    """Changes a label into another one of ten, with probability 0.2."""

    def call(self, x: Any, training: bool = False) -> Any:
        if not training:
            return x
        moved = self.moved(x)
        changed = (x + ops.cast(moved, x.dtype)) % 10
        return ops.where(self.uniform(ops.shape(x)) < 0.2, changed, x)

    def moved(self, x: Any) -> Any:
        return 1 + ops.floor(self.uniform(ops.shape(x)) * 9)


LABELS = np.arange(8192) % 10
CHANGES = laws.applies(0.2)


def _in_pairs(layer: Any, x: Any) -> Any:
    count = ops.shape(x)[0]
    pairs = layer.uniform(((count + 1) // 2, 1, 1, 1)) < layer.p
    return ops.repeat(pairs, 2, axis=0)[:count]


def _ranks(layer: Any, x: Any) -> Any:
    return ops.argsort(ops.argsort(layer.uniform(ops.shape(x)), axis=-1), axis=-1)


def _eleventh(layer: Any, x: Any) -> Any:
    return ops.where(layer.uniform(ops.shape(x)) < 0.2, (x + 1) % 11, x)


ALL = (
    _flip(
        "p-3-percent-off",
        Kind.RATE,
        "it happens 3 % too often",
        "mask_density",
        chosen=lambda s, x: s.uniform((ops.shape(x)[0], 1, 1, 1)) < 1.03 * s.p,
    ),
    _flip(
        "once-a-batch",
        Kind.SHARED,
        "it happens to all samples of a batch, or to none",
        "samples_draw_apart",
        chosen=lambda s, x: s.uniform((1, 1, 1, 1)) < s.p,
    ),
    _flip(
        "every-second",
        Kind.PERIOD,
        "it happens to every second sample, in each batch alike",
        "new_call_new_noise",
        chosen=lambda s, x: ops.reshape(ops.arange(ops.shape(x)[0]) % 2 == 0, (-1, 1, 1, 1)),
    ),
    _flip(
        "upside-down",
        Kind.OPERATION,
        "it turns images upside down, not from left to right",
        "support_and_scale",
        turned=lambda s, x: ops.flip(x, axis=1),
    ),
    _flip(
        "channels-too",
        Kind.OPERATION,
        "it turns the channels as well",
        "support_and_scale",
        turned=lambda s, x: ops.flip(x, axis=(2, 3)),
    ),
    _flip(
        "pixel-by-pixel",
        Kind.SHARED,
        "it is decided for each pixel, not for each image",
        "support_and_scale",
        chosen=lambda s, x: s.uniform(ops.shape(x)) < s.p,
    ),
    _flip(
        "first-sample-spared",
        Kind.POSITION,
        "it never happens to the first sample",
        "evenly_spread",
        chosen=lambda s, x: Flip.chosen(s, x) & (ops.arange(ops.shape(x)[0]) > 0)[:, None, None, None],
    ),
    _flip(
        "happens-at-inference",
        Kind.TRAINING,
        "it happens at inference, too",
        "identity_at_inference nothing_drawn_in_predict",
        call=lambda s, x, training=False: s.noised(x),
    ),
    _flip(
        "brightness-always",
        Kind.RATE,
        "a change of brightness happens always, not half of the time",
        "mask_density",
        laws.applies(0.5),
        noised=lambda s, x: x + ops.cast(s.uniform((ops.shape(x)[0], 1, 1, 1)), x.dtype),
    ),
    _flip(
        "pairs-turned",
        Kind.CORRELATION,
        "it happens to two samples in a row, or to none of them",
        "neighbours_independent",
        chosen=lambda s, x: _in_pairs(s, x),
    ),
    _select(
        "one-too-few",
        Kind.RATE,
        "2 of 7 are selected, not 3",
        "support_and_scale mask_density",
        noised=lambda s, x: ops.where(_ranks(s, x) < s.count - 1, x, ops.zeros_like(x)),
    ),
    _select(
        "always-the-first",
        Kind.POSITION,
        "the first is always among those that are selected",
        "evenly_spread",
        scores=lambda s, x: ops.where(ops.arange(7) == 0, -1.0, s.uniform(ops.shape(x))),
    ),
    _select(
        "first-three",
        Kind.CONSTANT,
        "the first three are selected, always",
        "new_call_new_noise",
        scores=lambda s, x: ops.broadcast_to(ops.arange(7, dtype="float32"), ops.shape(x)),
    ),
    _select(
        "largest-three",
        Kind.INPUT,
        "the largest are selected rather than any",
        "new_call_new_noise",
        scores=lambda s, x: -x,
    ),
    _select(
        "last-less-often",
        Kind.POSITION,
        "the last is selected a fifth less often",
        "evenly_spread",
        scores=lambda s, x: s.uniform(ops.shape(x)) * ops.where(ops.arange(7) == 6, 1.2, 1.0),
    ),
    _select(
        "one-choice-a-batch",
        Kind.SHARED,
        "all samples of a batch have one selection",
        "samples_draw_apart",
        scores=lambda s, x: ops.broadcast_to(s.uniform((1, 7)), ops.shape(x)),
    ),
    broken(
        OF,
        "mixed-uniformly",
        Kind.SHAPE,
        "the weight of a mixture is uniform, not of Beta(0.2, 0.2)",
        "mask_density",
        made(MixUp, mixing=lambda s, x: s.uniform((ops.shape(x)[0], 1))),
        MIXES,
        inputs=MIXED,
    ),
    broken(
        OF,
        "one-weight-a-batch",
        Kind.SHARED,
        "all samples of a batch are mixed by one weight",
        "neighbours_independent",
        made(MixUp, mixing=lambda s, x: MixUp.mixing(s, x[:1])),
        MIXES,
        inputs=MIXED,
    ),
    broken(
        OF,
        "label-becomes-itself",
        Kind.RATE,
        "a label may be changed into itself",
        "mask_density",
        made(Labels, moved=lambda s, x: ops.floor(s.uniform(ops.shape(x)) * 10)),
        CHANGES,
        inputs=LABELS,
    ),
    broken(
        OF,
        "label-of-an-eleventh-class",
        Kind.RETURN,
        "a label may become one that there is not",
        "within_bounds",
        made(Labels, call=lambda s, x, training=False: _eleventh(s, x) if training else x),
        CHANGES,
        inputs=LABELS,
        outputs=(0, 9),
    ),
)
