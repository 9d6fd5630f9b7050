"""seeds/generator.py: `tf.random.Generator`, as the installed TensorFlow draws."""

import numpy as np
import pytest
import tensorflow as tf

from noise_ops.reference.seeds import Draw, GeneratorSeed
from noise_ops.reference.variates import normals
from tests.reference._helpers import assert_same_bits, numpy_dtype
from tests.reference.seeds._draws import uniforms

GENERATOR_SEEDS = [0, 1234, -1, -5, 2**63, 2**64 + 5, 2**192 - 1, 2**192 + 5, -(2**64) - 1]
GENERATOR_SEEDS += [np.int64(12), np.int32(-3)]  # a NumPy integer is the key, a Python one the counter


def generator_of(seed):
    return tf.random.Generator.from_seed(seed, alg="philox")


@pytest.mark.parametrize("seed", GENERATOR_SEEDS)
def test_generator_seed_follows_a_generator_over_draws(seed):
    generator, predicted = generator_of(seed), GeneratorSeed(seed)
    for count in (5, 0, 3, 7):
        assert_same_bits(uniforms(predicted, count), generator.uniform([count]))


def test_generator_seed_serves_normals_from_the_same_counter():
    generator, predicted = generator_of(1234), GeneratorSeed(1234)
    for name in ("float32", "float64"):
        stream = predicted.next(Draw("normal", name, 7))
        assert_same_bits(normals(stream, 7, numpy_dtype(name)), generator.normal([7], dtype=name))
    assert_same_bits(uniforms(predicted, 4), generator.uniform([4]))


def test_generator_seed_carries_into_the_high_counter_word():
    seed = 2**64 - 1
    generator, predicted = generator_of(seed), GeneratorSeed(seed)
    for _ in range(2):
        assert_same_bits(uniforms(predicted, 9), generator.uniform([9]))


@pytest.mark.parametrize("seed", [1234, np.int64(12), -5])
def test_made_seeds_are_the_generators(seed):
    generator, predicted = generator_of(seed), GeneratorSeed(seed)
    for count in (3, 1, 0):
        assert predicted.make_seeds(count) == [tuple(pair) for pair in generator.make_seeds(count).numpy().T.tolist()]
    assert_same_bits(uniforms(predicted, 4), generator.uniform([4]))


def test_split_gives_the_generators_children():
    generator, predicted = generator_of(1234), GeneratorSeed(1234)
    for child, witness in zip(predicted.split(3), generator.split(3), strict=True):
        for _ in range(2):
            assert_same_bits(uniforms(child, 5), witness.uniform([5]))
    assert_same_bits(uniforms(predicted, 4), generator.uniform([4]))


def test_split_children_keep_the_engine():
    assert [child.engine for child in GeneratorSeed(1, engine="xla").split(2)] == ["xla", "xla"]
