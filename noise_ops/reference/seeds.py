"""Seeds: which key and counter each generation of TensorFlow and Keras derives from a user's seed.

Six rules cover every release since TensorFlow 2.4. Each is one class; an instance stands for one
source of randomness in a program and hands out the stream of its next draw.

| class           | in TensorFlow                                                                       |
|-----------------|-------------------------------------------------------------------------------------|
| KerasSeed       | a Keras 3 layer or `keras.random.SeedGenerator`; its first draw is `seed=int`       |
| KerasGlobalSeed | `keras.random.*` without a seed                                                     |
| StatelessSeed   | `tf.random.stateless_*`, `tf.nn.experimental.stateless_dropout`                     |
| LegacySeed      | `tf.random.set_seed` with `tf.random.*` and `tf.nn.dropout`; unseeded Keras 2 layers |
| Keras2Seed      | a seeded layer of tf_keras, or of Keras 2 from 2.8 on                               |
| GeneratorSeed   | `tf.random.Generator`                                                               |
"""

from __future__ import annotations

import importlib.metadata
import operator
import os
import random
import secrets
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Literal, SupportsIndex

import numpy as np

from noise_ops.reference.bits import ENGINES, Engine, Stream, philox_block, philox_words

_BLOCKS_RESERVED = 256
"""Blocks that a stateful op skips per element it draws (`GuardedPhiloxRandom::ReserveRandomOutputs`)."""

_OP_SEED_MODULUS = 2**31 - 1
_KERAS_SEED_MODULUS = 2**31 - 2
_DEFAULT_GRAPH_SEED = 87654321
_SCRAMBLE_KEY = 0x02461E29_3EC8F720

_U32 = 0xFFFFFFFF
_U64 = 0xFFFFFFFF_FFFFFFFF


@dataclass(frozen=True)
class Draw:
    """What is about to be drawn, as far as a seed rule can depend on it.

    Attributes:
      kind: "uniform" or "normal": TensorFlow has a kernel, and so a state, for each.
      dtype: name of the dtype drawn.
      count: number of elements.
      index: how many draws the same op call made before this one.
    """

    kind: Literal["uniform", "normal"]
    dtype: str
    count: int
    index: int = 0


class Seed(ABC):
    """A source of streams.

    One object follows one source through its calls. In which surroundings of a program (eager, `tf.function`, a
    loop, tf.data, replicas) a class is right, and which object to take elsewhere, stands under "Surroundings".

    Attributes:
      engine: which of TensorFlow's engines draws: "kernel" (eager, `tf.function`) or "xla"
        (`jit_compile=True`).
    """

    def __init__(self, engine: Engine) -> None:
        if engine not in ENGINES:
            raise ValueError(f'engine must be "kernel" or "xla", not {engine!r}.')
        self.engine: Engine = engine

    @abstractmethod
    def next(self, draw: Draw) -> Stream:
        """Return the stream of the next draw and move on."""


def scramble(s0: int, s1: int, engine: Engine = "kernel") -> Stream:
    """Return the stream of a stateless op's seed pair.

    One Philox block under a fixed key turns the pair into key and counter, so that neighbouring seeds
    share no block. XLA keeps only the low 32 bits of each seed.

    References:
      tensorflow v2.21.0 tensorflow/core/kernels/stateless_random_ops.cc `GenerateKey`;
      tensorflow/compiler/tf2xla/kernels/stateless_random_ops.cc, third_party/xla/xla/hlo/builder/lib/prng.cc
      `ScramblePhiloxKey`.
    """
    mask = _U32 if engine == "xla" else _U64
    m0, m1, m2, m3 = philox_block(_SCRAMBLE_KEY, (s1 & mask) << 64 | s0 & mask)
    return Stream(key=m1 << 32 | m0, counter=(m3 << 32 | m2) << 64)


