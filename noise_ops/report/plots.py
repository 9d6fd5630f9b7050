"""Figures drawn as SVG inside a page, each with its numbers in a table: the points, their band, the stairs of a law.

What lies within its band is a ring, what lies outside a filled diamond: colour says nothing that the shape does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from noise_ops.points import Point
from noise_ops.report.document import folded, prose, table, text
from noise_ops.report.page import Figure
from noise_ops.words import count

_WIDTH, _HEIGHT = 400, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 26, 60
_MANY = 24
"""Points beyond which marks are small, their bands one area, and their numbers not printed."""

_LARGEST = 1e12
"""What is larger, or on a logarithmic axis smaller than its inverse, is not drawn: no share or moment is."""

_STEP = 7.0
"""How far apart stand the points of several series at one x."""


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
    points = [point for point in figure.points if _can_be_drawn(point, figure)]
    if not points:
        return ""
    drawn = "".join(_Plot.of(figure, points).parts())
    out = sum(not point.is_kept for point in points)
    title = f"{figure.title}: {out} of {len(points)} outside the band."
    numbers = f"The {count(len(points), 'number')} of this picture"
    numbers = folded(numbers, _numbers(figure, points), on_paper=len(points) <= _MANY)
    return (
        f"<figure>\n<figcaption><strong>{prose(figure.title)}.</strong> {prose(figure.caption)}{_order(figure)} "
        f"○ lies within its band, ◆ outside of it.</figcaption>\n"
        f'<svg role="img" aria-labelledby="{name}-title" viewBox="0 0 {_WIDTH} {_HEIGHT}">\n'
        f'<title id="{name}-title">{text(title)}</title>\n{drawn}</svg>\n</figure>\n{numbers}'
    )


def _can_be_drawn(point: Point, figure: Figure) -> bool:
    numbers = (point.x, point.seen, point.expected)
    positive = {"": (), "x": (point.x,), "xy": (point.x, point.expected)}[figure.logarithmic]
    return all(abs(value) < _LARGEST for value in numbers) and all(value > 1 / _LARGEST for value in positive)


def _series(figure: Figure) -> list[str]:
    """Return the series that stand beside one another at each x, in order; none where each point has its name."""
    return [] if figure.names else sorted({point.series for point in figure.points})


def _order(figure: Figure) -> str:
    series = _series(figure)
    return f" Beside one another stand, from the left: {prose(', '.join(series))}." if len(series) > 1 else ""


@dataclass(frozen=True)
class _Plot:
    """A figure on its axes.

    Attributes:
      figure: what to show.
      points: those of it that can be drawn.
      x, y: the axes.
    """

    figure: Figure
    points: Sequence[Point]
    x: _Axis
    y: _Axis

    @classmethod
    def of(cls, figure: Figure, points: Sequence[Point]) -> _Plot:
        """Return a figure on axes that hold all its points and bands."""
        stairs = figure.stairs
        across = [*(point.x for point in points), *(x for x, _ in stairs)]
        numbers = [*(value for p in points for value in (p.seen, p.expected, p.low, p.high)), *(y for _, y in stairs)]
        down = [value for value in numbers if abs(value) < _LARGEST]
        ends = _ends(across, 0.5 if figure.names else _room(across, 0.04), logarithmic="x" in figure.logarithmic)
        x = _Axis(*ends, _LEFT, _WIDTH - _RIGHT, logarithmic="x" in figure.logarithmic)
        ends = _ends(down, _room(down, 0.08), logarithmic="y" in figure.logarithmic)
        return cls(figure, points, x, _Axis(*ends, _HEIGHT - _BOTTOM, _TOP, logarithmic="y" in figure.logarithmic))

    def parts(self) -> Iterator[str]:
        """Yield what is drawn, from the ground up."""
        yield from self._grid()
        yield from self._bands()
        yield from self._line("stairs", self.figure.stairs)
        yield from self._marks()

    def _grid(self) -> Iterator[str]:
        """Yield lines at round numbers, and the words of both axes."""
        figure, x, y = self.figure, self.x, self.y
        for value in y.ticks():
            yield f'<line class="grid" x1="{x.start}" x2="{x.end}" y1="{y.at(value)}" y2="{y.at(value)}"/>\n'
            yield _words(x.start - 6, y.at(value) + 4, _number(value), "end")
        named = enumerate(figure.names) if figure.names else ((value, _number(value)) for value in x.ticks())
        room = int((x.end - x.start) / max(len(figure.names), 1) / 7)
        for value, name in named:
            for line, part in enumerate(name.split(", ")[:2]):
                shown = part if len(part) <= room else f"{part[: max(room - 1, 1)]}…"  # the table has it whole
                yield _words(x.at(value), y.start + 16 + 15 * line, shown)
        lines = 2 if any(", " in name for name in figure.names) else 1
        yield _words((x.start + x.end) / 2, y.start + 20 + 16 * lines, figure.x)
        yield _words(4, 14, figure.y, "start")

    def _bands(self) -> Iterator[str]:
        """Yield bands and the lines in the middle of them: of few points a box each, of many an area a series."""
        if len(self.points) > _MANY:
            for series in {point.series: None for point in self.points}:
                along = sorted((p for p in self.points if p.series == series), key=lambda point: point.x)
                around = [*((p.x, p.high) for p in along), *((p.x, p.low) for p in reversed(along))]
                yield f'<polygon class="band" points="{self._path(around)}"/>\n'
                yield from self._line("expected", [(p.x, p.expected) for p in along])
            return
        half = 9 if len(_series(self.figure)) < 2 else _STEP / 2
        for point in self.points:
            place, top, bottom, middle = self._across(point), *map(self.y.at, (point.high, point.low, point.expected))
            start, end = round(place - half, 1), round(place + half, 1)
            height = round(max(bottom - top, 1.0), 1)
            yield f'<rect class="band" x="{start}" width="{round(2 * half, 1)}" y="{top}" height="{height}"/>\n'
            yield f'<line class="expected" x1="{start}" x2="{end}" y1="{middle}" y2="{middle}"/>\n'

    def _marks(self) -> Iterator[str]:
        size = 4.5 if len(self.points) <= _MANY and len(_series(self.figure)) < 2 else 2.6
        for point in self.points:
            across, down = self._across(point), self.y.at(point.seen)
            if point.is_kept:
                yield f'<circle class="in" cx="{across}" cy="{down}" r="{size}"/>\n'
            else:
                high = round(1.5 * size, 1)
                corners = f"l{size} {high}l-{size} {high}l-{size} -{high}z"
                yield f'<path class="out" d="M{across} {down - high:.1f}{corners}"/>\n'

    def _across(self, point: Point) -> float:
        """Return where a point stands, beside those of other series."""
        series = _series(self.figure)
        aside = (series.index(point.series) - (len(series) - 1) / 2) * _STEP if len(series) > 1 else 0.0
        return round(self.x.at(point.x) + aside, 1)

    def _line(self, style: str, corners: Sequence[tuple[float, float]]) -> Iterator[str]:
        x, y = self.x, self.y
        shown = [(a, b) for a, b in corners if x.least <= a <= x.most and y.least <= b <= y.most]
        if len(shown) > 1:
            yield f'<polyline class="{style}" points="{self._path(shown)}"/>\n'

    def _path(self, corners: Iterable[tuple[float, float]]) -> str:
        return " ".join(f"{self.x.at(a)},{self.y.at(b)}" for a, b in corners)


def _ends(values: Sequence[float], room: float, *, logarithmic: bool) -> tuple[float, float]:
    """Return between which numbers an axis of some values goes."""
    if logarithmic:
        positive = [value for value in values if value > 1 / _LARGEST]
        return min(positive) / 1.4, max(positive) * 1.4
    return min(values) - room, max(values) + room


def _room(values: Sequence[float], share: float) -> float:
    """Return how much an axis goes beyond its numbers, also where all are one."""
    return share * (max(values) - min(values)) or 0.1 * abs(values[0]) or 1.0


def _words(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{text(words)}</text>\n'


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
    """Return a number with five digits that count, or a whole one, with a true minus sign."""
    whole = abs(value) < 1e7 and value == int(value)
    shown = (f"{value:.0f}" if whole else f"{value:.5g}") if math.isfinite(value) else "no bound"
    return shown.replace("-", "−")
