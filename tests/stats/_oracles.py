"""What the tests of the statistics are held to: enumeration, exact fractions and numerical inversion."""

import itertools
import math
from collections import Counter, defaultdict
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import settings


def reproducible(examples):
    """Settings under which Hypothesis draws the same examples in every run."""
    return settings(max_examples=examples, derandomize=True, deadline=None, database=None)


def tails(weights, statistic):
    """The tails of a law given by weights that need not sum to 1, as floats."""
    total = sum(weights.values())
    lower = sum(weight for value, weight in weights.items() if value <= statistic)
    upper = sum(weight for value, weight in weights.items() if value >= statistic)
    return float(lower / total), float(upper / total)


def close(expected, relative=1e-9):
    """A comparison of probabilities; below 1e-14 of nothing rounding rules."""
    return pytest.approx(expected, rel=relative, abs=1e-14)


def binomial_weights(n, p):
    """The binomial law in exact fractions."""
    return {k: math.comb(n, k) * Fraction(p) ** k * (1 - Fraction(p)) ** (n - k) for k in range(n + 1)}


def sequences(n, ones):
    """Every sequence of n states of which `ones` are one."""
    for chosen in itertools.combinations(range(n), ones):
        yield [int(place in chosen) for place in range(n)]


def chain_weights(n, ones, correlation):
    """The ones that follow a one, in a Markov chain given its count, by enumerating the paths.

    The chain starts after a zero and a zero follows it: then its ends weigh nothing.
    """
    p, correlation = Fraction(ones, n), Fraction(correlation)
    if not correlation:
        return Counter(sum(a & b for a, b in itertools.pairwise(states)) for states in sequences(n, ones))
    into_one = {0: p * (1 - correlation), 1: p + correlation * (1 - p)}
    weights = defaultdict(Fraction)
    for states in sequences(n, ones):
        path = [0, *states, 0]
        probability = Fraction(1)
        for before, after in itertools.pairwise(path):
            probability *= into_one[before] if after else 1 - into_one[before]
        weights[sum(a & b for a, b in itertools.pairwise(states))] += probability
    return weights


def pair_weights(n, first, second, both_share):
    """The pairs that are one on both sides given the margins, by enumerating the second sides.

    `both_share` is the probability that a pair is one on both; the margins have their own shares.
    """
    a, b = Fraction(first, n), Fraction(second, n)
    cell = {(1, 1): both_share, (1, 0): a - both_share, (0, 1): b - both_share, (0, 0): 1 - a - b + both_share}
    left = [1] * first + [0] * (n - first)
    weights = defaultdict(Fraction)
    for right in sequences(n, second):
        weights[sum(map(int.__and__, left, right))] += math.prod(cell[pair] for pair in zip(left, right, strict=True))
    return weights


def inverted_tails(values, weights, n, statistic):
    """Both tails of a sum of n scores, by inverting its characteristic function.

    The law is first tilted exponentially, so that the statistic is its mean and the tails keep their digits.
    """
    mean, possible = statistic / n, weights > 1e-30  # what never happens would rule the tilted law
    values, weights = values[possible], weights[possible]

    def tilted(t):
        logarithms = np.log(weights) + t * values
        largest = logarithms.max()
        law = np.exp(logarithms - largest)
        return law / law.sum(), largest + math.log(law.sum())

    low, high = -1.0, 1.0
    for _ in range(200):
        t = (low + high) / 2
        low, high = (t, high) if tilted(t)[0] @ values < mean else (low, t)
    law, cumulant = tilted(t)
    matters = law > 1e-20
    law, values = law[matters], values[matters]
    reach = 14 * math.sqrt(n * (law @ (values - mean) ** 2))
    frequencies = np.arange(1024) * math.pi / reach
    transform = np.concatenate([np.exp(-1j * np.outer(f, values - mean)) @ law for f in np.split(frequencies, 16)]) ** n
    assert abs(transform[-1]) < 1e-10, "the lattice is too coarse"
    mass = np.fft.fftshift(np.fft.irfft(np.append(transform, 0)))
    x = (np.arange(mass.size) - mass.size // 2) * 2 * reach / mass.size
    # Half of the middle cell, and the side to which tilting moved the mean; the other has lost its digits.
    side = (x <= 0) if t < 0 else (x >= 0)
    untilted = mass[side] * np.exp(n * cumulant - t * (statistic + x[side])) * np.where(x[side] == 0, 0.5, 1.0)
    near = untilted.sum()
    return (near, 1 - near) if t < 0 else (1 - near, near)