class KerasSeed(Seed):
    """The seed of a Keras 3 layer: each op call draws the next call's noise.

    Surroundings: the layer counts in a variable, so that one object follows it through eager calls, `fit`,
    tf.function, new traces of one, several calls in one, map_fn, scan, while_loop and a map of tf.data, over all of
    its iterators (elements come in any order with `num_parallel_calls`); `tf.random.set_seed` changes nothing. XLA
    (`jit_compile=True`, and `fit` where Keras finds a GPU): engine="xla". In vectorized_map the elements share one
    call: draw once, in the shape of an element. Of a layer that was made in the scope of a MirroredStrategy, each
    replica has an object of its own, all alike; replicas take turns with a layer that was made outside.

    Args:
      seed: integer in [-2**63, 2**63), as the layer's `seed=`; None draws one from Python's `random`,
        as a layer built without a seed does.
      engine: "kernel" or "xla".

    Raises:
      TypeError: if `seed` is not an integer.
      ValueError: if `seed` does not fit in 64 bits, where Keras raises OverflowError.

    References:
      keras v3.15.1 keras/src/random/seed_generator.py `SeedGenerator.next`;
      keras/src/backend/tensorflow/random.py `_cast_seed`.
    """

    def __init__(self, seed: SupportsIndex | None, engine: Engine = "kernel") -> None:
        super().__init__(engine)
        self.seed = random.randint(1, 10**9) if seed is None else _int64(seed)
        self.call = 0
        self._reduced = _keras_number

    @classmethod
    def before_3_5(cls, seed: SupportsIndex | None, engine: Engine = "kernel") -> KerasSeed:
        """Return the seed of a layer of Keras 3.0 to 3.4, whose generator keeps the low 32 bits of both numbers.

        They are read as signed ones. Seeds from 0 to 2**31 - 3 draw what they draw in later releases.
        """
        made = cls(seed, engine)
        made._reduced = _signed_32
        return made

    def next(self, draw: Draw) -> Stream:
        del draw  # a stateless op starts at the same place whatever it draws
        stream = scramble(self._reduced(self.seed), self._reduced(self.call), self.engine)
        self.call += 1
        return stream


def _keras_number(number: int) -> int:
    return number % _KERAS_SEED_MODULUS


def _signed_32(number: int) -> int:
    return (number + 2**31) % 2**32 - 2**31


class KerasGlobalSeed(Seed):
    """`keras.random.*` without a seed: the global SeedGenerator, which steps both state numbers.

    Surroundings: those of KerasSeed, vectorized_map (one draw for all elements) and XLA among them, but no replicas:
    Keras keeps one global generator a thread, and `strategy.run` runs replicas in threads of their own; give
    `keras.random.*` a SeedGenerator there, and follow it with KerasSeed. After `keras.utils.set_random_seed` take a
    new object; `tf.random.set_seed` changes nothing.

    Args:
      seed: integer, the seed of the global generator; None draws one from Python's `random`, as Keras
        does at the first unseeded draw after `keras.utils.set_random_seed`.
      engine: "kernel" or "xla".

    References:
      keras v3.15.1 keras/src/random/seed_generator.py `SeedGenerator.next(ordered=False)`.
    """

    def __init__(self, seed: SupportsIndex | None = None, engine: Engine = "kernel") -> None:
        super().__init__(engine)
        self._state = (random.randint(1, 10**9) if seed is None else _int64(seed), 0)

    def next(self, draw: Draw) -> Stream:
        del draw
        s0, s1 = self._state
        self._state = ((s0 + 1) * 5387 % 933199, (s1 + 1) * 5387 % 933199)
        return scramble(s0 % _KERAS_SEED_MODULUS, s1 % _KERAS_SEED_MODULUS, self.engine)


