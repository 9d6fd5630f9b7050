"""Independence of the units of a user's layer: of neighbours, calls and places, and that no noise is a copy of other.

Each is asked of the states, and of noise with a distribution of its size as well: on which side of its quartiles it
lies. Given how many ones there are, every test is exact, whatever the probability of a one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from noise_ops.laws.continuous import Continuous
from noise_ops.laws.happening import Selects
from noise_ops.laws.law import Law
from noise_ops.stats.copies import Symbols, first_copy, gaps, magnitudes
from noise_ops.stats.evidence import runs_in_lines
from noise_ops.stats.exact import Binomial, ExactTest, Runs, Table
from noise_ops.testing.asking import BrokenError, NotAskedError, Property, Seen, Shown, over
from noise_ops.testing.sampling import POOLED, Sample, States, counts, sample, told_apart
from noise_ops.testing.subject import Subject

MOST_PLACES = 4096
"""Places that are looked at one by one, at most; those of larger outputs along each axis alone."""

_NEAR = (1, 2, 3, 4)
"""Distances at which neighbours are compared, and powers of two above them."""

MOST_PAIRED = 512
"""Places along an axis of which any two are compared, at most."""

_DRAWN = 256
"""Places that a picture shows, at most."""

_PRODUCTS = 2**32
"""Products of two states that are summed for that, at most: of 64 places a million lines."""

_SEARCHED = 2**20
"""Units, from the first on, that are searched for copies of each other; of the calls after them, the first of each."""

_HEAD = 2**12

_EXACT = 12
"""Calls on the input of exact properties that are searched as well: a small batch shows what a large one hides."""


_SURE_BITS = 128
"""So many factors of 2 less than sure, that all units are alike is no chance, also of selections."""

_SURELY = 1e-12
"""Below this p-value neighbours are surely no chance."""


class Reading(NamedTuple):
    """States of which those of two units are independent, and what they are called."""

    states: States
    noun: str


class _Compared(NamedTuple):
    """A test of two states at some distance, of which there are so many.

    Attributes:
      test, statistic: what is tested.
      told: what was seen, in a sentence.
      parts: of how many such tests this is an extreme.
      lag: how far apart they are.
      series: along what, and of what.
    """

    test: Runs | Table
    statistic: float
    told: str
    parts: int
    lag: int
    series: str


class _Places(NamedTuple):
    """Places of one kind, each with its count.

    Attributes:
      counted: how many states are one at each.
      test: what each count is held to.
      worst: the one that departs most.
      share: of all states, how many are one.
      size: states at a place.
    """

    counted: npt.NDArray[np.int64]
    test: Binomial | Table
    worst: int
    share: float
    size: int

    def shown(self, kinds: int) -> Iterator[Shown]:
        """Yield what a picture shows of those around the worst, where places of so many kinds are asked."""
        first = max(0, min(self.worst - _DRAWN // 2, self.counted.size - _DRAWN))
        for place, count in enumerate(self.counted[first : first + _DRAWN].tolist(), first):
            yield Shown(self.test, count, self.counted.size * kinds, place, self.share, over(self.size))


def neighbours_independent(subject: Subject) -> Seen:
    """Units near each other, and any two along an axis, share their state no more often than chance."""
    found, law = sample(subject), subject.law
    _hold_apart(found)
    lagged, paired = [], []
    for states, noun in _readings(law, found):
        for name, lines in _lines(states, batched=found.batched):
            lagged += [each for lag in _lags(lines.shape[1]) if (each := _at_lag(lines, lag, name, noun))]
            if name != "the batch" and lines.shape[1] <= MOST_PAIRED:
                paired += _farthest_pairs(lines, name, noun)
    seen = [*lagged, *paired]
    if not seen:
        raise NotAskedError("no two units of it can be compared: it has one, or all have one state")
    groups = 1 + len(paired) // 2
    shares = (len(lagged) * groups,) * len(lagged) + tuple(each.parts * groups for each in paired)
    worst = min(zip(seen, shares, strict=True), key=lambda each: each[0].test.p_value(each[0].statistic) * each[1])[0]
    tests = tuple((each.test, each.statistic) for each in seen)
    shown = tuple(
        Shown(each.test, each.statistic, parts, each.lag, 0.0, each.test.correlation, each.series)
        for each, parts in zip(seen, shares, strict=True)
    )
    return Seen(tests, shares, found.n, "correlation of neighbours", worst.told, shown)


def calls_independent(subject: Subject) -> Seen:
    """Two calls of a layer, and layers with other seeds, share their states no more often than chance."""
    found, law = told_apart(sample(subject), calls=False), subject.law
    found_of: dict[str, tuple[Table, int]] = {}
    told = ("", -1.0)
    for states, noun in _readings(law, found):
        pairs = {"successive calls": (states[:, 0 : states.shape[1] // 2 * 2 : 2], states[:, 1::2])}
        if len(states) > 1:
            pairs["layers with different seeds"] = (states[0], states[1])
        for name, (first, second) in pairs.items():
            n, ones = first.size, (int(np.count_nonzero(first)), int(np.count_nonzero(second)))
            if not (0 < ones[0] < n and 0 < ones[1] < n):
                continue
            both = int(np.count_nonzero(first & second))
            test = Table(n, *ones)
            correlation = test.correlation(both)
            found_of[f"{name}, {noun.removeprefix('the ')}"] = test, both
            if abs(correlation) > told[1]:
                told = (
                    f"{noun.capitalize()} of {name} correlate by {correlation:+.4f}; chance gives 0.",
                    abs(correlation),
                )
    if not found_of:
        raise NotAskedError("all its units have one state, of which nothing can be compared")
    number = len(found_of)
    shown = tuple(
        Shown(test, both, number, place, 0.0, test.correlation, name)
        for place, (name, (test, both)) in enumerate(found_of.items())
    )
    return Seen(tuple(found_of.values()), number, found.n // 2, "correlation of two calls", told[0], shown)


def evenly_spread(subject: Subject) -> Seen:
    """Every place and every sample of a batch has its share of ones, the edges and the last too."""
    found, law = told_apart(sample(subject)), subject.law
    tests: list[tuple[ExactTest, float]] = []
    parts: list[int] = []
    worst, places = (-1.0, ""), None
    readings = [Reading(found.states, "the states")] if isinstance(law, Selects) else _readings(law, found)
    kinds = 0
    for states, noun in readings:
        total, n = int(np.count_nonzero(states)), states.size
        if not 0 < total < n:
            continue
        share = total / n
        for name, counted, each in _places(states, batched=found.batched):
            kinds += 1
            for extreme in {int(np.argmin(counted)), int(np.argmax(counted))}:
                parts.append(counted.size)
                seen = int(counted.flat[extreme])
                # Given how many ones there are, those at a place are as many as in one cell of a table; of a selection,
                # of which each line has as many, they are as many as in trials.
                selected = isinstance(law, Selects)
                test = Binomial(each, share) if selected else Table(n, each, total)
                tests.append((test, seen))
                score = abs(seen - share * each) / math.sqrt(each * share * (1 - share))
                if score > worst[0]:
                    place = tuple(map(int, np.unravel_index(extreme, counted.shape)))
                    where = f"{name} {place[0]} of {counted.shape[0]}" if len(place) == 1 else f"{name} {place}"
                    worst = (score, f"{where} has {seen / each:.2%} ones in {noun}, where all have {share:.2%}.")
                    places = _Places(counted.ravel(), test, extreme, share, each)
    if not tests:
        raise NotAskedError("it has no places to compare, or all its units have one state")
    told = f"The most uneven: {worst[1]}"
    # Each kind of place has its share of the alpha, so that many samples do not hide a few columns.
    shares = tuple(size * kinds for size in parts)
    shown = tuple(places.shown(kinds)) if places else ()
    return Seen(tuple(tests), shares, found.n, "correlation of a place with its states", told, shown)


def nothing_repeats(subject: Subject) -> None:
    """No piece of the noise is a copy of another, in one call, another, or with another seed, mirrored or not."""
    found, law, x = told_apart(sample(subject), calls=False), subject.law, subject.x()
    small = np.stack([subject.states(x, y) for y in subject.calls("repeats", x, _EXACT)])[None]
    if _neighbours_follow(law, found):
        raise NotAskedError("neighbours are not independent, so that chance alone may draw long pieces twice")
    asked = False
    for states in (small, found.states):
        flat = _searched(_picked(law, states).reshape(-1))
        p = 0.5 if isinstance(law, Continuous) and not law.has_mask else np.count_nonzero(flat) / max(1, flat.size)
        if 0 < p < 1:
            asked |= _hold(gaps(flat, float(p)), () if isinstance(law, Selects) else states.shape, "states")
    if found.noise is not None and law.distribution is not None:
        # Folded at the median, so that noise whose sign is turned is found too.
        folded = np.abs(2 * np.asarray(law.distribution.cdf(_searched(found.noise))) - 1)
        whole = found.noise.size == found.states.size
        asked |= _hold(_as_often(magnitudes(folded)), found.states.shape if whole else (), "sizes")
    if not asked:
        raise NotAskedError("it has too few units, or too many of one state, for a copy to be told from chance")


PROPERTIES = (
    Property(
        "neighbours_independent",
        "independence",
        neighbours_independent,
        counts,
        statistical=True,
        rests_on=POOLED,
        breach="neighbours are not independent, so that so many units are fewer draws",
    ),
    Property(
        "calls_independent",
        "independence",
        calls_independent,
        counts,
        statistical=True,
        # What a place has more of than another, two calls have in common.
        rests_on=(*POOLED, "neighbours_independent", "evenly_spread"),
    ),
    Property(
        "evenly_spread",
        "evenness",
        evenly_spread,
        counts,
        statistical=True,
        rests_on=POOLED,
        breach="places have not one rate, which calls share",
    ),
    Property("nothing_repeats", "repetition", nothing_repeats, counts, rests_on=POOLED),
)


def _hold_apart(found: Sample) -> None:
    """Raise if all units along an axis have one state, in every call, where chance would surely tell them apart."""
    states, share = found.states, np.count_nonzero(found.states) / max(1, found.n)
    for axis in range(2, states.ndim):
        size = states.shape[axis]
        bits = -math.log2(max(share, 1 - share)) * found.n * (1 - 1 / max(1, size)) if 0 < share < 1 else 0.0
        if bits >= _SURE_BITS and (np.take(states, [0], axis) == states).all():
            whose = "samples of a batch" if axis == 2 and found.batched else f"units along axis {axis - 2}"
            raise BrokenError("independence", f"All {size:,} {whose} have one noise, where each has its own.")


def _neighbours_follow(law: Law, found: Sample) -> bool:
    """Return whether units next to each other surely share their states more often, or less, than chance."""
    lines_of = _lines(_picked(law, found.states), batched=found.batched)
    nearest = [_at_lag(lines, 1, name, "the states") for name, lines in lines_of]
    return any(each is not None and each.test.p_value(each.statistic) < _SURELY for each in nearest)


def _at_lag(lines: States, lag: int, name: str, noun: str) -> _Compared | None:
    n, ones = lines.size, int(np.count_nonzero(lines))
    if not 0 < ones < n:
        return None
    test, joined = Runs(n, ones), ones - runs_in_lines(lines, lag).runs
    correlation = test.correlation(joined)
    apart = "Neighbours" if lag == 1 else f"Units {lag} apart"
    told = f"{apart} along {name} correlate by {correlation:+.4f} in {noun}; chance gives 0."
    return _Compared(test, joined, told, 1, lag, f"{noun} along {name}")


def _farthest_pairs(lines: States, name: str, noun: str) -> list[_Compared]:
    """Return the two pairs of places along an axis that are farthest from independent, up and down."""
    length = lines.shape[1]
    few = lines[: max(2, _PRODUCTS // length**2)].astype(np.float32)  # whose sums of ones are exact
    n, both = len(few), (few.T @ few).astype(np.float64)
    ones = both.diagonal().copy()
    spread = np.sqrt(np.outer(ones * (n - ones), ones * (n - ones))) / n
    correlations = np.divide(both - np.outer(ones, ones) / n, spread, out=np.zeros_like(both), where=spread > 0)
    firsts, seconds = np.triu_indices(length, 1)
    apart = correlations[firsts, seconds]
    found = []
    for place in (int(apart.argmin()), int(apart.argmax())):
        i, j = int(firsts[place]), int(seconds[place])
        told = f"Units {i} and {j} along {name} correlate by {correlations[i, j]:+.4f} in {noun}; chance gives 0."
        test = Table(n, int(ones[i]), int(ones[j]))
        pairs = length * (length - 1) // 2
        found.append(_Compared(test, int(both[i, j]), told, pairs, j - i, f"{noun} of two places along {name}"))
    return found


def _readings(law: Law, found: Sample) -> Iterator[Reading]:
    """Yield what is independent from unit to unit; of a selection, whose lines hold as many ones, one unit a line."""
    yield Reading(_picked(law, found.states), "the states")
    if found.sizes is not None:
        yield Reading(found.sizes, "the sizes of the noise")


def _picked(law: Law, states: States) -> States:
    if not isinstance(law, Selects):
        return states
    lines = np.moveaxis(states, 2 + law.axis % (states.ndim - 2), -1)
    flat = lines.reshape(-1, lines.shape[-1])
    places = np.arange(len(flat)) * lines.shape[-1] // len(flat)  # each place in turn, for a stretch of lines
    return np.asarray(flat[np.arange(len(flat)), places].reshape(lines.shape[:-1]))


def _lines(states: States, *, batched: bool) -> Iterator[tuple[str, Any]]:
    """Yield states in lines along each axis of the units, with its name."""
    for axis in range(2, states.ndim):
        if states.shape[axis] > 1:
            name = "the batch" if axis == 2 and batched else f"axis {axis - 2} of the units"
            yield name, np.moveaxis(states, axis, -1).reshape(-1, states.shape[axis])


def _lags(length: int) -> Iterator[int]:
    yield from (lag for lag in _NEAR if lag < length)
    lag = 2 * _NEAR[-1]
    while 2 * lag <= length:
        yield lag
        lag *= 2


def _places(states: States, *, batched: bool) -> Iterator[tuple[str, Any, int]]:
    """Yield what places are called, how many ones each has, and of how many units."""
    if batched and states.shape[2] <= 2**16:
        others = (0, 1, *range(3, states.ndim))
        yield "sample", np.count_nonzero(states, axis=others), states.size // states.shape[2]
    first = 3 if batched else 2
    units = states.reshape(-1, *states.shape[first:])
    if units.ndim == 1:
        return
    if 1 < units[0].size <= MOST_PLACES:
        yield "place", np.count_nonzero(units, axis=0), len(units)
    for axis in range(1, units.ndim):
        others = tuple(other for other in range(units.ndim) if other != axis)
        if units.ndim > 2 and units.shape[axis] > 1:
            yield (
                f"axis {axis + first - 3}, index",
                np.count_nonzero(units, axis=others),
                units.size // units.shape[axis],
            )


def _searched(flat: Any) -> Any:
    """Return what is searched of a long sequence: its beginning, and a piece of each stretch behind it."""
    rest = flat[_SEARCHED:]
    stretches = rest[: rest.size // (16 * _HEAD) * 16 * _HEAD].reshape(-1, 16 * _HEAD)[:, :_HEAD]
    return np.concatenate([flat[:_SEARCHED], stretches.reshape(-1)])


def _as_often(symbols: Symbols) -> Symbols:
    """Return symbols that agree as often as these do: noise that is rounded takes some sizes again and again."""
    _, often = np.unique(symbols.values, return_counts=True)
    agreeing = float(np.square(often / max(1, symbols.values.size)).sum())
    return symbols._replace(bits=min(symbols.bits, -math.log2(min(0.9, agreeing))))


def _hold(symbols: Symbols, shape: tuple[int, ...], noun: str) -> bool:
    """Return whether a copy could be told from chance; raise if there is one."""
    if symbols.bits < 1:
        return False  # there is no noise, or all but none
    copy = first_copy(symbols)
    if copy is not None:
        here, there = (_place(unit, shape) for unit in (copy.first, copy.second))
        backwards = " backwards" if copy.backwards else ""
        told = f"The {noun} of {copy.units:,} units from {here} on are those from {there} on{backwards}: a copy."
        raise BrokenError("repetition", told)
    return symbols.values.size >= 2 * symbols.window


def _place(unit: int, shape: tuple[int, ...]) -> str:
    """Return in words where a unit of what was searched is, of states of a shape (seeds, calls, *units)."""
    if unit >= _SEARCHED:
        stretch, inside = divmod(unit - _SEARCHED, _HEAD)
        unit = _SEARCHED + stretch * 16 * _HEAD + inside
    if not shape:
        return f"unit {unit:,}"
    seed, call, *place = map(int, np.unravel_index(unit, shape))
    return f"{f'unit {tuple(place)}' if place else 'the unit'} of call {call + 1}{' with another seed' if seed else ''}"
