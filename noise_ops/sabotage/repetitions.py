"""Wounds that make one piece of the noise a copy of another: elsewhere in a call, turned, mirrored, or calls later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from noise_ops.findings import Verdict
from noise_ops.sabotage import drawing, masking
from noise_ops.sabotage.mutant import Kind, Wound
from noise_ops.sabotage.seams import Call, keras3_seeds
from noise_ops.subjects.libraries import tensorflow

Source = Callable[[Any, Any, Any], Any]
"""From the places of draws in a row, their number and the length of a row to the places whose draws they get."""


def _where(condition: Any, places: Any, others: Any) -> Any:
    return tensorflow().where(condition, places, others)


def _second_half(i: Any, n: Any, _row: Any) -> Any:
    return _where(i < n // 2, i, i - n // 2)


def _mirrored(i: Any, n: Any, _row: Any) -> Any:
    return _where(i < n - n // 2, i, n - 1 - i)


def _quarter(i: Any, n: Any, _row: Any) -> Any:
    start = n // 2 + 13
    return _where((i >= start) & (i < start + n // 4), i - start, i)


def _last_eighth(i: Any, n: Any, _row: Any) -> Any:
    return _where(i < n - n // 8, i, i - (n - n // 8))


def _last_channel(i: Any, _n: Any, row: Any) -> Any:
    return _where(i % row == row - 1, i - (row - 1), i)


def _transposed(i: Any, n: Any, row: Any) -> Any:
    rows = n // row // 2
    j = i - rows * row
    return _where((j >= 0) & (j < rows * row), j % _max_one(rows) * row + j // _max_one(rows), i)


def _max_one(number: Any) -> Any:
    """Return a number, or 1 for 0: what is divided by."""
    return tensorflow().maximum(number, 1)


def _after_1000(i: Any, _n: Any, _row: Any) -> Any:
    return i % 1000


def _every_tenth(i: Any, _n: Any, _row: Any) -> Any:
    return _where((i % 10 == 0) & (i >= 977), i - 977, i)


def _in_large_calls(i: Any, n: Any, _row: Any) -> Any:
    return _where((n < 100_000) | (i < n - 5_000), i, i - (n - 5_000))


def _halves_exchanged(i: Any, n: Any, _row: Any) -> Any:
    return (i + n // 2) % n


def _columns_first(i: Any, n: Any, row: Any) -> Any:
    return i % (n // row) * row + i // (n // row)


def rearranged(draws: Any, source: Source) -> Any:
    """Give each place the draw of the place that `source` makes of it, all in one row."""
    tf = tensorflow()
    if draws.shape.rank == 0:
        return draws
    flat, row = tf.reshape(draws, [-1]), _max_one(tf.shape(draws)[-1])
    count = tf.size(flat)
    places = tf.clip_by_value(source(tf.range(count), _max_one(count), row), 0, _max_one(count) - 1)
    return tf.reshape(tf.gather(flat, places), tf.shape(draws))


_COPIES: tuple[tuple[str, str, Source], ...] = (
    ("half-repeated", "the second half of a tensor repeats the first", _second_half),
    ("half-mirrored", "the second half of a tensor is the first, backwards", _mirrored),
    ("quarter-repeated", "a quarter of a tensor repeats its first quarter, somewhere in its second half", _quarter),
    ("last-eighth-repeated", "the last eighth of a tensor repeats the first", _last_eighth),
    ("last-channel-repeated", "the last channel repeats the first one", _last_channel),
    ("half-transposed", "the second half of a batch is the first, columns for rows", _transposed),
    ("period-1000", "the noise repeats after 1,000 elements", _after_1000),
    ("repeated-in-large-calls", "the end of a tensor of more than 100,000 elements repeats its start", _in_large_calls),
)

_CONTROLS: tuple[tuple[str, str, Source], ...] = (
    ("halves-exchanged", "the two halves of a tensor change places", _halves_exchanged),
    ("columns-first", "the draws run down the columns", _columns_first),
)


_MIXED_IN = ("every-tenth-977-on", "every tenth draw is the one 977 places before it", _every_tenth)


def _of_copies(wounded: Callable[..., Wound]) -> tuple[Wound, ...]:
    """Return the wounds of each copy, and the controls that move draws and repeat none."""
    copies = [wounded(name, Kind.COPY, text, source, "large_call_never_repeats") for name, text, source in _COPIES]
    name, text, source = _MIXED_IN
    copies.append(wounded(name, Kind.COPY, text, source, "lags_independent"))
    other = {"verdicts": (Verdict.STREAM_CHANGED,)}
    moved = [wounded(name, Kind.OTHER_STREAM, text, source, **other) for name, text, source in _CONTROLS]
    return (*copies, *moved)


def _of_mask(name: str, kind: Kind, text: str, source: Source, *expected: str, **other: Any) -> Wound:
    return masking.wound(name, kind, text, lambda m: m.drop(rearranged(m.uniforms(), source)), *expected, **other)


def _of_normals(name: str, kind: Kind, text: str, source: Source, *expected: str, **other: Any) -> Wound:
    return drawing.wound(name, kind, text, lambda d: d.of(rearranged(d.standard(), source)), *expected, **other)


def _turned(source: Source) -> Callable[[Any], Any]:
    """Return the draws rearranged, with their sign turned wherever they come from elsewhere."""

    def place(draws: Any) -> Any:
        tf = tensorflow()
        count = tf.size(draws)
        moved = tf.reshape(source(tf.range(count), _max_one(count), 1) != tf.range(count), tf.shape(draws))
        return tf.where(moved, -rearranged(draws, source), draws)

    return place


def _of_turned(name: str, text: str, source: Source) -> Wound:
    place = _turned(source)
    return drawing.wound(name, Kind.COPY, text, lambda d: d.of(place(d.standard())), "large_call_never_repeats")


TURNED = (
    _of_turned("half-negated", "the second half of a tensor is the first with its sign turned", _second_half),
    _of_turned("half-mirrored-negated", "the second half is the first, backwards and negated", _mirrored),
    _of_turned("quarter-negated", "a quarter of a tensor is its first quarter with its sign turned", _quarter),
)


def _from_one_stream(m: masking.Masking, seed: Any, start: Any) -> Any:
    """Return as many uniforms as a mask has, from a place on in the stream of a seed."""
    tf = tensorflow()
    count = tf.size(m.uniforms())
    drawn = m.uniforms(shape=(count + 4_000,), seed=seed)
    return tf.reshape(drawn[start : start + count], m.shape)


def _calls_7_apart(m: masking.Masking) -> Any:
    tf = tensorflow()
    seed, number = tf.unstack(m.call["seed"])
    return m.drop(_from_one_stream(m, tf.stack([seed, 0]), tf.cast(7 * (number % 500), tf.int32)))


def _seeds_3_apart(m: masking.Masking) -> Any:
    tf = tensorflow()
    seed, number = tf.unstack(m.call["seed"])
    return m.drop(_from_one_stream(m, tf.stack([0 * seed, number]), tf.cast(3 * (seed % 1000), tf.int32)))


def _renumbered(name: str, text: str, number: Callable[[Any], Any], *expected: str, **other: Any) -> Wound:
    def instead(call: Call) -> Any:
        state = call.sound()
        return tensorflow().stack([state[0], number(state[1])])

    return Wound(name, Kind.CALLS, text, (keras3_seeds(instead),), expected, **other)


CALLS = (
    _renumbered(
        "call-7-repeats-call-2",
        "the eighth call repeats the third, and only that",
        lambda number: _where(number == 7, number - 5, number),
        "calls_never_repeat",
    ),
    _renumbered(
        "same-after-256-calls",
        "the number of the call is kept in 8 bits",
        lambda number: number % 256,
        "looped_calls_never_repeat",
        modes=("function",),
    ),
    masking.wound(
        "calls-7-units-on",
        Kind.CALLS,
        "each call reads on from 7 units behind the start of the last one",
        _calls_7_apart,
        "calls_never_repeat",
    ),
    masking.wound(
        "seeds-3-units-on",
        Kind.SEED,
        "each seed reads from 3 units behind the start of the seed before it",
        _seeds_3_apart,
        "seeds_never_repeat",
    ),
)

MASKS = (*_of_copies(_of_mask), *CALLS)
NORMALS = (*_of_copies(_of_normals), *TURNED)
ALL = (*MASKS, *NORMALS)