class StatelessSeed(Seed):
    """The seed pair of `tf.random.stateless_*`: the same noise at every call.

    An op of two draws (`masked_gaussian_noise`) takes (s0, s1) for the first and (s0, s1 + 1) for the
    second, as two calls of a Keras 3 layer would; one pair for both would tie the mask to the noise.

    Surroundings: all of them, since the op keeps no state: every call, iteration, element and replica with one pair
    has the same noise. XLA: engine="xla".

    Args:
      seed: two integers in [-2**63, 2**64), as `seed=` of the stateless ops.
      engine: "kernel" or "xla".

    Raises:
      TypeError: if `seed` is not a pair of integers.
      ValueError: if one of them does not fit in 64 bits.
    """

    def __init__(self, seed: tuple[SupportsIndex, SupportsIndex], engine: Engine = "kernel") -> None:
        super().__init__(engine)
        try:
            s0, s1 = seed
        except (TypeError, ValueError):
            raise TypeError(f"StatelessSeed takes a pair of integers, not {seed!r}.") from None
        self.seed = (_int64(s0, unsigned=True), _int64(s1, unsigned=True))

    def next(self, draw: Draw) -> Stream:
        s0, s1 = self.seed
        return scramble(s0, s1 + draw.index, self.engine)


class _StatefulSeed(Seed):
    """What the stateful ops share: a key from the global seed, a counter from the op seed, and a state that goes on.

    Args:
      global_seed: integer as given to `tf.random.set_seed`; None if it was never called.
      engine: "kernel".
    """

    def __init__(self, global_seed: SupportsIndex | None, engine: Engine) -> None:
        super().__init__(engine)
        if engine == "xla":
            raise ValueError("Stateful ops under XLA draw from a state that no seed determines; use engine='kernel'.")
        self.global_seed = None if global_seed is None else _integer(global_seed)
        self._drawn: dict[tuple[str, str, int], int] = {}
        self._traced: range | None = None
        self._step = 0

    def _stream_of(self, op_seed: int, draw: Draw) -> Stream:
        """Return the stream of an eager op, which goes on where the last of its kind, dtype and op seed stopped."""
        return self._go_on((draw.kind, draw.dtype, op_seed % _OP_SEED_MODULUS), op_seed, draw.count)

    def _next_of_graph(self, op_seeds: range, draw: Draw) -> Stream:
        """Return the stream of the next op of a traced graph, each of which has a state of its own."""
        place = self._step % len(op_seeds)
        self._step += 1
        return self._go_on((draw.kind, draw.dtype, place), op_seeds[place], draw.count)

    def _go_on(self, state: tuple[str, str, int], op_seed: int, count: int) -> Stream:
        before = self._drawn.get(state, 0)
        self._drawn[state] = before + count
        return _legacy_stream(self.global_seed, op_seed).skip(_BLOCKS_RESERVED * before)


def _legacy_stream(global_seed: int | None, op_seed: int) -> Stream:
    key = _DEFAULT_GRAPH_SEED if global_seed is None else global_seed % _OP_SEED_MODULUS
    high = op_seed % _OP_SEED_MODULUS
    if key == high == 0:  # the pair (0, 0) means "draw at random" to the kernels
        high = _OP_SEED_MODULUS
    return Stream(key, high << 64)


def _ops_of_graph(first: SupportsIndex, ops: SupportsIndex) -> range:
    start, count = _integer(first), _integer(ops)
    if count < 1:
        raise ValueError(f"a traced graph that draws has at least one random op, not {count}.")
    return range(start, start + count)


