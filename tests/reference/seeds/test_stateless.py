"""seeds/stateless.py: stateless ops, in the kernels and under XLA, as the installed TensorFlow draws."""

import numpy as np
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from noise_ops.reference.bits import philox_words
from noise_ops.reference.seeds import Draw, StatelessSeed
from tests.reference._helpers import assert_same_bits, reproducible
from tests.reference.seeds._draws import uniforms


@given(st.tuples(*[st.integers(-(2**63), 2**63 - 1)] * 2))
@reproducible(100)
def test_stateless_seed_draws_tensorflows_words(seed):
    witness = tf.random.stateless_uniform([6], seed, minval=None, maxval=None, dtype=tf.uint32)
    assert_same_bits(philox_words(StatelessSeed(seed).next(Draw("uniform", "uint32", 6)), 6), witness)


def test_stateless_seed_takes_unsigned_words_for_their_signed_twins():
    unsigned, signed = StatelessSeed((2**64 - 5, 2**63)), StatelessSeed((-5, -(2**63)))
    assert_same_bits(uniforms(unsigned, 6), uniforms(signed, 6))
    assert_same_bits(uniforms(unsigned, 6), tf.random.stateless_uniform([6], (-5, -(2**63))))


@tf.function(jit_compile=True)
def words_under_xla(seed):
    return tf.random.stateless_uniform([6], seed, minval=None, maxval=None, dtype=tf.uint32)


@given(st.tuples(*[st.integers(-(2**63), 2**63 - 1)] * 2))
@reproducible(50)
def test_stateless_seed_draws_the_words_of_xla(seed):
    stream = StatelessSeed(seed, engine="xla").next(Draw("uniform", "uint32", 6))
    assert_same_bits(philox_words(stream, 6), words_under_xla(tf.constant(seed, tf.int64)))


def test_stateless_seed_under_xla_keeps_the_low_32_bits():
    small, large = (StatelessSeed(pair, engine="xla") for pair in ((5, 6), (5 + 2**32, 6 - 2**40)))
    assert_same_bits(uniforms(large, 6), uniforms(small, 6))
    # The kernels keep all 64: the two pairs part there.
    assert not np.array_equal(uniforms(StatelessSeed((5 + 2**32, 6)), 6), uniforms(StatelessSeed((5, 6)), 6))


def test_stateless_seed_is_the_same_at_every_call():
    seed = StatelessSeed((3, 4))
    assert_same_bits(uniforms(seed, 6), uniforms(seed, 6))


def test_stateless_seed_moves_to_the_next_pair_for_a_second_draw_of_one_op():
    assert_same_bits(uniforms(StatelessSeed((3, 4)), 6, index=1), tf.random.stateless_uniform([6], (3, 5)))
