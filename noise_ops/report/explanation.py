"""What a code, a verdict, a property, a known deviation or a release means, for a person who met it in a report."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterator

from noise_ops import deviations, patterns
from noise_ops.codes import CODES, Code, of_models, of_upgrades
from noise_ops.deviations import Deviation
from noise_ops.errors import UserError
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.shipped import Release
from noise_ops.history.breaks import BREAKS
from noise_ops.properties.catalog import PROPERTIES, QUESTIONS, code_of
from noise_ops.properties.declaring import TRAITS, Property
from noise_ops.report import layout
from noise_ops.report.escaping import plain
from noise_ops.words import count


def render(name: str, *, width: int | None = None) -> str:
    """Return what a code, a verdict, a property, a known deviation or a release means, with an example.

    What is both a code and a property is told as both. Lines are of the width.

    Raises:
      UserError: if there is none; the message names the nearest.
    """
    known = {entry.name: entry for entry in deviations.known()}
    verdicts = {verdict.value: verdict for verdict in Verdict}
    lines: list[str] = []
    if name in verdicts:
        lines += _of_verdict(verdicts[name])
    if name in CODES:
        lines += _of_code(name, CODES[name])
    if name in PROPERTIES:
        lines += _of_property(PROPERTIES[name])
    elif name in QUESTIONS:
        lines += _of_question(name)
    if name in known:
        lines += _of_deviation(known[name])
    if not lines and shipped.is_release(name):
        lines += _of_release(shipped.named(name))
    if not lines:
        releases = [release.name for library in shipped.LIBRARIES for release in shipped.releases(library)]
        near = difflib.get_close_matches(name, [*CODES, *PROPERTIES, *QUESTIONS, *verdicts, *known, *releases], 3)
        near = list(dict.fromkeys(near))
        meant = f"did you mean {' or '.join(near)}?" if near else "`noise-ops explain` lists all."
        if patterns.matching(name, shipped.subjects()):
            meant = f"of a layer, ask `{shlex.join(['noise-ops', 'check', '--layer', name])}`."
        raise UserError(f"there is no code {plain(name)[:60]!r}; {meant}")
    return "".join(f"{part}\n" for line in lines for part in layout.wrapped(line, width, "  "))


def render_all(*, width: int | None = None) -> str:
    """Return every code with its sentence, worst verdict first."""
    ordered = sorted(CODES.items(), key=lambda item: (-item[1].verdict.severity, item[0]))
    rows = [(name, code.verdict.value, code.sentence) for name, code in ordered]
    return "".join(f"{line}\n" for line in layout.table(rows, width))


_UPGRADES = {
    Verdict.IDENTICAL: "2.14.1 2.15.1",
    Verdict.STREAM_CHANGED: "2.12.1 2.13.1",
    Verdict.CONTRACT_CHANGED: "2.20.0 2.21.0",
    Verdict.LAW_CHANGED: "2.15.1 2.16.2",
}
"""An upgrade between shipped releases for each verdict that one has."""


def _of_verdict(verdict: Verdict) -> Iterator[str]:
    yield f"{verdict.value} (severity {verdict.severity} of {len(Verdict) - 1}): {verdict.sentence}"
    if verdict in _UPGRADES:
        yield f"Example: noise-ops compare {_UPGRADES[verdict]}"


def _of_release(release: Release) -> Iterator[str]:
    """Tell a release by the breaks that it has."""
    every = shipped.releases(release.library)
    found = [each for each in BREAKS if each.library == release.library and release.version in each.releases()]
    yield f"{release.name} (a release that is shipped): {count(len(found), 'break')} known in it."
    yield from (f"Break ({each.told()}): {each.sentence}." for each in found)
    place = every.index(release)
    sides = (every[place - 1], release) if place else every[:2]
    yield f"Example: noise-ops compare {' '.join(side.name for side in sides)}"


def _of_code(name: str, code: Code) -> Iterator[str]:
    yield f"{name} ({code.verdict.value}): {code.sentence}"
    yield f"Why it matters: {code.reason}"
    yield f"What to do: {code.remedy}"
    if code.in_half:
        yield f"In half precision: {code.in_half}"
    if name in of_upgrades.UNREAD:
        yield f"Example: noise-ops compare {_UPGRADES[Verdict.LAW_CHANGED]} --used-in src"
        return
    if code.verdict is Verdict.CANNOT_TELL:
        return
    if name in of_models.CODES:
        yield f"Example: noise-ops audit model.keras{' --run' if name in of_models.RUN else ''}"
        return
    recorded = name in of_upgrades.CODES or any(declared.code == name for declared in PROPERTIES.values())
    if name not in PROPERTIES:
        yield f"Example: noise-ops bisect 2.4.4 2.21.0 --property {name}" if recorded else "Example: noise-ops check"


def _of_property(told: Property) -> Iterator[str]:
    stage = f", {told.stage.value} stage" if told.stage else ""
    yield f"{told.name} (a change is {CODES[told.code].verdict.value}{stage}): {told.shows}"
    if told.documented:
        yield f"Documented: {' or '.join(sorted(told.documented))}."
    yield f"Example: noise-ops bisect 2.4.4 2.21.0 --property {told.name}"


def _of_question(name: str) -> Iterator[str]:
    """Tell a property that a check alone asks: what a breach is, and of what it is asked."""
    code = CODES[code_of(name)]
    asked = dict.fromkeys(TRAITS[trait] for question in QUESTIONS[name] for trait in question.of)
    yield f"{name} (a breach is {code.verdict.value}): {code.reason}"
    yield f"A breach reads: {code.sentence}"
    yield f"Asked of: {'; '.join(asked) or 'every layer and function'}."
    yield "Example: noise-ops check"


def _of_deviation(entry: Deviation) -> Iterator[str]:
    versions = ", ".join(deviations.versions(entry))
    yield f"{entry.name} (a known deviation of {versions}): {entry.briefly}."
    yield f"You are affected if you {entry.group}."
    yield f"Measured: {entry.measured}."
    yield f"Reason: {entry.reason}."
    yield f"Upstream: {entry.link}."
    narrowed = [f"--layer {shlex.quote(entry.subjects[0])}"]
    narrowed += [f"--{kind} {values[0]}" for kind, values in (("dtype", entry.dtypes), ("mode", entry.modes)) if values]
    yield f"Example: noise-ops check {' '.join(narrowed)}"
