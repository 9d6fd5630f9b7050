"""What the stateful ops of TensorFlow share, whoever names their op seeds."""

from __future__ import annotations

from typing import SupportsIndex

from noise_ops.reference.bits import Engine, Stream
from noise_ops.reference.seeds.base import BLOCKS_RESERVED, Draw, Seed, integer

_OP_SEED_MODULUS = 2**31 - 1
_DEFAULT_GRAPH_SEED = 87654321


class StatefulSeed(Seed):
    """What the stateful ops share: a key from the global seed, a counter from the op seed, and a state that goes on.

    Args:
      global_seed: integer as given to `tf.random.set_seed`; None if it was never called.
      engine: "kernel".
    """

    def __init__(self, global_seed: SupportsIndex | None, engine: Engine) -> None:
        super().__init__(engine)
        if engine == "xla":
            raise ValueError("Stateful ops under XLA draw from a state that no seed determines; use engine='kernel'.")
        self.global_seed = None if global_seed is None else integer(global_seed)
        self._drawn: dict[tuple[str, str, int], int] = {}
        self._traced: range | None = None
        self._step = self._draws = 0

    def _told(self) -> list[str]:
        op_seed = getattr(self, "op_seed", None)
        own = [] if op_seed is None else [str(op_seed)]
        return [str(self.global_seed), *(own if self._traced is None else [f"op_seeds={self._traced}"])]

    def _position(self) -> list[str]:
        return [f"draw={self._draws}"]

    def _stream_of(self, op_seed: int, draw: Draw) -> Stream:
        """Return the stream of an eager op, which goes on where the last of its kind, dtype and op seed stopped."""
        return self._go_on((draw.kind, draw.dtype, op_seed % _OP_SEED_MODULUS), op_seed, draw.count)

    def _next_of_graph(self, op_seeds: range, draw: Draw) -> Stream:
        """Return the stream of the next op of a traced graph, each of which has a state of its own."""
        place = self._step % len(op_seeds)
        self._step += 1
        return self._go_on((draw.kind, draw.dtype, place), op_seeds[place], draw.count)

    def _go_on(self, state: tuple[str, str, int], op_seed: int, count: int) -> Stream:
        self._draws += 1
        before = self._drawn.get(state, 0)
        self._drawn[state] = before + count
        return _legacy_stream(self.global_seed, op_seed).skip(BLOCKS_RESERVED * before)


def _legacy_stream(global_seed: int | None, op_seed: int) -> Stream:
    key = _DEFAULT_GRAPH_SEED if global_seed is None else global_seed % _OP_SEED_MODULUS
    high = op_seed % _OP_SEED_MODULUS
    if key == high == 0:  # the pair (0, 0) means "draw at random" to the kernels
        high = _OP_SEED_MODULUS
    return Stream(key, high << 64)


def ops_of_graph(first: SupportsIndex, ops: SupportsIndex) -> range:
    """Return the op seeds of a traced graph, or of those of its ops that are followed."""
    start, count = integer(first), integer(ops)
    if count < 1:
        raise ValueError(f"a traced graph that draws has at least one random op, not {count}.")
    return range(start, start + count)
