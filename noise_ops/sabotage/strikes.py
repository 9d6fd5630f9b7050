"""Wounds that strike only at times, or at places: a condition on a training call, and what happens where it holds.

A broken layer is seldom broken everywhere. Conditions are the far ends of a call's axes: its size, rank, batch, dtype,
number, seed, rate, the place of an element and its value, the trace, the instance.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from noise_ops.sabotage.seams import Call, Cut, method
from noise_ops.subjects.libraries import tensorflow


@dataclass(frozen=True)
class Moment:
    """A training call of a layer.

    Attributes:
      call: the call that is replaced.
      x: its input.
      number: how many calls the layer had before, a tensor, so that it counts in graphs as well.
      noise: what a layer that adds its noise draws in this call, which its output holds rounded; None of others.
    """

    call: Call
    x: Any
    number: Any
    noise: Any

    @property
    def layer(self) -> Any:
        """The layer."""
        return self.call["self"]

    @property
    def places(self) -> Any:
        """The place of each element in the order in which they lie in memory."""
        tf = tensorflow()
        return tf.reshape(tf.range(tf.size(self.x)), tf.shape(self.x))


Test = Callable[[Moment], Any]
"""From a call to a truth value: of Python, a scalar tensor, or one an element."""


@dataclass(frozen=True)
class Condition:
    """When, or where, a wound strikes.

    Attributes:
      name: in a few words, joined by dashes.
      text: in plain words, to follow on what happens.
      holds: whether it does.
      static: whether the answer is known when a graph is traced, so that a call can raise.
      modes: the modes in which it can be seen to hold.
      dtypes: the dtypes in which; empty for all.
    """

    name: str
    text: str
    holds: Test
    static: bool = False
    modes: tuple[str, ...] = ("eager",)
    dtypes: tuple[str, ...] = ("float32",)


def always() -> Condition:
    """Hold in every training call."""
    return Condition("always", "in every training call", lambda m: True, static=True)


def size_from(count: int) -> Condition:
    """Hold for inputs of so many elements or more."""
    return Condition(
        f"size-from-{count}",
        f"where the input has {count:,} elements or more",
        lambda m: tensorflow().size(m.x) >= count,
    )


def size_below(count: int) -> Condition:
    """Hold for inputs of fewer elements."""
    return Condition(
        f"size-below-{count}",
        f"where the input has fewer than {count:,} elements",
        lambda m: tensorflow().size(m.x) < count,
    )


def place_from(count: int) -> Condition:
    """Hold at every element from a place on."""
    return Condition(f"place-from-{count}", f"from element {count:,} on", lambda m: m.places >= count)


def last_element() -> Condition:
    """Hold at the last element."""
    return Condition("last-element", "at the last element", lambda m: m.places == tensorflow().size(m.x) - 1)


def first_element() -> Condition:
    """Hold at the first element."""
    return Condition("first-element", "at the first element", lambda m: m.places == 0)


def remainder(block: int) -> Condition:
    """Hold at the elements behind the last whole block."""
    return Condition(
        f"remainder-{block}",
        f"behind the last whole block of {block:,} elements",
        lambda m: m.places >= tensorflow().size(m.x) // block * block,
    )


def every(step: int, offset: int) -> Condition:
    """Hold at one element in so many."""
    return Condition(f"every-{step}-{offset}", f"at one element in {step:,}", lambda m: m.places % step == offset)


def rank_is(rank: int) -> Condition:
    """Hold for inputs of a rank."""
    return Condition(f"rank-{rank}", f"where the input has rank {rank}", lambda m: m.x.shape.rank == rank, static=True)


def batch_of_one() -> Condition:
    """Hold for inputs with one example."""
    return Condition(
        "batch-of-one",
        "where the batch holds one example",
        lambda m: m.x.shape.rank > 0 and m.x.shape[0] == 1,
        static=True,
    )


def odd_row() -> Condition:
    """Hold for inputs whose last axis is odd."""
    return Condition(
        "odd-row",
        "where the last axis is odd",
        lambda m: m.x.shape.rank > 0 and (m.x.shape[-1] or 0) % 2 == 1,
        static=True,
    )


def dtype_is(dtype: str) -> Condition:
    """Hold for inputs of a dtype."""
    return Condition(
        f"in-{dtype}",
        f"where the layer computes in {dtype}",
        lambda m: m.x.dtype.name == dtype,
        static=True,
        dtypes=(dtype,),
    )


def call_from(number: int) -> Condition:
    """Hold from a call of the layer on."""
    return Condition(f"call-from-{number}", f"from call {number} on", lambda m: m.number >= number)


def call_is(number: int) -> Condition:
    """Hold in one call of the layer."""
    return Condition(f"call-{number}", f"in call {number}", lambda m: m.number == number)


def every_call(step: int) -> Condition:
    """Hold in the last of every so many calls."""
    return Condition(f"every-call-{step}", f"in the last of every {step} calls", lambda m: m.number % step == step - 1)


def seed_is(seed: int) -> Condition:
    """Hold for one seed."""
    return Condition(f"seed-{seed}", f"where the seed is {seed}", lambda m: m.layer.seed == seed, static=True)


def seed_negative() -> Condition:
    """Hold for seeds below 0."""
    return Condition("seed-negative", "where the seed is negative", lambda m: (m.layer.seed or 0) < 0, static=True)


def seed_from(exponent: int) -> Condition:
    """Hold for seeds of so many bits or more."""
    return Condition(
        f"seed-from-2-to-{exponent}",
        f"where the seed is 2^{exponent} or more",
        lambda m: (m.layer.seed or 0) >= 2**exponent,
        static=True,
    )


def rate_from(rate: float) -> Condition:
    """Hold for rates at and above one."""
    return Condition(
        f"rate-from-{rate:g}",
        f"where the rate is {rate:g} or more",
        lambda m: getattr(m.layer, "rate", 0.0) >= rate,
        static=True,
    )


def rate_below(rate: float) -> Condition:
    """Hold for rates below one, 0 apart."""
    return Condition(
        f"rate-below-{rate:g}",
        f"where the rate is below {rate:g}",
        lambda m: 0 < getattr(m.layer, "rate", 0.0) < rate,
        static=True,
    )


def in_graphs() -> Condition:
    """Hold inside a tf.function."""
    return Condition(
        "in-graphs",
        "inside a tf.function",
        lambda m: not tensorflow().executing_eagerly(),
        static=True,
        modes=("function",),
    )


def retraced() -> Condition:
    """Hold in every trace of a layer but its first."""

    def holds(m: Moment) -> bool:
        if tensorflow().executing_eagerly():
            return False
        traces = m.layer.__dict__.get("_sabotage_traces", 0) + 1
        object.__setattr__(m.layer, "_sabotage_traces", traces)
        return bool(traces > 1)

    return Condition("retraced", "where the layer is traced again", holds, static=True, modes=("function",))


def second_instance() -> Condition:
    """Hold for every second layer that is called at all."""
    counted = itertools.count()

    def holds(m: Moment) -> bool:
        if "_sabotage_instance" not in m.layer.__dict__:
            object.__setattr__(m.layer, "_sabotage_instance", next(counted))
        return bool(m.layer.__dict__["_sabotage_instance"] % 2)

    return Condition("second-instance", "in every second layer that is called", holds, static=True)


def _signed_zero(m: Moment, negative: bool) -> Any:
    tf = tensorflow()
    # What divides by it tells the sign of a zero; a denormal must not be taken for one.
    sign = 1 / m.x < 0
    return (m.x == 0) & (sign if negative else tf.logical_not(sign))


def _denormal(m: Moment) -> Any:
    tf = tensorflow()
    bits = {2: (tf.uint16, 0x7FFF), 4: (tf.uint32, 0x7FFFFFFF), 8: (tf.uint64, 2**63 - 1)}
    word, mask = bits[m.x.dtype.size]
    size = tf.bitwise.bitwise_and(tf.bitcast(m.x, word), tf.constant(mask, word))
    smallest = tf.bitcast(tf.constant(tf.experimental.numpy.finfo(m.x.dtype.as_numpy_dtype).tiny, m.x.dtype), word)
    # TensorFlow compares no unsigned words of 16 bits.
    return (tf.cast(size, tf.int64) > 0) & (tf.cast(size, tf.int64) < tf.cast(smallest, tf.int64))


def value_is(name: str) -> Condition:
    """Hold at elements whose value is one of a kind: a key of `VALUES`."""
    text, holds = VALUES[name]
    return Condition(f"x-{name}", f"where x is {text}", holds)


VALUES: dict[str, tuple[str, Test]] = {
    "zero": ("0 of either sign", lambda m: m.x == 0),
    "positive-zero": ("+0", lambda m: _signed_zero(m, negative=False)),
    "negative-zero": ("-0", lambda m: _signed_zero(m, negative=True)),
    "denormal": ("denormal", _denormal),
    "nan": ("nan", lambda m: tensorflow().math.is_nan(m.x)),
    "infinite": ("infinite", lambda m: tensorflow().math.is_inf(m.x)),
    "negative": ("negative", lambda m: m.x < 0),
    "beyond-2": ("beyond 2", lambda m: m.x > 2),
    "one": ("1", lambda m: m.x == 1),
}
"""Values of an input that a broken layer may treat in a way of their own."""


Change = Callable[[Moment, Any], Any]
"""From a call and its sound output to what is put there."""


@dataclass(frozen=True)
class Effect:
    """What happens where a wound strikes.

    Attributes:
      name: in a few words, joined by dashes.
      text: in plain words, before the condition.
      change: what it makes of the output.
      needs_static: whether it can only strike where that is known when a graph is traced.
    """

    name: str
    text: str
    change: Change
    needs_static: bool = False


def _raise(_m: Moment, _y: Any) -> Any:
    raise IndexError("a broken layer")


def _with_gradient(_m: Moment, y: Any, factor: float) -> Any:
    tf = tensorflow()

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def through(value: Any) -> Any:
        return tf.identity(value), lambda upstream: upstream * tf.cast(factor, upstream.dtype)

    return through(y)


def _turned(m: Moment, y: Any) -> Any:
    # What got no noise keeps its bits: arithmetic would take denormals to 0.
    return -y if m.noise is None else tensorflow().where(m.noise == 0, y, m.x - m.noise)


EFFECTS = {
    effect.name: effect
    for effect in (
        Effect("input-kept", "the input passes", lambda m, y: m.x if m.noise is None else m.x + 0 * y),
        Effect("zeroed", "the output is 0", lambda m, y: tensorflow().zeros_like(y)),
        Effect("nan", "the output is nan", lambda m, y: y + float("nan")),
        Effect("scaled", "the output is 1 % too large", lambda m, y: y * 1.01),
        Effect("doubled", "the noise is doubled", lambda m, y: m.x + 2 * (y - m.x)),
        Effect("turned", "the output, or the noise that is added, has the other sign", _turned),
        Effect("gradient-0", "no gradient passes", lambda m, y: _with_gradient(m, y, 0.0)),
        Effect("gradient-doubled", "the gradient is doubled", lambda m, y: _with_gradient(m, y, 2.0)),
        Effect("raises", "the call raises", _raise, needs_static=True),
    )
}
"""What can happen, by name."""


def struck(strikes: tuple[tuple[Condition, Effect], ...]) -> Cut:
    """Return the cut that lets effects strike one after another, each where its condition holds."""

    def instead(call: Call) -> Any:
        if not call["training"]:
            return call.sound()
        x, number = call["inputs"], _number(call["self"])
        noise = call.sound(inputs=tensorflow().zeros_like(x)) if hasattr(call["self"], "stddev") else None
        moment = Moment(call, x, number, noise)
        holding = [(condition.holds(moment), effect) for condition, effect in strikes]
        y = call.sound() if noise is None else tensorflow().where(noise == 0, x, x + noise)
        for holds, effect in holding:
            y = _changed(moment, y, holds, effect)
        return y

    return method("call", instead)


def _changed(moment: Moment, y: Any, holds: Any, effect: Effect) -> Any:
    if isinstance(holds, (bool, np.bool_)):
        return effect.change(moment, y) if holds else y
    return tensorflow().where(holds, effect.change(moment, y), y)


def _number(layer: Any) -> Any:
    """Return the number of a call of a Keras 3 layer, which its seed generator counts; -1 of others."""
    generator = getattr(layer, "seed_generator", None)
    return generator.state[1] if generator is not None else tensorflow().constant(-1)
