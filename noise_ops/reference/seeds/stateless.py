"""Stateless ops: a pair of seeds, scrambled into key and counter."""

from __future__ import annotations

from typing import SupportsIndex

from noise_ops.reference.bits import Engine, Stream, philox_block
from noise_ops.reference.seeds.base import U64, Draw, Seed, int64

_SCRAMBLE_KEY = 0x02461E29_3EC8F720
_U32 = 0xFFFFFFFF


def scramble(s0: int, s1: int, engine: Engine = "kernel") -> Stream:
    """Return the stream of a stateless op's seed pair.

    One Philox block under a fixed key turns the pair into key and counter, so that neighbouring seeds
    share no block. XLA keeps only the low 32 bits of each seed.

    References:
      tensorflow v2.21.0 tensorflow/core/kernels/stateless_random_ops.cc `GenerateKey`;
      tensorflow/compiler/tf2xla/kernels/stateless_random_ops.cc, third_party/xla/xla/hlo/builder/lib/prng.cc
      `ScramblePhiloxKey`.
    """
    mask = _U32 if engine == "xla" else U64
    m0, m1, m2, m3 = philox_block(_SCRAMBLE_KEY, (s1 & mask) << 64 | s0 & mask)
    return Stream(key=m1 << 32 | m0, counter=(m3 << 32 | m2) << 64)


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
      ValueError: if one of them does not lie in [-2**63, 2**64).
    """

    def __init__(self, seed: tuple[SupportsIndex, SupportsIndex], engine: Engine = "kernel") -> None:
        super().__init__(engine)
        try:
            s0, s1 = seed
        except (TypeError, ValueError):
            raise TypeError(f"StatelessSeed takes a pair of integers, not {seed!r}.") from None
        self.seed = (int64(s0, unsigned=True), int64(s1, unsigned=True))

    def _told(self) -> list[str]:
        return [str(self.seed)]

    def next(self, draw: Draw) -> Stream:
        s0, s1 = self.seed
        return scramble(s0, s1 + draw.index, self.engine)
