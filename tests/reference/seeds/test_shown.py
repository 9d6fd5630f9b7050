"""What a seed object shows of itself: what it was made of, and how far it has drawn."""

import numpy as np
import pytest

import noise_ops

ONES = np.ones(4, np.float32)


def test_two_seed_objects_are_equal_only_if_they_are_one():
    seed = noise_ops.KerasSeed(5)
    assert seed == seed
    assert seed != noise_ops.KerasSeed(5)


@pytest.mark.parametrize(
    ("seed", "before", "after"),
    [
        (lambda: noise_ops.KerasSeed(1337), "KerasSeed(1337, call=0)", "KerasSeed(1337, call=2)"),
        (
            lambda: noise_ops.KerasSeed(-1, engine="xla"),
            "KerasSeed(-1, engine='xla', call=0)",
            "KerasSeed(-1, engine='xla', call=2)",
        ),
        (
            lambda: noise_ops.KerasSeed.before_3_5(7),
            "KerasSeed.before_3_5(7, call=0)",
            "KerasSeed.before_3_5(7, call=2)",
        ),
        (
            lambda: noise_ops.KerasGlobalSeed(3),
            "KerasGlobalSeed(state=(3, 0))",
            "KerasGlobalSeed(state=(367787, 95987))",
        ),
        (lambda: noise_ops.StatelessSeed((1, 2)), "StatelessSeed((1, 2))", "StatelessSeed((1, 2))"),
        (lambda: noise_ops.LegacySeed(42), "LegacySeed(42, draw=0)", "LegacySeed(42, draw=2)"),
        (lambda: noise_ops.LegacySeed(None, 7), "LegacySeed(None, 7, draw=0)", "LegacySeed(None, 7, draw=2)"),
        (
            lambda: noise_ops.LegacySeed.in_function(42, ops=2),
            "LegacySeed.in_function(42, op_seeds=range(0, 2), draw=0)",
            "LegacySeed.in_function(42, op_seeds=range(0, 2), draw=2)",
        ),
        (
            lambda: noise_ops.Keras2Seed.in_function(42, 7),
            "Keras2Seed.in_function(42, op_seeds=range(7, 8), draw=0)",
            "Keras2Seed.in_function(42, op_seeds=range(7, 8), draw=2)",
        ),
        (lambda: noise_ops.GeneratorSeed(5), "GeneratorSeed(key=0, counter=5)", "GeneratorSeed(key=0, counter=2053)"),
    ],
)
def test_a_seed_shows_how_far_it_has_drawn(seed, before, after):
    made = seed()
    assert repr(made) == before
    for _ in range(2):
        noise_ops.dropout(ONES, 0.5, seed=made)
    assert repr(made) == after


def test_a_call_of_two_draws_counts_as_the_source_does():
    seed = noise_ops.KerasSeed(1337)
    noise_ops.masked_gaussian_noise(ONES, 0.5, 1.0, seed=seed)
    assert repr(seed) == f"KerasSeed(1337, call={seed.call})"
