"""Draws moved about: repeated, mirrored or put out of action by their position. Each takes a tensor and returns one."""

from __future__ import annotations

from typing import Any

from noise_ops.subjects.libraries import tensorflow

LATTICE_STEP = {"float16": 2.0**-10, "bfloat16": 2.0**-7, "float32": 2.0**-23, "float64": 2.0**-52}
"""The step of the lattice of uniforms, by dtype; also the distance from 1 to the next number."""


def complement(u: Any) -> Any:
    """Mirror uniforms on their lattice, which changes no probability."""
    return (1 - LATTICE_STEP[u.dtype.name]) - u


def backwards(draws: Any) -> Any:
    """Use draws from the last to the first."""
    tf = tensorflow()
    return tf.reshape(tf.reverse(tf.reshape(draws, [-1]), [0]), tf.shape(draws))


def taken_along(draws: Any, axis: int, source: Any) -> Any:
    """Give each position along an axis the draw of the position that `source` makes of it."""
    tf = tensorflow()
    if draws.shape.rank == 0:
        return draws
    return tf.gather(draws, source(tf.range(tf.shape(draws)[axis])), axis=axis)


def pairs_along_last(draws: Any) -> Any:
    """Let every second position repeat its neighbour."""
    return taken_along(draws, -1, lambda i: i // 2 * 2)


def pairs_along_first(draws: Any) -> Any:
    """Let every second example repeat the one before it."""
    return taken_along(draws, 0, lambda i: i // 2 * 2)


def one_in_twenty_copied(draws: Any) -> Any:
    """Let one position in twenty repeat its neighbour."""
    tf = tensorflow()
    return taken_along(draws, -1, lambda i: tf.where(i % 20 == 1, i - 1, i))


def antithetic(u: Any) -> Any:
    """Let every second uniform be its neighbour's mirror image."""
    tf = tensorflow()
    if u.shape.rank == 0:
        return u
    return tf.where(tf.range(tf.shape(u)[-1]) % 2 == 1, complement(pairs_along_last(u)), u)


def period_16(draws: Any) -> Any:
    """Repeat the first 16 channels."""
    return taken_along(draws, -1, lambda i: i % 16)


def period_24(draws: Any) -> Any:
    """Repeat the first 24 channels."""
    return taken_along(draws, -1, lambda i: i % 24)


def batch_period_7(draws: Any) -> Any:
    """Repeat the first 7 examples."""
    return taken_along(draws, 0, lambda i: i % 7)


def channel_3_at_one(u: Any) -> Any:
    """Put the uniforms of channel 3 above every rate."""
    return put(u, -1, 3, 1.0)


def last_channel_at_one(u: Any) -> Any:
    """Put the uniforms of the last channel above every rate."""
    return put(u, -1, -1, 1.0)


def first_example_at_one(u: Any) -> Any:
    """Put the uniforms of the first example above every rate."""
    return put(u, 0, 0, 1.0)


def put(draws: Any, axis: int, index: int, value: float) -> Any:
    """Put a value in the place of all draws at one index of an axis."""
    tf = tensorflow()
    if draws.shape.rank == 0:
        return draws
    size = tf.shape(draws)[axis]
    shape = [1] * draws.shape.rank
    shape[axis] = -1
    hit = tf.reshape(tf.range(size) == (index if index >= 0 else size + index), shape)
    return tf.where(hit, tf.cast(value, draws.dtype), draws)
