"""Figures drawn as SVG inside a page, each with its numbers in a table: the points, their band, the stairs of a law.

What lies within its band is a ring, what lies outside a filled diamond: colour says nothing that the shape does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from noise_ops.points import Point
from noise_ops.report.document import folded, prose, table, text
from noise_ops.report.page import Figure

_WIDTH, _HEIGHT = 400, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 26, 60
_MANY = 24
"""Points beyond which marks are small and their bands one area."""


@dataclass(frozen=True)
class _Axis:
    """An axis: from a number to a place on paper.

    Attributes:
      least, most: ends of what it shows.
      start, end: where these lie.
      logarithmic: whether equal ratios are equally long.
    """

    least: float
    most: float
    start: float
    end: float
    logarithmic: bool

    def at(self, value: float) -> float:
        """Return where a number lies; what is beyond an end, at that end."""
        scale: Callable[[float], float] = math.log10 if self.logarithmic else float
        low, high = scale(self.least), scale(self.most)
        share = (scale(max(value, self.least)) - low) / (high - low)
        return round(self.start + (self.end - self.start) * min(1.0, max(0.0, share)), 1)

    def ticks(self) -> list[float]:
        """Return round numbers between its ends."""
        if self.logarithmic:
            first, last = math.floor(math.log10(self.least)), math.ceil(math.log10(self.most))
            decades = range(first, last + 1)
            found = [digit * 10.0**decade for decade in decades for digit in ((1,) if len(decades) > 3 else (1, 2, 5))]
        else:
            rough = (self.most - self.least) / 5
            unit = 10.0 ** math.floor(math.log10(rough))
            step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
            found = [step * k for k in range(math.ceil(self.least / step), math.floor(self.most / step) + 1)]
        return [value for value in found if self.least <= value <= self.most]


def render(figure: Figure, name: str) -> str:
    """Return a figure as HTML; "" where there is nothing that can be drawn.

    Args:
      figure: what to show.
      name: identifier of the picture, of which there is no other on the page.
    """
    points = [point for point in figure.points if _can_be_drawn(point, figure.logarithmic)]
    if not points:
        return ""
    out = sum(not point.is_kept for point in points)
    told = f"{figure.title}: {out} of {len(points)} outside the band."
    x, y = _axes(figure, points)
    drawn = "".join(
        (
            *_grid(figure, x, y),
            *_band(points, x, y),
            *_line("stairs", figure.stairs, x, y),
            *_marks(points, x, y),
        )
    )
    # The table in words is the picture for who sees none.
    return (
        f'<figure>\n<figcaption id="{name}-caption"><strong>{prose(figure.title)}.</strong> {prose(figure.caption)} '
        f"○ lies within its band, ◆ outside of it.</figcaption>\n"
        f'<svg role="img" aria-labelledby="{name}-title" viewBox="0 0 {_WIDTH} {_HEIGHT}">\n'
        f'<title id="{name}-title">{text(told)}</title>\n{drawn}</svg>\n'
        f"{folded(f'The {len(points)} numbers of this picture', _numbers(figure, points))}</figure>\n"
    )


def _can_be_drawn(point: Point, logarithmic: bool) -> bool:
    numbers = (point.x, point.seen, point.expected)
    return all(map(math.isfinite, numbers)) and (not logarithmic or (point.x > 0 and point.expected > 0))


def _axes(figure: Figure, points: Sequence[Point]) -> tuple[_Axis, _Axis]:
    across = [point.x for point in points]
    down = [value for p in points for value in (p.seen, p.expected, p.low, p.high) if math.isfinite(value)]
    if figure.logarithmic:
        down = [value for value in down if value > 0]
        return (
            _Axis(min(across) / 1.4, max(across) * 1.15, _LEFT, _WIDTH - _RIGHT, logarithmic=True),
            _Axis(min(down) / 1.4, max(down) * 1.3, _HEIGHT - _BOTTOM, _TOP, logarithmic=True),
        )
    around = 0.5 if figure.names else _room(across, 0.03)
    above = _room(down, 0.08)
    return (
        _Axis(min(across) - around, max(across) + around, _LEFT, _WIDTH - _RIGHT, logarithmic=False),
        _Axis(min(down) - above, max(down) + above, _HEIGHT - _BOTTOM, _TOP, logarithmic=False),
    )


def _room(values: Sequence[float], share: float) -> float:
    """Return how much an axis goes beyond its numbers, also where all are one."""
    return share * (max(values) - min(values)) or 0.1 * abs(values[0]) or 1.0


def _grid(figure: Figure, x: _Axis, y: _Axis) -> Iterable[str]:
    """Yield lines at round numbers, and the words of both axes."""
    for value in y.ticks():
        yield f'<line class="grid" x1="{x.start}" x2="{x.end}" y1="{y.at(value)}" y2="{y.at(value)}"/>\n'
        yield f'<text x="{x.start - 6}" y="{y.at(value) + 4}" text-anchor="end">{_number(value)}</text>\n'
    named = enumerate(figure.names) if figure.names else ((value, _number(value)) for value in x.ticks())
    room = int((x.end - x.start) / max(len(figure.names), 1) / 7)
    for value, name in named:
        for line, part in enumerate(name.split(", ")[:2]):
            shown = part if len(part) <= room else f"{part[: max(room - 1, 1)]}…"  # the table has it whole
            place = f'x="{x.at(value)}" y="{y.start + 16 + 15 * line}"'
            yield f'<text {place} text-anchor="middle">{text(shown)}</text>\n'
    yield f'<text x="{(x.start + x.end) / 2}" y="{_HEIGHT - 8}" text-anchor="middle">{text(figure.x)}</text>\n'
    yield f'<text x="4" y="13">{text(figure.y)}</text>\n'


def _band(points: Sequence[Point], x: _Axis, y: _Axis) -> Iterable[str]:
    """Yield the band and the line in the middle of it: of few points a box each, of many an area a series."""
    for _, group in groupby(points, key=lambda point: point.series):
        series = sorted(group, key=lambda point: point.x)
        if len(points) > _MANY:
            above = [(point.x, point.high) for point in series]
            below = [(point.x, point.low) for point in reversed(series)]
            yield f'<polygon class="band" points="{_path([*above, *below], x, y)}"/>\n'
            yield from _line("expected", [(point.x, point.expected) for point in series], x, y)
            continue
        for point in series:
            place, top, bottom = x.at(point.x), y.at(point.high), y.at(point.low)
            height = round(max(bottom - top, 1.0), 1)
            yield f'<rect class="band" x="{place - 9:.1f}" width="18" y="{top}" height="{height}"/>\n'
            middle = y.at(point.expected)
            yield f'<line class="expected" x1="{place - 9:.1f}" x2="{place + 9:.1f}" y1="{middle}" y2="{middle}"/>\n'


def _line(style: str, corners: Sequence[tuple[float, float]], x: _Axis, y: _Axis) -> Iterable[str]:
    shown = [(a, b) for a, b in corners if x.least <= a <= x.most and y.least <= b <= y.most]
    if len(shown) > 1:
        yield f'<polyline class="{style}" points="{_path(shown, x, y)}"/>\n'


def _path(corners: Iterable[tuple[float, float]], x: _Axis, y: _Axis) -> str:
    return " ".join(f"{x.at(a)},{y.at(b)}" for a, b in corners)


def _marks(points: Sequence[Point], x: _Axis, y: _Axis) -> Iterable[str]:
    size = 4.5 if len(points) <= _MANY else 2.2
    for point in points:
        across, down = x.at(point.x), y.at(point.seen)
        if point.is_kept:
            yield f'<circle class="in" cx="{across}" cy="{down}" r="{size}"/>\n'
        else:
            yield f'<path class="out" d="M{across} {down - 1.5 * size:.1f}l{size} {1.5 * size}l-{size} {1.5 * size}'
            yield f'l-{size} -{1.5 * size}z"/>\n'


def _numbers(figure: Figure, points: Sequence[Point]) -> str:
    several = any(point.series for point in points)
    headings = (figure.x, *(["of"] if several else []), "seen", "expected", "band from", "to", "")
    rows = [
        (
            text(figure.names[int(point.x)] if figure.names else _number(point.x)),
            *([text(point.series)] if several else []),
            *(_number(value) for value in (point.seen, point.expected, point.low, point.high)),
            "○ within" if point.is_kept else "◆ outside",
        )
        for point in points
    ]
    return table(figure.y, headings, rows)


def _number(value: float) -> str:
    """Return a number with five digits that count, with a true minus sign."""
    shown = f"{value:.5g}" if math.isfinite(value) else "no bound"
    return shown.replace("-", "−")