class LegacySeed(_StatefulSeed):
    """`tf.random.set_seed(global_seed)` and the stateful ops that follow it: `tf.random.*`, `tf.nn.dropout`.

    Without an op seed, this is eager mode: the k-th op takes the k-th number of `random.Random(global_seed)`. With
    one, an op goes on where the last op of the same kind, dtype and op seed stopped: TensorFlow caches the kernel,
    and with it the state. What is traced counts otherwise, and has `LegacySeed.in_function`.

    Surroundings, for an op without a seed / with op seed k; g is the global seed at the time of the trace:
      eager, and map_fn, scan, while_loop and `strategy.run` called eagerly (replica after replica):
        `LegacySeed(g)` / `LegacySeed(g, k)`; each replica has a `LegacySeed(g, k)` of its own.
      tf.function, fit, a map of tf.data: `LegacySeed.in_function(g)` / `LegacySeed(g, k)`, call by call. Ops in
        one function: `in_function(g, ops=...)` / an object for each, also where k is the same. A new trace, and a
        new iterator of tf.data, begin again: a new object. So does whatever follows `tf.random.set_seed`, though a
        function that is traced keeps its first g.
      a loop, branch or inner `tf.function` inside a tf.function: a graph of its own, whose ops count from 0 and
        which draws from its beginning wherever it is called. The iterations of a loop draw in their order with
        `parallel_iterations=1`, and in any order otherwise; likewise the elements of a tf.data map with
        `num_parallel_calls`.
      vectorized_map: one draw for the whole stack, as in tf.function; called eagerly, a new trace each time.
      `strategy.run` in a tf.function: m unseeded ops of replica r are `in_function(g, ops=m, first=r * m)`.
      XLA: no object; it draws stateful ops from a state of its own, which no seed determines.

    Args:
      global_seed: integer as given to `tf.random.set_seed`; None if it was never called, which needs
        an op seed.
      op_seed: integer as given to `tf.random.uniform(..., seed=)` or `tf.nn.dropout(..., seed=)`.
      engine: "kernel".

    Raises:
      TypeError: if a seed is not an integer.
      ValueError: if neither seed is given, or with engine="xla".

    References:
      tensorflow v2.21.0 tensorflow/python/framework/random_seed.py `get_seed`;
      tensorflow/python/eager/context.py `internal_operation_seed`;
      tensorflow/core/util/guarded_philox_random.cc.
    """

    def __init__(
        self, global_seed: SupportsIndex | None, op_seed: SupportsIndex | None = None, engine: Engine = "kernel"
    ) -> None:
        super().__init__(global_seed, engine)
        if global_seed is None and op_seed is None:
            raise ValueError("LegacySeed needs a global seed or an op seed: without both, TensorFlow draws at random.")
        self.op_seed = None if op_seed is None else _integer(op_seed)
        self._op_seeds = random.Random(self.global_seed)

    @classmethod
    def in_function(cls, global_seed: SupportsIndex, ops: SupportsIndex = 1, first: SupportsIndex = 0) -> LegacySeed:
        """Return the seed of the unseeded random ops of one trace: of a `tf.function`, `fit`, or a map of tf.data.

        The k-th unseeded op of a traced graph has op seed k, whatever other ops stand between. Each draw is that
        of the next op, and after the last one that of the first in the next call.

        Args:
          global_seed: what `tf.random.set_seed` was given before the function was traced.
          ops: how many unseeded random ops the graph has, or how many of them are to be followed.
          first: number of the first that is followed: 0, or those of the replicas before this one.

        Raises:
          TypeError: if an argument is not an integer.
          ValueError: if `ops` is less than 1.
        """
        seed = cls(_integer(global_seed))
        seed._traced = _ops_of_graph(first, ops)
        return seed

    def next(self, draw: Draw) -> Stream:
        if self._traced is not None:
            return self._next_of_graph(self._traced, draw)
        op_seed = self._op_seeds.randint(0, 2**31 - 1) if self.op_seed is None else self.op_seed + draw.index
        return self._stream_of(op_seed, draw)


