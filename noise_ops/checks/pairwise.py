"""Covering arrays: few rows in which the values of several axes meet.

References:
  Cohen, Dalal, Fredman and Patton, "The AETG system: an approach to testing based on combinatorial design", IEEE
  Transactions on Software Engineering 23, 1997 (the greedy construction).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

Row = dict[str, Any]
Pair = tuple[tuple[str, Hashable], tuple[str, Hashable]]


def each_value(axes: Mapping[str, Sequence[Any]]) -> list[Row]:
    """Return as many rows as the longest axis has values, in which each value of each axis occurs."""
    longest = max(map(len, axes.values()))
    return [
        # Later rounds through a short axis begin one value further, so that axes of equal length do not march in step.
        {name: values[(row + row // len(values)) % len(values)] for name, values in axes.items()}
        for row in range(longest)
    ]


def each_pair(axes: Mapping[str, Sequence[Any]]) -> list[Row]:
    """Return rows in which each value of each axis meets each value of every other axis; the same rows every time."""
    missing = dict.fromkeys(_all_pairs(axes))  # a set that keeps its order
    rows = []
    while missing:
        row = _completed(dict(next(iter(missing))), axes, missing)
        for pair in _pairs_of(row):
            missing.pop(pair, None)
        rows.append(row)
    return rows or each_value(axes)


def _completed(row: Row, axes: Mapping[str, Sequence[Any]], missing: Mapping[Pair, None]) -> Row:
    """Return a begun row with the other axes' values that meet the most missing partners."""
    for name in axes:
        if name not in row:
            row[name] = max(axes[name], key=lambda value: sum(pair in missing for pair in _new(row, name, value, axes)))
    return {name: row[name] for name in axes}


def _new(row: Row, name: str, value: Any, axes: Mapping[str, Sequence[Any]]) -> Iterator[Pair]:
    order = {axis: place for place, axis in enumerate(axes)}
    for other, chosen in row.items():
        both = sorted(((name, value), (other, chosen)), key=lambda entry: order[entry[0]])
        yield both[0], both[1]


def _all_pairs(axes: Mapping[str, Sequence[Any]]) -> Iterator[Pair]:
    for first, second in combinations(axes, 2):
        for one, other in product(axes[first], axes[second]):
            yield (first, one), (second, other)


def _pairs_of(row: Row) -> Iterator[Pair]:
    return combinations(row.items(), 2)
