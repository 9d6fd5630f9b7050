"""Copies: pieces of noise that repeat another piece, wherever they lie, forwards or backwards, with either sign.

Noise is read as a sequence of symbols whose law says how seldom two agree: of normals their magnitude, which a turned
sign leaves as it is; of a mask the distances between its rarer states, or at rate 1/2 the lengths of its runs, which
its complement shares. Two windows of symbols on disjoint units agree by chance with probability 2**-(bits * window).
The window is so long that, over all pairs of windows of a sequence in either direction, independent noise holds
a copy with probability 2**-64 at most (a union bound). Like equality of two masks of 64 units, that spends no alpha.

A copied piece is seen if it is some windows long: `seen_from` says how long. Noise that is mixed into other noise, one
element at a time, holds no window; `correlogram` sees that.

Reference:
  Karp and Rabin, "Efficient randomized pattern-matching algorithms", 1987 (rolling hashes; each hit is compared).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from noise_ops.stats.designs import BETA

SURE_BITS = 64
"""Independent noise holds a copy with probability 2**-64 at most."""

GRAIN = 2.0**-16
"""To what magnitudes are rounded: one that is computed as 1 + z and as 1 - z ends in other bits."""

NORMAL_BITS = 16
"""Two rounded magnitudes of standard normals agree with probability 0.56 * 2**-16, of uniforms in [0, 1] 2**-16."""

_BASE = 0x9E3779B97F4A7C15
_WORD = 2**64
_ALL_SORTED = 2**18
_ONE_IN = 4
"""Behind that many windows, only those whose hash is a multiple of this are looked up: every copy of one is."""

_TRIED = 256
"""Pairs of windows with one hash that are compared, at most: the first ones are copies, if any is."""

_Words = npt.NDArray[np.uint64]
_Places = npt.NDArray[np.int64]


class Symbols(NamedTuple):
    """A sequence of independent symbols, each read from some units of noise.

    Attributes:
      values: one word a symbol.
      places: where each symbol begins among the units, and where the last one ends: one more than symbols.
      bits: two symbols agree with probability 2**-bits at most.
    """

    values: _Words
    places: _Places
    bits: float

    @property
    def window(self) -> int:
        """How many symbols in a row agree nowhere by chance."""
        pairs = 2 * math.log2(max(self.values.size, 2))  # half of all pairs of windows, in two directions
        return math.ceil((pairs + SURE_BITS) / self.bits)


class Copy(NamedTuple):
    """Two disjoint pieces that agree.

    Attributes:
      first, second: the units at which they begin, in the order of the sequence.
      units: how many units the agreement spans from there on.
      backwards: whether one is the other's mirror image.
    """

    first: int
    second: int
    units: int
    backwards: bool


def magnitudes(noise: npt.NDArray[np.float64]) -> Symbols:
    """Return the magnitudes of noise of deviation 1, drawn in float32 or float64, one symbol a unit."""
    words = np.rint(np.abs(noise.reshape(-1)) * (1 / GRAIN)).astype(np.uint64)
    return Symbols(words, np.arange(words.size + 1), NORMAL_BITS)


def gaps(states: npt.NDArray[np.bool_], p: float) -> Symbols:
    """Return the distances between the rarer states of a mask, or between its changes at p = 1/2: both geometric.

    Args:
      states: any shape, read in C order.
      p: probability of a one.
    """
    flat = states.reshape(-1)
    marked = flat[1:] != flat[:-1] if p == 0.5 else flat if p < 0.5 else ~flat
    chance = min(p, 1 - p)
    places = np.flatnonzero(marked)
    return Symbols(np.diff(places).astype(np.uint64), places, -math.log2(chance / (2 - chance)))


def seen_from(symbols: Symbols) -> int:
    """Return how many symbols long a copied piece must be to be seen with probability 1 - 1e-6."""
    if symbols.values.size <= _ALL_SORTED:
        return symbols.window
    return symbols.window + math.ceil(math.log(BETA) / math.log1p(-1 / _ONE_IN))


def first_copy(symbols: Symbols, units: npt.NDArray[np.int64] | None = None) -> Copy | None:
    """Return the copy that begins first, None without any.

    Args:
      symbols: the sequence.
      units: which unit stands where in it, if some stand there twice: in two orders.
    """
    window = symbols.window
    if symbols.values.size < 2 * window:
        return None
    hashes = _hashes(symbols.values, window)
    for first, second in _candidates(hashes, window):
        if not _disjoint(symbols, units, window, first, second):
            continue
        for backwards in (False, True):
            agreeing = _agreeing(symbols.values, window, first, second, backwards)
            if agreeing >= window:
                start = second + window - agreeing if backwards else second
                return _copy(symbols.places, first, start, agreeing, backwards)
    return None


def _copy(places: _Places, first: int, second: int, agreeing: int, backwards: bool) -> Copy:
    return Copy(int(places[first]), int(places[second]), int(places[first + agreeing] - places[first]), backwards)


def _hashes(values: _Words, window: int) -> _Words:
    """Return one word for each window that it shares with its copies and its mirror images."""
    mixed = _mixed(values)
    # Powers serve all sequences of about one size.
    size = 1 << (values.size - 1).bit_length()
    up, down = (_powers(base, size)[: values.size] for base in (_BASE, pow(_BASE, -1, _WORD)))
    starts = values.size - window + 1
    forwards = _sums(mixed * up, window) * down[:starts]
    backwards = _sums(mixed * down, window) * up[:starts] * up[window - 1]
    hashes: _Words = np.minimum(forwards, backwards)
    return hashes


def _mixed(values: _Words) -> _Words:
    mixed = (values + np.uint64(1)) * np.uint64(_BASE)
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0xD6E8FEB86659FD93)
    mixed ^= mixed >> np.uint64(32)
    return mixed


@lru_cache(maxsize=2)
def _powers(base: int, n: int) -> _Words:
    powers = np.full(n, base, np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers, out=powers)


def _sums(words: _Words, window: int) -> _Words:
    sums = np.add.accumulate(words, out=words)
    found = sums[window - 1 :].copy()
    found[1:] -= sums[: sums.size - window]
    return found


def _candidates(hashes: _Words, window: int) -> list[tuple[int, int]]:
    """Return pairs of windows with one hash that do not overlap, those that begin first before the others."""
    looked_up = hashes & np.uint64(_ONE_IN - 1) == 0
    looked_up[:_ALL_SORTED] = True  # short periods have few windows
    ordered = np.sort(hashes[looked_up])
    repeated = ordered[1:][ordered[1:] == ordered[:-1]]
    if not repeated.size:
        return []
    places = np.flatnonzero(np.isin(hashes, repeated))
    places = places[np.argsort(hashes[places], kind="stable")]
    new = np.concatenate(([True], hashes[places[1:]] != hashes[places[:-1]]))
    earliest = places[np.maximum.accumulate(np.where(new, np.arange(places.size), 0))]
    apart = places - earliest >= window
    pairs = np.stack([earliest[apart], places[apart]], axis=1)
    chosen = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))][:_TRIED]
    return [(int(first), int(second)) for first, second in chosen]


def _disjoint(symbols: Symbols, units: npt.NDArray[np.int64] | None, window: int, first: int, second: int) -> bool:
    if units is None:
        return True
    # Two units more than the places say: a change of state is seen from both sides of it.
    here, there = (units[symbols.places[start] : symbols.places[start + window] + 2] for start in (first, second))
    return not np.isin(here, there).any()


def _agreeing(values: _Words, window: int, first: int, second: int, backwards: bool) -> int:
    """Return in how many symbols two windows, and what follows on the first, agree."""
    other = values[second + window - 1 :: -1] if backwards else values[second:]
    other = other[: (second + window - first) // 2 if backwards else second - first]
    own = values[first : first + other.size]
    differing = np.flatnonzero(own != other[: own.size])
    return int(differing[0]) if differing.size else int(own.size)