class Keras2Seed(_StatefulSeed):
    """A seeded layer of tf_keras, or of Keras 2 from 2.8 on: eager call k takes op seed `seed + k`.

    The layer counts in Python, so that what is traced counts once, and then goes on in the state of its op: that is
    `Keras2Seed.in_function`. Layers of Keras 2 before 2.8 do not count: `LegacySeed(global_seed, seed)`. In 2.8 to
    2.10, building a functional model counts as a first trace: `trace=1`, and eagerly `Keras2Seed(g, seed + 1)`. A
    layer that is not seeded draws as `tf.random` does: `LegacySeed(global_seed)`,
    `LegacySeed.in_function(global_seed)`. After `enable_tf_random_generator()` layers draw from a generator, and no
    object here predicts them.

    Surroundings; g is the global seed, at the time of the trace where there is one:
      eager, a model called eagerly, `fit` with run_eagerly, and map_fn, scan, while_loop, vectorized_map (one draw
        for the whole stack) and `strategy.run` called eagerly (replica after replica): `Keras2Seed(g, seed)`.
      tf.function, fit, a map of tf.data, and loops and vectorized_map inside them: `Keras2Seed.in_function(g, seed)`,
        call by call, for loops and `num_parallel_calls` with the limits that LegacySeed states. A new trace takes
        the next op seed: `trace=1`. A new iterator of tf.data begins again.
      replicas in a tf.function: the layer is traced once for each: `in_function(g, seed, ops=replicas)`.
      after `tf.random.set_seed` again: eager calls count on, `Keras2Seed(g, seed + calls so far)`; what is traced
        begins again.
      XLA: no object, as for LegacySeed.

    Args:
      global_seed: integer as given to `tf.random.set_seed`, or None.
      seed: integer, the layer's `seed=`.
      engine: "kernel".

    Raises:
      TypeError: if a seed is not an integer.
      ValueError: with engine="xla".

    References:
      tf_keras v2.21.0 tf_keras/src/backend.py `RandomGenerator.make_legacy_seed`.
    """

    def __init__(self, global_seed: SupportsIndex | None, seed: SupportsIndex, engine: Engine = "kernel") -> None:
        super().__init__(global_seed, engine)
        self.op_seed = _integer(seed)

    @classmethod
    def in_function(
        cls,
        global_seed: SupportsIndex | None,
        seed: SupportsIndex,
        ops: SupportsIndex = 1,
        trace: SupportsIndex = 0,
    ) -> Keras2Seed:
        """Return the seed of a layer in one trace: of a `tf.function`, `fit`, or a map of tf.data.

        Each draw is that of the next op of the layer, and after the last one that of the first in the next call.

        Args:
          global_seed: what `tf.random.set_seed` was given before the function was traced, or None.
          seed: the layer's `seed=`.
          ops: how often the graph calls the layer: once, or once a replica.
          trace: how many traces with as many calls of the layer came before this one.

        Raises:
          TypeError: if an argument is not an integer.
          ValueError: if `ops` is less than 1.
        """
        traced = cls(global_seed, seed)
        traced._traced = _ops_of_graph(traced.op_seed + _integer(trace) * _integer(ops), ops)
        return traced

    def next(self, draw: Draw) -> Stream:
        if self._traced is not None:
            return self._next_of_graph(self._traced, draw)
        op_seed = self.op_seed + self._step
        self._step += 1
        return self._stream_of(op_seed, draw)


class GeneratorSeed(Seed):
    """`tf.random.Generator.from_seed(seed, alg="philox")`: its draws follow one another on one counter.

    TensorFlow reads a Python integer as the low words of the state [counter, counter, key], so that
    seeds s and s + 1 start one block apart on the same stream; it reads a NumPy integer as the key.

    Surroundings: the generator keeps a variable, so that one object follows it through eager calls, tf.function, new
    traces, several draws in one, map_fn, scan, while_loop and a map of tf.data, over all of its iterators (elements
    come in any order with `num_parallel_calls`); `tf.random.set_seed` changes nothing. XLA: engine="xla". Each
    vectorized_map draws once for nothing, then once an element. Of a generator that was made in the scope of a
    MirroredStrategy, replica r draws with a key of its own: `replica=r`; replicas take turns with one that was made
    outside.

    Args:
      seed: Python integer, whose low 192 bits count, or NumPy integer.
      engine: "kernel" or "xla".
      replica: number of the replica that draws, of a generator made in the scope of a strategy; else None.

    Raises:
      TypeError: if `seed` or `replica` is not an integer.
      ValueError: if `replica` is negative.

    References:
      tensorflow v2.21.0 tensorflow/python/ops/stateful_random_ops.py `_make_state_from_seed`,
      `Generator.make_seeds`, `Generator.split`, `Generator._preprocess_key`.
    """

    def __init__(self, seed: SupportsIndex, engine: Engine = "kernel", replica: SupportsIndex | None = None) -> None:
        super().__init__(engine)
        state = _integer(seed) << 128 if isinstance(seed, np.integer) else _integer(seed)
        self.replica = None if replica is None else _integer(replica)
        key = state >> 128 & _U64
        self._stream = Stream(key if self.replica is None else _replica_key(key, self.replica), state % 2**128)

    def next(self, draw: Draw) -> Stream:
        stream = self._stream
        self._stream = stream.skip(_BLOCKS_RESERVED * draw.count)
        return stream

    def make_seeds(self, count: int) -> list[tuple[int, int]]:
        """Return `count` seed pairs for stateless ops, as `Generator.make_seeds`, and move on."""
        words = philox_words(self.next(Draw("uniform", "int64", count)), 2 * count)
        keys = words[0::2].astype(np.uint64) | words[1::2].astype(np.uint64) << np.uint64(32)
        return [(int(key), 0) for key in keys.view(np.int64)]

    def split(self, count: int) -> list[GeneratorSeed]:
        """Return `count` generators with keys of their own, as `Generator.split`, and move on."""
        return [GeneratorSeed((key & _U64) << 128, self.engine, self.replica) for key, _ in self.make_seeds(count)]


