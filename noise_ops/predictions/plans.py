"""Plans: where each known seed rule starts the successive outputs that the probe records."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from noise_ops.predictions.rules import TRACED, Rule
from noise_ops.reference.bits import Engine
from noise_ops.reference.seeds import Draw, GeneratorSeed, Keras2Seed, KerasSeed, LegacySeed, Seed, StatelessSeed
from noise_ops.subjects import inputs

_UNSEEDED = 7
"""What the probe seeds everything with before it makes unseeded layers."""

# A search is bounded by what it costs, a draw of the ramp a number. In a graph, whose unseeded random ops TensorFlow
# counts (tensorflow v2.21.0 tensorflow/python/framework/random_seed.py `get_seed`), the shipped records need 0 and 1,
# eagerly 8 at most. Beyond lies room for releases that draw more before the layer; what is not found has no known rule.
_GRAPH_OPS = 400
"""Numbers of ops in a graph that are tried; no graph of the probe has more."""

_EAGER_OPS = 24
"""Random ops that may come before a layer's own, such as those of its initializers."""


class Plan(NamedTuple):
    """Seeds of successive outputs under one rule.

    Attributes:
      rule: the rule.
      engine: who draws.
      sources: for each output, the seed object that it takes its next draw from.
    """

    rule: Rule
    engine: Engine
    sources: Sequence[Seed]


def plans(mode: str, seeded: bool, subject: str, count: int) -> Iterator[Plan]:
    """Yield the seeds of `count` outputs in a mode, likely rules first."""
    engines: tuple[Engine, ...] = ("xla", "kernel") if mode == "xla" else ("kernel",)
    for engine in engines:
        yield from _stateless_plans(mode, engine, subject, count)
    if mode == "xla":
        return
    if seeded:
        yield from _stateful_plans(mode, count)
    if not seeded or mode in ("from_config", "reloaded"):  # which may lose the seed
        yield from unseeded_plans(mode, count)


def _stateless_plans(mode: str, engine: Engine, subject: str, count: int) -> Iterator[Plan]:
    """Yield the seeds of what draws by stateless ops or a generator."""
    turns = [i // 2 for i in range(count)] if mode == "mirrored" else list(range(count))
    for first in range(_EAGER_OPS if "(" in subject else 1):  # a mask may be the layer's second or third draw
        later = [_later(KerasSeed(inputs.SEED, engine), first + turn) for turn in turns]
        yield Plan(Rule.KERAS_3, engine, later)
    yield Plan(Rule.STATELESS, engine, [StatelessSeed((inputs.SEED, inputs.SECOND_SEED), engine)] * count)
    yield Plan(Rule.GENERATOR, engine, [GeneratorSeed(inputs.SEED, engine)] * count)
    for drawn in _python_numbers(inputs.GLOBAL_SEED) if ".layers." in subject else ():
        yield Plan(Rule.UNSEEDED_KERAS_3, engine, [_later(KerasSeed(drawn, engine), turn) for turn in turns])


def _stateful_plans(mode: str, count: int) -> Iterator[Plan]:
    """Yield the seeds of stateful ops that were given an op seed."""
    own, seed = inputs.GLOBAL_SEED, inputs.SEED
    legacy = [LegacySeed(own, seed) for _ in range(2)]  # each replica has a kernel of its own
    yield Plan(Rule.LEGACY, "kernel", [legacy[_replica(mode, i)] for i in range(count)])
    yield Plan(Rule.KERAS_2, "kernel", [Keras2Seed(own, seed)] * count)
    for first in range(8 if mode in TRACED else 0):  # a layer is traced once or more before its first call
        traced = [LegacySeed(own, seed + first + replica) for replica in range(2)]
        yield Plan(Rule.KERAS_2, "kernel", [traced[_replica(mode, i)] for i in range(count)])


def unseeded_plans(mode: str, count: int) -> Iterator[Plan]:
    """Yield the seeds of stateful ops without an op seed."""
    for before in range(_EAGER_OPS):
        unseeded = LegacySeed(inputs.GLOBAL_SEED)
        for _ in range(before):
            unseeded.next(Draw("uniform", "", 0))
        yield Plan(Rule.UNSEEDED_LEGACY, "kernel", [unseeded] * count)
    yield from _numpy_plans(mode, count)
    if mode in TRACED:
        for number in range(_GRAPH_OPS):
            yield Plan(Rule.UNSEEDED_GRAPH, "kernel", [LegacySeed(inputs.GLOBAL_SEED, number)] * count)


def _numpy_plans(mode: str, count: int) -> Iterator[Plan]:
    """Yield the seeds of layers whose op seeds come from NumPy: one a call, or one a trace."""
    numbers = _numpy_numbers(inputs.GLOBAL_SEED)
    for first in range(_EAGER_OPS):
        for traced in (False, True) if mode in TRACED else (False,):
            chosen = [numbers[first + (_replica(mode, i) if traced else i)] for i in range(count)]
            sources = {number: LegacySeed(inputs.GLOBAL_SEED, number) for number in chosen}
            yield Plan(Rule.UNSEEDED_NUMPY, "kernel", [sources[number] for number in chosen])


def _replica(mode: str, index: int) -> int:
    """Return which replica makes an output."""
    return index % 2 if mode == "mirrored" else 0


def plans_without_seed(_subject: str, count: int) -> Iterator[Plan]:
    """Yield the seeds of half of `count` outputs of one unseeded layer and half of another."""
    half = count // 2
    numbers = _python_numbers(_UNSEEDED)
    for first in range(2):
        for second in range(first + 1, first + 4):
            layers = [KerasSeed(numbers[index]) for index in (first, second)]
            yield Plan(Rule.UNSEEDED_KERAS_3, "kernel", [layers[0]] * half + [layers[1]] * (count - half))
    yield Plan(Rule.UNSEEDED_LEGACY, "kernel", [LegacySeed(_UNSEEDED)] * count)
    yield Plan(
        Rule.UNSEEDED_NUMPY, "kernel", [LegacySeed(_UNSEEDED, number) for number in _numpy_numbers(_UNSEEDED)[:count]]
    )


def _later(seed: KerasSeed, calls: int) -> KerasSeed:
    seed.call = calls
    return seed


@cache
def _python_numbers(seed: int) -> tuple[int, ...]:
    """Return the first numbers that Keras 3 seeds unseeded layers with."""
    source = random.Random(seed)
    return tuple(source.randint(1, 10**9) for _ in range(_EAGER_OPS))


@cache
def _numpy_numbers(seed: int) -> tuple[int, ...]:
    """Return the first op seeds that Keras 2 took from NumPy."""
    source = np.random.RandomState(seed)
    return tuple(int(source.randint(10e6)) for _ in range(2 * _EAGER_OPS))  # type: ignore[call-overload]
