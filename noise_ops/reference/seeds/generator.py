"""`tf.random.Generator`, which counts in a variable."""

from __future__ import annotations

from typing import SupportsIndex

import numpy as np

from noise_ops.reference.bits import Engine, Stream, philox_block, philox_words
from noise_ops.reference.seeds.base import BLOCKS_RESERVED, U64, Draw, Seed, integer


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
        state = integer(seed) << 128 if isinstance(seed, np.integer) else integer(seed)
        self.replica = None if replica is None else integer(replica)
        key = state >> 128 & U64
        self._stream = Stream(key if self.replica is None else _replica_key(key, self.replica), state % 2**128)

    def _told(self) -> list[str]:
        return [f"replica={self.replica}"] if self.replica is not None else []

    def _position(self) -> list[str]:
        return [f"key={self._stream.key}", f"counter={self._stream.counter}"]

    def next(self, draw: Draw) -> Stream:
        stream = self._stream
        self._stream = stream.skip(BLOCKS_RESERVED * draw.count)
        return stream

    def make_seeds(self, count: int) -> list[tuple[int, int]]:
        """Return `count` seed pairs for stateless ops, as `Generator.make_seeds`, and move on."""
        words = philox_words(self.next(Draw("uniform", "int64", count)), 2 * count)
        keys = words[0::2].astype(np.uint64) | words[1::2].astype(np.uint64) << np.uint64(32)
        return [(int(key), 0) for key in keys.view(np.int64)]

    def split(self, count: int) -> list[GeneratorSeed]:
        """Return `count` generators with keys of their own, as `Generator.split`, and move on."""
        return [GeneratorSeed((key & U64) << 128, self.engine, self.replica) for key, _ in self.make_seeds(count)]


def _replica_key(key: int, replica: int) -> int:
    """Return the key with which a replica draws: the first two words of the master key at the replica's number."""
    if replica < 0:
        raise ValueError(f"replica counts from 0, and {replica} is negative.")
    low, high, _, _ = philox_block(key, replica)
    return high << 32 | low
