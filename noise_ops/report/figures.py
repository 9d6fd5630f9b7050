"""Figures of what was found: from rows of a certificate, a finding's own numbers, an audit, what two releases counted.

Only what these hold is drawn. A finding without numbers, as that a layer raises, that two calls are equal to the bit or
that one bit is not the predicted one, has no figure, nor has one of a single number that its sentence tells beside the
other one: the second opinions, the amount of noise of one case. Which layers share a seed, a table tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from noise_ops.comparison.changes import Change
from noise_ops.comparison.groups import Group
from noise_ops.findings import Finding
from noise_ops.fingerprint import counts
from noise_ops.points import Point
from noise_ops.report.page import Figure
from noise_ops.subjects.inputs import TAILS

if TYPE_CHECKING:  # a comparison needs none of what a run of the suite imports
    from noise_ops.audit.judgements import Judgement
    from noise_ops.result import Result
    from noise_ops.testing.checking import Outcome

_HALF = ("float16", "bfloat16")
_KEEPS = "The band is what the look that decided lets pass"
_SOAKED = "The band is what raises no alarm after as many samples"
_OF_SAMPLE = "The band is what a right layer keeps but for one time in {:,.0f}"
_BY_CHANCE = "The band is what chance allows"


class _Kind(NamedTuple):
    """How the points of a property are drawn.

    Attributes:
      title: what is shown.
      x, y: of the axes; x is "" where the series are named below it.
      whole: whether all parameters of a place are one picture, rather than the one that departs most.
      logarithmic: which axes are, as in a `Figure`.
    """

    title: str
    x: str
    y: str
    whole: bool = False
    logarithmic: str = ""


_KINDS = {
    "mask_density": _Kind("Share dropped, by rate", "rate", "share dropped", whole=True),
    "lattice_density": _Kind("Share dropped, by rate", "rate", "share dropped", whole=True),
    "mean_preservation": _Kind("Mean of the noise", "parameter", "mean, in standard deviations", whole=True),
    "moments_preserved": _Kind("Mean output on ones", "rate", "departure, in standard deviations", whole=True),
    "noise_variance": _Kind("Variance of the noise", "parameter", "variance / documented variance", whole=True),
    "noise_is_normal": _Kind("Tails of the noise", "standard deviations", "share beyond / the normal's"),
    "neighbours_independent": _Kind("Autocorrelation, by lag", "lag", "correlation", logarithmic="x"),
    "lags_independent": _Kind(
        "Autocorrelation, the strongest of each stretch of distances", "distance", "correlation", logarithmic="x"
    ),
    "calls_independent": _Kind("Correlation of pairs", "", "correlation"),
    "replicas_independent": _Kind("Correlation of pairs", "", "correlation"),
    "evenly_spread": _Kind("Share of ones, by place in a row", "place", "share of ones"),
    "every_place_is_noisy": _Kind("Share of calls in which the state is one, by place", "place", "share of calls"),
    "every_call_is_noisy": _Kind("Share of ones, by call", "call", "share of ones"),
    "every_stretch_is_noisy": _Kind("Share of ones, by stretch of 4096 units", "stretch", "share of ones"),
}

_AT_A_GLANCE = ("mask_density", "noise_variance")
"""The properties of which a run that found nothing shows a picture: how often masks drop, how strong noise is."""

_OWN_KINDS = {
    **{name: _KINDS[name] for name in ("neighbours_independent", "calls_independent", "evenly_spread")},
    "mask_density": _Kind("How often a state is one", "documented share", "share"),
    "mean_preservation": _Kind("Mean of the noise", "documented mean", "departure, in standard deviations"),
    "noise_variance": _Kind("Variance of the noise", "standard deviation", "variance / documented variance"),
    "noise_distribution": _Kind("Distribution of the noise", "documented share below", "share below / documented"),
}
"""How the points of a property of a user's own layer are drawn, of which there is one row."""


