"""Wounds of the shape and the pattern of Gaussian noise: not normal, coarse, repeated, correlated or uneven."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from noise_ops.sabotage import positions
from noise_ops.sabotage.drawing import wound as _wound
from noise_ops.sabotage.mutant import Kind, Wound
from noise_ops.subjects.libraries import tensorflow


def _shaped(name: str, kind: Kind, description: str, shape: Callable[[Any], Any], *expected: str) -> Wound:
    return _wound(name, kind, description, lambda d: d.of(shape(d.standard())), *expected)


def _share_below(z: Any) -> Any:
    tf = tensorflow()
    return (1 + tf.math.erf(z / tf.cast(math.sqrt(2), z.dtype))) / 2


def _uniform(z: Any) -> Any:
    return (_share_below(z) - 0.5) * math.sqrt(12)


def _truncated(z: Any) -> Any:
    tf = tensorflow()
    return tf.math.ndtri(0.0227501319 + _share_below(z) * 0.9544997361) / 0.8796256610


def _logistic(z: Any) -> Any:
    tf = tensorflow()
    u = tf.clip_by_value(_share_below(z), 1e-6, 1 - 1e-6)
    return tf.math.log(u / (1 - u)) * (math.sqrt(3) / math.pi)


def _skewed(z: Any) -> Any:
    return (z + 0.1 * (z * z - 1)) / math.sqrt(1.02)


def _half_normal(z: Any) -> Any:
    return (abs(z) - math.sqrt(2 / math.pi)) / math.sqrt(1 - 2 / math.pi)


def _clipped(z: Any) -> Any:
    return tensorflow().clip_by_value(z, -3.0, 3.0)


def _one_in_256_wild(z: Any) -> Any:
    tf = tensorflow()
    # By their fractional bits, which are as good as random, one in 256 draws is doubled.
    wild = tf.math.floormod(tf.round(z * 2.0**14), 256.0) < 1
    return tf.where(wild, 2 * z, z) / math.sqrt(1 + 3 / 256)


def _columns_of_two_sizes(z: Any) -> Any:
    tf = tensorflow()
    if z.shape.rank == 0:
        return z
    odd = tf.range(tf.shape(z)[-1]) % 2 == 1
    return z * tf.where(odd, tf.cast(math.sqrt(1.3), z.dtype), tf.cast(math.sqrt(0.7), z.dtype))


def _sizes_in_pairs(z: Any) -> Any:
    tf = tensorflow()
    return abs(positions.pairs_along_last(z)) * tf.sign(z)


SHAPES = (
    _shaped("uniform", Kind.SHAPE, "uniform noise of the right variance", _uniform, "noise_is_normal"),
    _shaped("truncated", Kind.SHAPE, "truncated at 2 deviations, variance restored", _truncated, "noise_is_normal"),
    _shaped("clipped", Kind.SHAPE, "clipped at 3 deviations", _clipped, "noise_is_normal"),
    _shaped("skewed", Kind.SHAPE, "skewed, mean and variance right", _skewed, "noise_is_normal"),
    _shaped("half-normal", Kind.SHAPE, "half-normal, mean and variance right", _half_normal, "noise_is_normal"),
    _shaped("logistic", Kind.SHAPE, "logistic: tails too heavy, variance right", _logistic, "noise_is_normal"),
    _shaped(
        "one-in-256-wild",
        Kind.SHAPE,
        "one draw in 256 is twice as large, variance right",
        _one_in_256_wild,
        "noise_is_normal",
    ),
    _shaped(
        "columns-of-two-sizes",
        Kind.POSITION,
        "odd channels get 30 % more variance, even ones 30 % less",
        _columns_of_two_sizes,
        "noise_is_normal",
        "evenly_spread",
    ),
)

REPEATS = (
    _shaped(
        "pairs-repeated",
        Kind.REPEATS,
        "each normal is used twice",
        positions.pairs_along_last,
        "fine_grained",
        "neighbours_independent",
    ),
    _shaped(
        "sizes-in-pairs",
        Kind.CORRELATION,
        "two neighbours have the same size, signs apart",
        _sizes_in_pairs,
        "neighbours_independent",
        "fine_grained",
    ),
    _wound(
        "drawn-in-bfloat16",
        Kind.PRECISION,
        "the normals of a float32 layer are drawn in bfloat16",
        lambda d: tensorflow().cast(d.call.sound(dtype="bfloat16"), d.call["dtype"]),
        "fine_grained",
    ),
    _shaped(
        "rounded-to-1-in-64",
        Kind.PRECISION,
        "the normals are rounded to multiples of 1/64",
        lambda z: tensorflow().round(z * 64) / 64,
        "fine_grained",
    ),
)


def _negated_pairs(z: Any) -> Any:
    tf = tensorflow()
    if z.shape.rank == 0:
        return z
    return tf.where(tf.range(tf.shape(z)[-1]) % 2 == 1, -positions.pairs_along_last(z), z)


PLACES = (
    _shaped(
        "antithetic-pairs",
        Kind.CORRELATION,
        "every second normal is its neighbour with the other sign",
        _negated_pairs,
        "neighbours_independent",
    ),
    _shaped(
        "one-in-twenty-copied",
        Kind.CORRELATION,
        "one normal in twenty repeats its neighbour",
        positions.one_in_twenty_copied,
        "neighbours_independent",
        "fine_grained",
    ),
    _shaped(
        "examples-in-pairs",
        Kind.SHARED,
        "two examples of a batch in a row get the same noise",
        positions.pairs_along_first,
        "neighbours_independent",
        "fine_grained",
    ),
    _shaped(
        "shared-over-batch",
        Kind.SHARED,
        "all examples of a batch get the same noise",
        lambda z: positions.taken_along(z, 0, lambda i: i * 0),
        "neighbours_independent",
        "fine_grained",
    ),
    _shaped(
        "shared-over-channels",
        Kind.SHARED,
        "all channels get the same noise",
        lambda z: positions.taken_along(z, -1, lambda i: i * 0),
        "neighbours_independent",
        "fine_grained",
    ),
    _shaped(
        "period-24",
        Kind.PERIOD,
        "the noise repeats after 24 channels",
        positions.period_24,
        "neighbours_independent",
        "evenly_spread",
    ),
    _shaped(
        "channel-3-without-noise",
        Kind.POSITION,
        "channel 3 gets no noise",
        lambda z: positions.put(z, -1, 3, 0.0),
        "evenly_spread",
        "noise_is_normal",
    ),
)

ALL = (*SHAPES, *REPEATS, *PLACES)
