"""Keras 3: layers and `keras.random`, which count their calls in a seed generator."""

from __future__ import annotations

import random
from typing import SupportsIndex

from noise_ops.reference.bits import Engine, Stream
from noise_ops.reference.seeds.base import Draw, Seed, int64
from noise_ops.reference.seeds.stateless import scramble

_KERAS_SEED_MODULUS = 2**31 - 2


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
        as a layer made without a seed does: after `set_seed(s)`, the seed of the layer that is made first. Of a layer
        that is there, `layer.seed` is then None too, and KerasSeed(layer.seed) another seed than its own, which is
        the first number of `layer.seed_generator.state`.
      engine: "kernel" or "xla".

    Raises:
      TypeError: if `seed` is not an integer.
      ValueError: if `seed` does not lie in [-2**63, 2**63), where Keras raises as well.

    References:
      keras v3.15.1 keras/src/random/seed_generator.py `SeedGenerator.next`;
      keras/src/backend/tensorflow/random.py `_cast_seed`.
    """

    def __init__(self, seed: SupportsIndex | None, engine: Engine = "kernel") -> None:
        super().__init__(engine)
        self.seed = random.randint(1, 10**9) if seed is None else int64(seed)
        self.call = 0
        self._reduced = _keras_number

    @classmethod
    def before_3_5(cls, seed: SupportsIndex | None, engine: Engine = "kernel") -> KerasSeed:
        """Return the seed of a layer of Keras 3.0 to 3.4, whose generator keeps the low 32 bits of both numbers.

        They are read as signed ones. Seeds from 0 to 2**31 - 3 draw what they draw in later releases.

        Args:
          seed: as of the class; None draws one from Python's `random`.
          engine: "kernel" or "xla".
        """
        made = cls(seed, engine)
        made._reduced = _signed_32
        made._maker = ".before_3_5"
        return made

    def _told(self) -> list[str]:
        return [str(self.seed)]

    def _position(self) -> list[str]:
        return [f"call={self.call}"]

    def next(self, draw: Draw) -> Stream:
        # A stateless op starts at the same place whatever it draws.
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
        self._state = (random.randint(1, 10**9) if seed is None else int64(seed), 0)

    def _told(self) -> list[str]:
        return [f"state={self._state}"]

    def next(self, draw: Draw) -> Stream:
        s0, s1 = self._state
        self._state = ((s0 + 1) * 5387 % 933199, (s1 + 1) * 5387 % 933199)
        return scramble(s0 % _KERAS_SEED_MODULUS, s1 % _KERAS_SEED_MODULUS, self.engine)