def of_finding(result: Result, finding: Finding) -> tuple[Figure, ...]:
    """Return the figure of a finding of a run: of its own numbers, or of those of its rows; none where there are none.

    Args:
      result: what a run observed.
      finding: one of what it found.
    """
    kind = _KINDS.get(finding.property)
    if finding.points and kind:
        title = f"{kind.title}: {finding.subject} ({finding.dtype}, {finding.mode})"
        return (_of_points(kind, title, f"{_BY_CHANCE}.", finding.points),)
    return of_place(result, finding.property, finding.subject, finding.dtype, finding.mode, finding.message)


def at_a_glance(result: Result) -> Iterator[Figure]:
    """Yield, of a run that found nothing, what it counted in eager float32, each of the first subject that shows it."""
    known = {(check.property, check.subject, check.dtype, check.mode) for check in result.known}
    for name in _AT_A_GLANCE:
        places = ((row.check, row.subject, row.dtype, row.mode) for row in result.certificate.rows if row.points)
        place = next((each for each in places if (each[0], *each[2:]) == (name, "float32", "eager")), None)
        if place is not None and place not in known:
            yield from of_place(result, *place)


def of_own(outcome: Outcome) -> tuple[Figure, ...]:
    """Return the figure of what came of a property of a user's own layer; none where its row holds no points."""
    row, kind = outcome.row, _OWN_KINDS.get(outcome.property)
    if row is None or kind is None or not row.points:
        return ()
    caption = f"{_OF_SAMPLE.format(1 / row.alpha)}."
    return (_of_points(kind, f"{kind.title}: {row.subject}", caption, row.points),)


def of_judgement(judgement: Judgement) -> tuple[Figure, ...]:
    """Return the figure of what an audit says of a rate: on the stairs of its dtype; none where nothing is drawn."""
    if not judgement.points:
        return ()
    dtype = judgement.places[0].compute_dtype
    caption = f"The band is what is taken for the rate of the model. The stairs are the rates that {dtype} can draw."
    title = f"Share dropped at the rate of {judgement.places[0].path}, in {dtype}"
    rates = [point.x for point in judgement.points]
    from noise_ops.laws import stairs

    corners = stairs.of_dtype(dtype, min(rates) / 2, min(2 * max(rates), 0.999))
    return (Figure(title, caption, "rate", "share dropped", judgement.points, corners, logarithmic="xy"),)


def of_place(result: Result, check: str, subject: str, dtype: str, mode: str, message: str = "") -> tuple[Figure, ...]:
    """Return the figure of a property of a subject in a dtype and mode; none where its rows hold no points.

    Args:
      result: what a run observed.
      check: the property.
      subject: its full name.
      dtype: in which it computes.
      mode: how it is run.
      message: what is said beside it, and need not be said again.
    """
    kind, place = _KINDS.get(check), (check, subject, dtype, mode)
    rows = (row for row in result.certificate.rows if row.points)
    found = [row for row in rows if (row.check, row.subject, row.dtype, row.mode) == place]
    if kind is None or not found:
        return ()
    keeps = _KEEPS if result.soaked is None else _SOAKED
    title = f"{kind.title}: {subject} ({dtype}, {mode})"
    if not kind.whole:
        worst = min(found, key=lambda row: row.p)
        observed = "" if worst.observed in message else f" {worst.observed}"
        caption = f"{keeps}, at parameter {worst.parameter:g}.{observed}"
        return (_of_points(kind, title, caption, worst.points),)
    ordered = sorted(found, key=lambda row: row.parameter)
    points = tuple(point for row in ordered for point in row.points)
    if check.endswith("density"):
        return (_by_rate(title, keeps, points, place),)
    return (_by_parameter(Figure(title, f"{keeps}.", kind.x, kind.y, points)),)


def _of_points(kind: _Kind, title: str, caption: str, points: tuple[Point, ...]) -> Figure:
    """Return a figure of points as they are; where there is no quantity across, each has its name."""
    names = () if kind.x else tuple(point.series for point in points)
    figure = Figure(title, caption, kind.x or "pairs of", kind.y, points, names=names)
    return replace(figure, logarithmic=kind.logarithmic)


