"""Wounds of a mask's pattern: correlated, periodic or uneven over positions, and shared between calls or seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from noise_ops.sabotage import positions
from noise_ops.sabotage.masking import Masking
from noise_ops.sabotage.masking import wound as _wound
from noise_ops.sabotage.mutant import Kind, Wound
from noise_ops.subjects.libraries import tensorflow


def _placed(name: str, kind: Kind, description: str, place: Callable[[Any], Any], *expected: str) -> Wound:
    return _wound(name, kind, description, lambda m: m.drop(place(m.uniforms())), *expected)


PLACES = (
    _placed(
        "every-second-copied",
        Kind.CORRELATION,
        "every second unit shares its neighbour's fate",
        positions.pairs_along_last,
        "neighbours_independent",
    ),
    _placed(
        "one-in-twenty-copied",
        Kind.CORRELATION,
        "one unit in twenty shares its neighbour's fate",
        positions.one_in_twenty_copied,
        "neighbours_independent",
    ),
    _placed(
        "examples-in-pairs",
        Kind.CORRELATION,
        "two examples of a batch in a row share a mask",
        positions.pairs_along_first,
        "neighbours_independent",
    ),
    _placed(
        "antithetic-pairs",
        Kind.CORRELATION,
        "every second unit gets one minus its neighbour's uniform",
        positions.antithetic,
        "neighbours_independent",
    ),
    _placed(
        "period-16",
        Kind.PERIOD,
        "the mask repeats after 16 channels",
        positions.period_16,
        "neighbours_independent",
        "evenly_spread",
    ),
    _placed(
        "period-24",
        Kind.PERIOD,
        "the mask repeats after 24 channels, which is no power of two",
        positions.period_24,
        "neighbours_independent",
        "evenly_spread",
    ),
    _placed(
        "batch-period-7",
        Kind.PERIOD,
        "the mask repeats after 7 examples of a batch",
        positions.batch_period_7,
        "neighbours_independent",
        "evenly_spread",
    ),
    _placed(
        "channel-3-never-dropped",
        Kind.POSITION,
        "channel 3 is never dropped",
        positions.channel_3_at_one,
        "evenly_spread",
    ),
    _placed(
        "last-channel-never-dropped",
        Kind.POSITION,
        "the last channel is never dropped",
        positions.last_channel_at_one,
        "evenly_spread",
    ),
    _placed(
        "first-example-never-dropped",
        Kind.POSITION,
        "nothing of the first example of a batch is dropped",
        positions.first_example_at_one,
        "evenly_spread",
        "neighbours_independent",
    ),
)


def _half_from(m: Masking, other: Any) -> Any:
    """Return the uniforms with the second half of the batch drawn from another seed."""
    tf = tensorflow()
    own = m.uniforms()
    if own.shape.rank == 0:
        return own
    size = tf.shape(own)[0]
    shape = [-1] + [1] * (own.shape.rank - 1)
    return tf.where(tf.reshape(tf.range(size) < size // 2, shape), own, m.uniforms(seed=other))


def _complemented_every_second_call(m: Masking) -> Any:
    tf = tensorflow()
    seed, number = tf.unstack(m.call["seed"])
    uniforms = m.uniforms(seed=tf.stack([seed, number // 2 * 2]))
    return tf.where(number % 2 == 1, positions.complement(uniforms), uniforms)


def _first_word(m: Masking) -> Any:
    return m.call["seed"][0]


CALLS = (
    _wound(
        "calls-half-shared",
        Kind.CALLS,
        "every call gives half of the batch the mask it had in the first",
        lambda m: m.drop(_half_from(m, tensorflow().stack([_first_word(m), 0]))),
        "calls_independent",
    ),
    _wound(
        "calls-complementary",
        Kind.CALLS,
        "what one call drops, the next one keeps",
        lambda m: m.drop(_complemented_every_second_call(m)),
        "calls_independent",
    ),
    _wound(
        "seeds-half-shared",
        Kind.SEED,
        "half of the batch gets the same masks whatever the seed",
        lambda m: m.drop(_half_from(m, m.call["seed"] * [0, 1])),
        "calls_independent",
    ),
)

ALL = (*PLACES, *CALLS)
