"""bits.py: the words are Philox4x32-10's, block by block, and TensorFlow's.

Witnesses: the published known answers, the generator written out from the paper, randomgen's own raw output,
and TensorFlow's full-range integer op.
"""

import numpy as np
import pytest
import randomgen
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from noise_ops.reference.bits import Stream, philox_block, philox_words
from noise_ops.reference.seeds import scramble
from tests.reference._helpers import assert_same_bits, reproducible

keys = st.integers(0, 2**64 - 1)
counters = st.integers(0, 2**128 - 1)
streams = st.builds(Stream, keys, counters)

# Counter, key and output words of `philox4x32 10` in D. E. Shaw Research's Random123, examples/kat_vectors.
KNOWN_ANSWERS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def number(hexadecimal_words):
    """The number whose 32-bit words are given low word first."""
    return sum(int(word, 16) << 32 * place for place, word in enumerate(hexadecimal_words.split()))


def block_of_the_paper(key, counter):
    """One block of Philox4x32-10, from Salmon et al. (SC 2011), section 3.3."""
    u32 = 2**32 - 1
    k0, k1 = key & u32, key >> 32
    c0, c1, c2, c3 = (counter >> shift & u32 for shift in (0, 32, 64, 96))
    for _ in range(10):
        product0, product1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1 = product1 >> 32 ^ c1 ^ k0, product1 & u32
        c2, c3 = product0 >> 32 ^ c3 ^ k1, product0 & u32
        k0, k1 = k0 + 0x9E3779B9 & u32, k1 + 0xBB67AE85 & u32
    return c0, c1, c2, c3


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN_ANSWERS)
def test_block_gives_the_published_answer(counter, key, words):
    assert philox_block(number(key), number(counter)) == tuple(int(word, 16) for word in words.split())


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN_ANSWERS)
def test_paper_transcription_gives_the_published_answer(counter, key, words):
    assert block_of_the_paper(number(key), number(counter)) == tuple(int(word, 16) for word in words.split())


@given(streams, st.integers(0, 40))
@reproducible(100)
def test_words_are_the_blocks_of_the_paper_in_order(stream, count):
    blocks = (block_of_the_paper(stream.key, (stream.counter + i) % 2**128) for i in range((count + 3) // 4))
    words = [word for block in blocks for word in block]
    assert philox_words(stream, count).tolist() == words[:count]


@pytest.mark.parametrize("limb", [1, 2, 3, 4])
def test_counter_carries_over_each_limb(limb):
    # All limbs below are full, so the second block starts `limb` limbs up; past the fourth it wraps to 0.
    last, following = 2 ** (32 * limb) - 1, 2 ** (32 * limb) % 2**128
    words = block_of_the_paper(9, last) + block_of_the_paper(9, following)
    assert tuple(philox_words(Stream(9, last), 8)) == words


@given(streams, st.integers(0, 50), st.integers(0, 20))
@reproducible(100)
def test_skipping_blocks_equals_reading_on(stream, blocks, count):
    assert_same_bits(philox_words(stream.skip(blocks), count), philox_words(stream, 4 * blocks + count)[4 * blocks :])


@given(streams, counters)
@reproducible(50)
def test_a_long_skip_lands_on_the_block_of_the_paper(stream, blocks):
    landed = stream.skip(blocks)
    assert philox_block(landed.key, landed.counter) == block_of_the_paper(
        stream.key, (stream.counter + blocks) % 2**128
    )


@given(streams, st.integers(0, 100))
@reproducible(50)
def test_words_are_the_raw_output_of_randomgen(stream, count):
    before_first = (stream.counter - 1) % 2**128  # randomgen steps the counter before it computes
    raw = randomgen.Philox(key=stream.key, counter=before_first, number=4, width=32).random_raw(count)
    assert philox_words(stream, count).tolist() == raw.tolist()


def test_no_words_are_an_empty_uint32_array():
    assert_same_bits(philox_words(Stream(1, 2), 0), np.empty(0, np.uint32))


@pytest.mark.parametrize("seed", [(0, 0), (1, 2), (-1, 2**31), (2**62 + 7, -(2**63))])
@pytest.mark.parametrize("count", [0, 1, 7, 2**20 + 3])
def test_words_are_tensorflows_full_range_integers(seed, count):
    drawn = tf.random.stateless_uniform([count], seed, minval=None, maxval=None, dtype=tf.uint32)
    assert_same_bits(philox_words(scramble(*seed), count), drawn)