def _by_rate(title: str, keeps: str, points: tuple[Point, ...], place: tuple[str, str, str, str]) -> Figure:
    """Return shares by rate: on the stairs of half precision, where they are seen, else as relative departures."""
    check, subject, dtype, mode = place
    stairs = _stairs(points, subject, dtype, mode) if dtype in _HALF else ()
    if stairs:
        around = "documented" if check == "mask_density" else "implemented"
        caption = f"{keeps}, around the {around} rate. The stairs are the rates that {dtype} can draw."
        return Figure(title, caption, "rate", "share dropped", points, stairs, logarithmic="xy")
    relative = tuple(_relative(point) for point in points if point.expected)
    return _by_parameter(Figure(title, f"{keeps}.", "rate", "share dropped, departure from the law in %", relative))


def _relative(point: Point) -> Point:
    seen, low, high = (100 * (value / point.expected - 1) for value in (point.seen, point.low, point.high))
    return replace(point, seen=seen, expected=0.0, low=low, high=high)


def _by_parameter(figure: Figure) -> Figure:
    """Return a figure whose parameters stand at equal distances, each with its name."""
    parameters = sorted({point.x for point in figure.points})
    points = tuple(replace(point, x=float(parameters.index(point.x))) for point in figure.points)
    return replace(figure, points=points, names=tuple(f"{parameter:g}" for parameter in parameters))


def _stairs(points: Sequence[Point], subject: str, dtype: str, mode: str) -> tuple[tuple[float, float], ...]:
    from noise_ops.laws import stairs

    rates = [point.x for point in points]
    return stairs.of_subject(subject, dtype, mode, min(rates) / 1.3, min(max(rates) * 1.1, 0.999))


def of_group(group: Group, old: str, new: str) -> tuple[Figure, ...]:
    """Return the figures of a finding of a comparison: of the first subject that shows it, where its noise was counted.

    Args:
      group: the finding.
      old: name of the side before.
      new: name of the side after.
    """
    first = group.changes[0]
    caption = f"The band is what a correct layer keeps but for one in {1 / counts.ALPHA:,.0f} samples of this size."
    found = []
    for change in group.changes:
        place = (change.subject, change.dtype, change.mode)
        draw = _RECORDED.get(change.property.partition(" ")[0])
        if draw is None or place != (first.subject, first.dtype, first.mode):
            continue
        title, x, y, points_of = draw
        sides = [(name, value) for name, value in ((old, change.old), (new, change.new)) if isinstance(value, Mapping)]
        points = [point for name, value in sides for point in points_of(change, name, value)]
        if points:
            told = f"{title}: {change.subject} ({change.dtype}, {change.mode}), {change.property}"
            found.append(_of_sides(Figure(told, caption, x, y, tuple(points))))
    return tuple(found)


def _of_sides(figure: Figure) -> Figure:
    """Return a figure whose points stand at equal distances, each named by its side and its x."""
    names = tuple(f"{point.series}, {point.x:g}" for point in figure.points)
    points = tuple(replace(point, x=float(number)) for number, point in enumerate(figure.points))
    return replace(figure, points=points, names=names)


_Counts = Mapping[str, int | tuple[int, ...]]


def _shares(change: Change, side: str, value: _Counts) -> Iterator[Point]:
    """Yield the share that was dropped, where it was counted."""
    n, dropped = value.get("n"), value.get("dropped")
    if isinstance(n, int) and isinstance(dropped, int) and n > 0:
        rate = float(change.property.split()[1])
        low, high = counts.kept(n, rate)
        yield Point(rate, dropped / n, rate, low / n, high / n, side)


def _beyond(change: Change, side: str, value: _Counts) -> Iterator[Point]:
    """Yield the share beyond each bound, as a multiple of the normal's."""
    n, tails = value.get("n"), value.get("tails")
    if isinstance(n, int) and isinstance(tails, tuple) and n > 0:
        for tail, number in zip(TAILS, tails, strict=False):
            share, low, high = counts.kept_beyond(n, tail, change.dtype)
            yield Point(tail, number / n / share, 1.0, low / n / share, high / n / share, side)


_RECORDED = {
    "mask_density": ("Share dropped", "side, rate", "share dropped", _shares),
    "noise_is_normal": ("Tails of the noise", "side, standard deviations", "share beyond / the normal's", _beyond),
}
"""Title, axes and points of what a record counts."""
