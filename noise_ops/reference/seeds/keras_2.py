"""Keras 2 and tf_keras: seeded layers, which count their calls in Python."""

from __future__ import annotations

from typing import SupportsIndex

from noise_ops.reference.bits import Engine, Stream
from noise_ops.reference.seeds.base import Draw, integer
from noise_ops.reference.seeds.stateful import StatefulSeed, ops_of_graph


class Keras2Seed(StatefulSeed):
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
      global_seed: integer as given to `tf.random.set_seed`; None if it was never called.
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
        self.op_seed = integer(seed)

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
          global_seed: what `tf.random.set_seed` was given before the function was traced; None if it was never
            called.
          seed: the layer's `seed=`.
          ops: how often the graph calls the layer: once, or once a replica.
          trace: how many traces with as many calls of the layer came before this one.

        Raises:
          TypeError: if an argument is not an integer.
          ValueError: if `ops` is less than 1.
        """
        traced = cls(global_seed, seed)
        traced._maker = ".in_function"
        traced._traced = ops_of_graph(traced.op_seed + integer(trace) * integer(ops), ops)
        return traced

    def next(self, draw: Draw) -> Stream:
        if self._traced is not None:
            return self._next_of_graph(self._traced, draw)
        op_seed = self.op_seed + self._step
        self._step += 1
        return self._stream_of(op_seed, draw)
