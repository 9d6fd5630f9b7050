"""Seeds and numbers of calls put wrongly together: what is lost of either, and what only changes the stream.

Each is drawn with dice, as a sentence and a function of the two numbers that a Keras 3 layer draws with.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from noise_ops.sabotage.seams import Call, Cut, keras3_seeds
from noise_ops.subjects.libraries import tensorflow

Pair = Callable[[Any, Any], tuple[Any, Any]]
"""From a layer's seed and the number of its draw to the two numbers that are drawn with."""

Drawn = tuple[str, Pair]


def cut(pair: Pair) -> Cut:
    """Cut where a Keras 3 layer takes its seed."""

    def instead(call: Call) -> Any:
        tf = tensorflow()
        state = call.sound()
        return tf.stack([tf.cast(word, state.dtype) for word in pair(state[0], state[1])])

    return keras3_seeds(instead)


def kept_bits(width: int) -> Drawn:
    """Keep the low bits of a seed."""
    return f"a seed is cut to its lowest {width} bits", lambda seed, number: (_and(seed, (1 << width) - 1), number)


def lost_bit(bit: int) -> Drawn:
    """Lose one bit of a seed."""
    return f"bit {bit} of a seed is lost", lambda seed, number: (_and(seed, ~(1 << bit)), number)


def lost_low_bits(width: int) -> Drawn:
    """Lose the low bits of a seed."""
    return f"the lowest {width} bits of a seed are lost", lambda seed, number: (_and(seed, -(1 << width)), number)


def lost_sign() -> Drawn:
    """Lose the sign of a seed."""
    return "the sign of a seed is lost", lambda seed, number: (abs(seed), number)


def zero_as(other: int) -> Drawn:
    """Take seed 0 for another."""
    return f"seed 0 is taken for seed {other}", lambda seed, number: (_where(seed == 0, other, seed), number)


def negative_as(other: int) -> Drawn:
    """Take every negative seed for one."""
    return f"negative seeds are taken for seed {other}", lambda seed, number: (_where(seed < 0, other, seed), number)


def as_float() -> Drawn:
    """Pass a seed through float32."""
    return "a seed passes through float32", lambda seed, number: (_through_float32(seed), number)


def period(calls: int) -> Drawn:
    """Start again after so many draws."""
    return f"the noise starts again after {calls} draws", lambda seed, number: (seed, number % calls)


def stopped(calls: int) -> Drawn:
    """Stand still after so many draws."""
    return f"the noise stands still from draw {calls} on", lambda seed, number: (seed, _least(number, calls))


def repeated(calls: int, lag: int) -> Drawn:
    """Repeat an earlier draw, once."""
    return (
        f"draw {calls} is draw {calls - lag} again",
        lambda seed, number: (seed, _where(number == calls, number - lag, number)),
    )


def in_steps(calls: int) -> Drawn:
    """Take so many draws in a row with one number."""
    return f"{calls} draws in a row are the same", lambda seed, number: (seed, number // calls)


def lossy_seed(dice: random.Random) -> Drawn:
    """Draw a wound by which seeds collide."""
    makes: tuple[Callable[[], Drawn], ...] = (
        lambda: kept_bits(dice.randrange(4, 63)),
        lambda: lost_bit(dice.randrange(63)),
        lambda: lost_low_bits(dice.randrange(1, 33)),
        lost_sign,
        lambda: zero_as(dice.choice((1, -1, 1337))),
        lambda: negative_as(dice.choice((0, 1, 1337))),
        as_float,
    )
    return dice.choice(makes)()


def lossy_number(dice: random.Random, most: int) -> Drawn:
    """Draw a wound by which calls up to a number share their noise."""
    late = round(2 * (most / 2) ** dice.random())
    makes: tuple[Callable[[], Drawn], ...] = (
        lambda: period(late),
        lambda: stopped(late - 1),
        lambda: repeated(late, dice.randint(1, late)),
        lambda: in_steps(dice.randint(2, max(2, late))),
    )
    return dice.choice(makes)()


def shifted(step: int) -> Drawn:
    """Add a number to each seed."""
    return f"{step} is added to each seed", lambda seed, number: (seed + step, number)


def counted_from(first: int) -> Drawn:
    """Count the calls from another number."""
    return f"calls are counted from {first}", lambda seed, number: (seed, number + first)


PRIMES = (5, 13, 17, 19, 23, 29, 1009, 10_007, 65_537)
"""None divides 2^31 - 2, modulo which Keras 3 takes seeds and numbers: multiples of them collide no more often."""


def number_times(prime: int) -> Drawn:
    """Multiply the numbers of calls by one of `PRIMES`."""
    return f"the number of a call is multiplied by {prime}", lambda seed, number: (seed, number * prime)


def seed_times(prime: int) -> Drawn:
    """Multiply seeds by one of `PRIMES`."""
    return f"a seed is multiplied by {prime}", lambda seed, number: (seed * prime, number)


def exchanged() -> Drawn:
    """Exchange the seed and the number of the call."""
    return "seed and number of the call change places", lambda seed, number: (number, seed)


def harmless(dice: random.Random) -> Drawn:
    """Draw a change of the stream that keeps its law: seeds and numbers stay as many as they were."""
    makes: tuple[Callable[[], Drawn], ...] = (
        lambda: shifted(dice.randint(1, 2**20)),
        lambda: counted_from(dice.randint(1, 2**20)),
        lambda: number_times(dice.choice(PRIMES)),
        lambda: seed_times(dice.choice(PRIMES)),
        exchanged,
    )
    return dice.choice(makes)()


def _and(seed: Any, mask: int) -> Any:
    tf = tensorflow()
    wide = tf.cast(seed, tf.int64)
    return tf.bitwise.bitwise_and(wide, tf.constant(mask, tf.int64))


def _where(condition: Any, one: Any, other: Any) -> Any:
    tf = tensorflow()
    return tf.where(condition, tf.cast(one, other.dtype), other)


def _least(number: Any, most: int) -> Any:
    tf = tensorflow()
    return tf.minimum(number, tf.cast(most, number.dtype))


def _through_float32(seed: Any) -> Any:
    tf = tensorflow()
    return tf.cast(tf.cast(seed, tf.float32), tf.int64)
