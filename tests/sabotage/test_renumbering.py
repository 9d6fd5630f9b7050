"""sabotage/renumbering.py: what is lost makes seeds or calls collide, and what is harmless does not."""

import random

import numpy as np
import pytest

from noise_ops.sabotage import renumbering
from noise_ops.subjects.libraries import tensorflow

SEEDS = [0, 1, -1, 7, 1337, -1337, *(sign * 2**bit + 9 for bit in range(62) for sign in (1, -1))]
CALLS = 320
MODULUS = 2**31 - 2
"""Modulo which Keras 3 takes seeds and numbers."""


def paired(drawn, seeds, numbers):
    """What is drawn with, of each pair of a seed and a number."""
    tf = tensorflow()
    _, pair = drawn
    with tf.device("CPU"):
        first, second = pair(tf.constant(seeds, tf.int64), tf.constant(numbers, tf.int64))
    return [(int(a), int(b)) for a, b in zip(np.asarray(first), np.asarray(second), strict=True)]


def neighbours(seed):
    """Seeds that differ from one by a digit, or its sign."""
    return [seed, -seed, 0, 1, -1, 7, 1337, seed + 1, *(seed ^ (1 << bit) for bit in range(63))]


@pytest.mark.parametrize("number", range(30))
def test_a_lossy_seed_collides(number):
    drawn = renumbering.lossy_seed(random.Random(number))
    collides = False
    for seed in SEEDS:
        seeds = list(dict.fromkeys(neighbours(seed)))
        pairs = paired(drawn, seeds, [0] * len(seeds))
        collides = collides or len(set(pairs)) < len(seeds)
    assert collides, drawn[0]


@pytest.mark.parametrize("number", range(30))
def test_a_lossy_number_repeats_a_call(number):
    drawn = renumbering.lossy_number(random.Random(number), 300)
    assert len(set(paired(drawn, [5] * CALLS, list(range(CALLS))))) < CALLS, drawn[0]


@pytest.mark.parametrize("number", range(30))
def test_what_is_harmless_keeps_seeds_and_calls_apart(number):
    drawn = renumbering.harmless(random.Random(number))
    seeds = [seed for seed in SEEDS if abs(seed) < 2**40]
    grid = [(seed, call) for seed in seeds for call in range(5)] + [(5, call) for call in range(5, CALLS)]
    pairs = paired(drawn, *(list(column) for column in zip(*grid, strict=True)))
    before = {(seed % MODULUS, call % MODULUS) for seed, call in grid}
    assert len({(a % MODULUS, b % MODULUS) for a, b in pairs}) == len(before), drawn[0]
