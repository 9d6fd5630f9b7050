"""copies.py: whatever is a copy is found, wherever it lies, and independent noise holds none as surely as stated."""

import math
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from noise_ops import KerasSeed, dropout, gaussian_dropout, gaussian_noise
from noise_ops.stats import copies
from noise_ops.stats.copies import GRAIN, NORMAL_BITS, Copy, Symbols, first_copy, gaps, magnitudes, seen_from
from tests.stats._oracles import reproducible

PROBABILITIES = (0.5, 0.3, 0.1, 0.01, 0.9)
PIECES = ("as it is", "backwards", "with the other sign", "backwards with the other sign")


def normals(seed, n):
    """Normals as a layer draws them."""
    return np.random.default_rng(seed).standard_normal(n).astype(np.float32).astype(np.float64)


def moved(piece, how):
    """A piece as it is copied."""
    turned = -piece if "sign" in how else piece
    return turned[::-1] if "backwards" in how else turned


def symbols_for_window(values, window):
    """Symbols whose window has a length of one's choice."""
    bits = (2 * math.log2(max(len(values), 2)) + copies.SURE_BITS) / (window - 0.5)
    made = Symbols(np.array(values, np.uint64), np.arange(len(values) + 1), bits)
    assert made.window == window
    return made


def holds_a_copy(values, window):
    """Whether two windows that do not overlap agree in one direction or the other; by comparing them all."""
    starts = range(len(values) - window + 1)
    return any(
        values[a : a + window] in (values[b : b + window], values[b : b + window][::-1])
        for a in starts
        for b in starts
        if b >= a + window
    )


@reproducible(200)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(2, 6))
def test_a_copy_is_found_if_and_only_if_there_is_one(values, window):
    found = first_copy(symbols_for_window(values, window))
    assert (found is not None) == holds_a_copy(values, window)
    if found is not None:
        first, second = (values[start : start + found.units] for start in (found.first, found.second))
        assert first == (second[::-1] if found.backwards else second)


@reproducible(60)
@given(
    place=st.integers(0, 900),
    distance=st.integers(1, 2_000),
    more=st.integers(0, 60),
    how=st.sampled_from(PIECES),
    seed=st.integers(0, 99),
)
def test_a_piece_of_normals_that_is_copied_is_found(place, distance, more, how, seed):
    noise = normals(seed, 4_000)
    length = seen_from(magnitudes(noise)) + more
    start = place + length + distance
    noise[start : start + length] = moved(noise[place : place + length], how)
    assert first_copy(magnitudes(noise)) == Copy(place, start, length, "backwards" in how)


@pytest.mark.parametrize("p", PROBABILITIES)
@pytest.mark.parametrize("backwards", [False, True])
def test_a_piece_of_a_mask_that_is_copied_is_found(p, backwards):
    rng = np.random.default_rng(3)
    states = rng.random(60_000) < p
    # Markers come by chance: twice the units that a window takes in the mean.
    length = math.ceil(2 * seen_from(gaps(states, p)) / min(p, 1 - p))
    states[40_001 : 40_001 + length] = states[137 : 137 + length][:: -1 if backwards else 1]
    found = first_copy(gaps(states, p))
    for start, planted in ((found.first, 137), (found.second, 40_001)):
        assert start < planted + length
        assert start + found.units > planted
    assert found.backwards == backwards


def test_the_complement_of_a_fair_mask_is_a_copy_of_it():
    states = np.random.default_rng(5).random(8_000) < 0.5
    states[5_003:5_503] = ~states[1_000:1_500]
    found = first_copy(gaps(states, 0.5))
    assert found.second - found.first == 4_003


@pytest.mark.parametrize("how", PIECES)
def test_of_a_long_sequence_pieces_are_found_as_surely_as_stated(how):
    length = None
    for seed in range(4):
        noise = normals(seed, copies._ALL_SORTED + 5_000)
        length = length or seen_from(magnitudes(noise))
        noise[-length - 9 : -9] = moved(noise[77 : 77 + length], how)
        assert first_copy(magnitudes(noise)) is not None
    assert 50 < length < 64


@pytest.mark.parametrize("period", [1, 2, 5, 24, 1_000])
def test_what_is_periodic_repeats_itself(period):
    assert first_copy(magnitudes(np.tile(normals(1, period), 6_000 // period))) is not None


def test_what_stands_in_two_orders_is_no_copy_of_itself():
    noise = normals(2, 4_000)
    order = np.concatenate([np.arange(4_000), np.arange(4_000).reshape(40, 100).T.reshape(-1)])
    assert first_copy(magnitudes(noise[np.tile(np.arange(4_000), 2)]), np.tile(np.arange(4_000), 2)) is None
    assert first_copy(magnitudes(noise[order]), order) is None
    noise = noise.reshape(40, 100)
    noise[:, 90] = noise[:, 13]
    assert first_copy(magnitudes(noise)) is None
    assert first_copy(magnitudes(noise.reshape(-1)[order]), order).first == 4_000 + 13 * 40


@pytest.mark.parametrize(
    "symbols",
    [
        magnitudes(np.empty(0)),
        magnitudes(np.zeros(9)),
        gaps(np.zeros(9_000, bool), 0.1),
        gaps(np.zeros(0, bool), 0.5),
    ],
    ids=["nothing", "too little", "no ones", "no mask"],
)
def test_of_degenerate_noise_nothing_is_read_that_is_not_there(symbols):
    assert first_copy(symbols) is None


@pytest.mark.parametrize("p", PROBABILITIES)
def test_the_reference_holds_no_copy_in_its_masks(p):
    seed = KerasSeed(11)
    states = np.stack([dropout(np.ones((300, 251), np.float32), p, seed=seed) == 0 for _ in range(4)])
    assert first_copy(gaps(states, p)) is None


def test_the_reference_holds_no_copy_in_its_normals():
    seed = KerasSeed(11)
    added = np.stack([gaussian_noise(np.zeros((300, 251), np.float32), 1.0, seed=seed) for _ in range(4)])
    assert first_copy(magnitudes(added.astype(np.float64))) is None


def test_a_turned_sign_is_seen_of_noise_that_multiplies():
    # 1 + z and 1 - z end in other bits.
    noise = gaussian_dropout(np.ones(9_000, np.float32), 0.5, seed=KerasSeed(11)).astype(np.float64)
    noise[6_001:6_101] = (np.float32(2) - noise[4:104].astype(np.float32)).astype(np.float64)
    assert first_copy(magnitudes(noise - 1)) is not None


def test_symbols_agree_no_more_often_than_they_say():
    square = integrate.quad(lambda z: (2 * stats.norm.pdf(z)) ** 2, 0, 9)[0]
    assert 1.0 <= 2.0**-NORMAL_BITS / (square * GRAIN) < 2
    for p in PROBABILITIES:
        chance = min(p, 1 - p)
        lengths = chance * (1 - chance) ** np.arange(20_000)
        assert gaps(np.zeros(9, bool), p).bits == pytest.approx(-math.log2((lengths**2).sum()))


@pytest.mark.parametrize("p", PROBABILITIES[:3])
def test_independent_noise_holds_copies_no_more_often_than_stated(p):
    # At 2**-64 nothing would be seen: the same bound at 1 in 8.
    runs, rng = 600, np.random.default_rng(round(100 * p))
    with mock.patch.object(copies, "SURE_BITS", 3):
        found = sum(first_copy(gaps(rng.random(2_000) < p, p)) is not None for _ in range(runs))
    assert 1 <= found <= stats.binom.isf(1e-6, runs, 1 / 8)
