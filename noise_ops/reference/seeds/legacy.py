"""`tf.random.set_seed` and the stateful ops that follow it."""

from __future__ import annotations

import random
from typing import SupportsIndex

from noise_ops.reference.bits import Engine, Stream
from noise_ops.reference.seeds.base import Draw, integer
from noise_ops.reference.seeds.stateful import StatefulSeed, ops_of_graph


class LegacySeed(StatefulSeed):
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
      op_seed: integer as given to `tf.random.uniform(..., seed=)` or `tf.nn.dropout(..., seed=)`; None of ops that
        were given none.
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
        self.op_seed = None if op_seed is None else integer(op_seed)
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
        seed = cls(integer(global_seed))
        seed._maker = ".in_function"
        seed._traced = ops_of_graph(first, ops)
        return seed

    def next(self, draw: Draw) -> Stream:
        if self._traced is not None:
            return self._next_of_graph(self._traced, draw)
        op_seed = self._op_seeds.randint(0, 2**31 - 1) if self.op_seed is None else self.op_seed + draw.index
        return self._stream_of(op_seed, draw)