def _replica_key(key: int, replica: int) -> int:
    """Return the key with which a replica draws: the first two words of the master key at the replica's number."""
    if replica < 0:
        raise ValueError(f"replica counts from 0, and {replica} is negative.")
    low, high, _, _ = philox_block(key, replica)
    return high << 32 | low


def check_seed(seed: SupportsIndex | Seed | None) -> None:
    """Raise TypeError if `seed` is no integer, None or seed object; draws nothing."""
    if seed is not None and not isinstance(seed, (int, np.integer, Seed)):
        raise TypeError(f"seed must be an integer, None or a noise_ops seed object, not {seed!r}.")


def as_seed(seed: SupportsIndex | Seed | None) -> Seed:
    """Return the seed object that a `seed=` argument stands for.

    Args:
      seed: a seed object, taken as it is; an integer, which is the first call of a new Keras 3 layer;
        or None, a newly made, unseeded layer of the installed `tf.keras` (see `set_seed`).

    Raises:
      TypeError: if `seed` is none of these.
    """
    check_seed(seed)
    if isinstance(seed, Seed):
        return seed
    return _unseeded() if seed is None else KerasSeed(seed)


def set_seed(seed: int) -> None:
    """Seed Python, NumPy, and TensorFlow, Keras and tf_keras where they are loaded.

    Afterwards, `seed=None` in an op of this package equals a newly made, unseeded layer of the
    installed `tf.keras` after the same call.

    Args:
      seed: integer in [0, 2**32), the range of NumPy's seeds.

    Raises:
      TypeError: if `seed` is not an integer.
      ValueError: if `seed` is outside that range.
    """
    global _legacy_source
    value = _integer(seed)
    if not 0 <= value < 2**32:
        raise ValueError(f"seed must lie in [0, 2**32), the range of NumPy's seeds, not {value}.")
    # Not imported but looked up: a library that is not loaded yet has drawn nothing.
    if tensorflow := sys.modules.get("tensorflow"):
        tensorflow.random.set_seed(value)
    for name in ("keras", "tf_keras"):
        if library := sys.modules.get(name):
            library.utils.set_random_seed(value)
    random.seed(value)
    np.random.seed(value)
    _legacy_source = LegacySeed(value)


_legacy_source: LegacySeed | None = None
"""The op seeds that `tf.random.set_seed` would hand out; it outlives one op call, as in TensorFlow."""


def _unseeded() -> Seed:
    if installed_keras_generation() == 3:
        return KerasSeed(None)
    return _legacy_source or LegacySeed(secrets.randbits(31))


def installed_keras_generation() -> Literal[2, 3]:
    """Return which generation `tf.keras` is in this environment, without importing it; 3 where none is."""
    if os.environ.get("TF_USE_LEGACY_KERAS") in ("1", "true", "True"):
        return 2
    try:
        return 2 if importlib.metadata.version("keras").startswith("2.") else 3
    except importlib.metadata.PackageNotFoundError:
        return 3


def _integer(value: Any) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"a seed must be an integer, not {value!r}.") from None


def _int64(value: Any, *, unsigned: bool = False) -> int:
    number = _integer(value)
    if not -(2**63) <= number < (2**64 if unsigned else 2**63):
        raise ValueError(f"a seed must fit in 64 bits, and {number} does not.")
    return number
