"""In which shipped release something turned bad: by a property, by the code of a finding, or by the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from noise_ops.codes import CODES
from noise_ops.comparison.changes import Keeps
from noise_ops.comparison.compare import compare
from noise_ops.comparison.coverage import NothingComparedError
from noise_ops.comparison.groups import Comparison, Group, in_words
from noise_ops.errors import UserError
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.shipped import Release
from noise_ops.history import turns
from noise_ops.history.observed import NOT_RECORDED, Key, State, Told, seen_in
from noise_ops.history.turns import Bisection, Row
from noise_ops.patterns import (
    NoSuchNameError,
    listed,
    matching,
    plain_forms,
    property_forms,
    quoted,
    required,
    selected,
)
from noise_ops.properties.catalog import PROPERTIES
from noise_ops.usage.touching import Touching
from noise_ops.usage.used import Usage
from noise_ops.verdicts import Verdict
from noise_ops.words import count

_TOLD = {
    *(declared.code for declared in PROPERTIES.values()),
    *("seed-rule", "raises", "works-now", "raises-otherwise", "accepts", "rejects", "dies", "gone"),
}
"""Codes that a comparison may tell; of others, that none was seen says nothing."""


def bisect(
    good: str,
    bad: str,
    property_name: str | None = None,
    patterns: Sequence[str] = (),
    usage: Usage | None = None,
) -> Bisection:
    """Return in which shipped release something turned bad.

    Args:
      good: a release in which all is well, as `shipped.resolve` takes it.
      bad: a release of the same library in which it is not; older ones too, to see what was mended.
      property_name: what to look at: a property, with or without its argument, or the code of a finding; None for the
        verdict of a comparison.
      patterns: subjects to look at, as `noise_ops.patterns` reads them; none for all.
      usage: what is used, of which alone is told; None for all.

    Raises:
      UserError: if a release is not shipped, they are of two libraries or the same, or nothing has the property.
    """
    span = _span(_release(good), _release(bad))
    shipped.require_subjects(patterns, usage)
    asked = _Asked(patterns, usage)
    if property_name is None:
        return _by_verdict(span, asked)
    if _means_property(property_name, span):
        return _by_property(span, property_name, asked)
    return _by_code(span, property_name, asked)


class _Asked(NamedTuple):
    """What is looked at: the subjects that patterns mean, and of these what is used."""

    patterns: Sequence[str]
    usage: Usage | None

    def notes(self) -> list[str]:
        return [f"Only {self.usage.scope()} was asked.", *self.usage.doubts()] if self.usage else []


def _release(name: str) -> Release:
    library, _, version = name.strip().rpartition("==")
    if not version or not all(part.isdecimal() for part in version.split(".")):
        raise UserError(
            f"bisect needs shipped releases, such as 2.15.1 or keras==3.7.0; shipped are {shipped.listed()}."
        )
    return shipped.find(version, library.strip() or None)


def _span(good: Release, bad: Release) -> tuple[Release, ...]:
    if good.library != bad.library:
        raise UserError(f"{good.name} and {bad.name} are releases of two libraries; bisect one at a time.")
    if good == bad:
        raise UserError(f"{good.name} is both the good and the bad release; there is nothing in between.")
    every = shipped.releases(good.library)
    first, last = every.index(good), every.index(bad)
    return every[first : last + 1] if first < last else every[last : first + 1][::-1]


def _means_property(name: str, span: Sequence[Release]) -> bool:
    """Return whether a name is of a property; if not, it is of a code that a comparison tells.

    Raises:
      UserError: if it is neither; the message names the nearest of both.
    """
    recorded = {key[3] for release in span for key in seen_in(release)}
    names = [*recorded, *PROPERTIES]
    if matching(name, names, property_forms):
        return True
    if matching(name, CODES, plain_forms):
        return False
    required(name, [*PROPERTIES, *CODES], "property or code", forms=property_forms)
    return True


def _by_verdict(span: Sequence[Release], asked: _Asked) -> Bisection:
    rows = []
    for release, compared in _compared(span, asked):
        if compared is None:
            rows.append(Row(release.name, NOT_RECORDED, bad=None))
        else:
            verdict = compared.verdict_unfixed  # what is mended makes no release bad
            bad = verdict.severity >= Verdict.CONTRACT_CHANGED.severity
            rows.append(Row(release.name, in_words(compared.groups), bad, verdict))
    kept = f"is nowhere worse than {Verdict.STREAM_CHANGED.value}, held against {span[0].name}"
    return turns.found("verdict", rows, notes=asked.notes(), unchanged=kept, by_value=False)


def _by_code(span: Sequence[Release], name: str, asked: _Asked) -> Bisection:
    """Bisect by the findings with a code, or with those that a pattern means."""
    seen = []
    for release, compared in _compared(span, asked):
        groups = None if compared is None else [g for g in compared.groups if matching(name, [g.code], plain_forms)]
        seen.append((release.name, groups))
    if not any(groups for _, groups in seen) and not matching(name, _TOLD, plain_forms):
        raise UserError(f"no comparison of these releases tells {quoted(name)}, which is a code of `noise-ops check`.")
    broke = any(group.keeps is Keeps.BROKE for _, groups in seen for group in groups or ())
    mended = any(group.fixed for _, groups in seen for group in groups or ()) and not broke
    rows = [_row_of_code(release, groups, broke, mended) for release, groups in seen]
    what = f"the finding {name}, held against {span[0].name}"
    unchanged = "is seen in none of these releases"
    return turns.found(what, rows, notes=asked.notes(), unchanged=unchanged, by_value=False)


def _row_of_code(release: str, groups: Sequence[Group] | None, broke: bool, mended: bool) -> Row:
    if groups is None:
        return Row(release, NOT_RECORDED, bad=None)
    if not groups:
        return Row(release, "not seen", bad=False, kept=True if broke else False if mended else None)
    kept = True if mended else False if any(group.keeps is Keeps.BROKE for group in groups) else None
    return Row(release, _in_places(groups), bad=True, kept=kept)


def _in_places(groups: Sequence[Group]) -> str:
    places = {place for group in groups for place in group.places}
    mended = " mended" if all(group.fixed for group in groups) else ""
    return f"{', '.join(dict.fromkeys(group.code for group in groups))}:{mended} in {count(len(places), 'place')}"


def _compared(span: Sequence[Release], asked: _Asked) -> Iterator[tuple[Release, Comparison | None]]:
    """Yield the comparison of each release with the first; None where both recorded nothing of the same.

    Raises:
      NothingComparedError: if that is so of every release.
    """
    good = span[0].side()
    found: list[Comparison] = []
    for release in span:
        try:
            compared = compare(good, release.side(), asked.patterns, usage=asked.usage, predict=False)
        except (NothingComparedError, NoSuchNameError) as error:
            reason = error
            yield release, None
            continue
        found += [compared] if release is not span[0] else []
        yield release, compared
    if not found:
        raise reason


def _by_property(span: Sequence[Release], name: str, asked: _Asked) -> Bisection:
    shown = [(release.name, seen_in(release)) for release in span]
    keys = _keys(shown, name, asked)
    seen = {key: [facts.get(key) for _, facts in shown] for key in keys}
    held = {key: states for key, states in seen.items() if sum(state is not None for state in states) > 1}
    if not held:
        raise UserError(
            f"{name} of {listed(sorted({key[0] for key in keys}))} was recorded in no two of these releases, so that "
            "there is nothing to compare."
        )
    rows = {key: _rows(shown, states) for key, states in held.items()}
    changed = [key for key in held if turns.turns(rows[key])]
    key = min(changed or held, key=lambda key: (_rank(held[key]), _familiarity(key)))
    first = turns.first_bad(rows[key])
    also = [other for other in changed if other != key and turns.first_bad(rows[other]) == first]
    what = _place(key) if changed or len(held) == 1 else f"{name}, in each of {count(len(held), 'place')},"
    notes = _notes(key, rows, changed, also, shown[0][0]) + _gaps(keys, held, len(span)) + asked.notes()
    gaps = any(None in states for states in held.values())
    unchanged = f"is the same in every release{' that recorded it' if gaps else ''}"
    return turns.found(what, rows[key], [_place(other) for other in also], notes, unchanged)


def _keys(shown: Told, name: str, asked: _Asked) -> list[Key]:
    every = {key for _, facts in shown for key in facts}
    named = set(matching(name, {key[3] for key in every}, property_forms))
    known = sorted({key[0] for key in every})
    subjects = set(selected(asked.patterns, known, where=f"in {shown[0][0]} to {shown[-1][0]}"))
    keys = sorted(key for key in every if key[0] in subjects and key[3] in named)
    if asked.usage:
        touching = Touching(asked.usage, dict.fromkeys(every))
        keys = [key for key in keys if touching.touches(key)]
    for pattern in asked.patterns:
        if not set(matching(pattern, known)) & {key[0] for key in keys}:
            raise UserError(f"none of these releases has the property {name} of {quoted(pattern)}.")
    if not keys:
        of = f" of {asked.usage.scope()}" if asked.usage else ""
        raise UserError(f"none of these releases has the property {name}{of}.")
    return keys


def _rows(shown: Told, states: Sequence[State | None]) -> tuple[Row, ...]:
    """Return a row a release; what is bad is what differs from the first that was recorded."""
    good = next(state for state in states if state is not None)
    return tuple(
        Row(release, NOT_RECORDED, bad=None)
        if state is None
        else Row(release, state.value, bad=state.value != good.value, kept=_kept(state, states))
        for (release, _), state in zip(shown, states, strict=True)
    )


def _kept(state: State, states: Sequence[State | None]) -> bool | None:
    """Return whether a state is as documented; what works is better than what raises, if nothing else is known."""
    if state.kept is None and any(other is not None and other.kept is False for other in states):
        return True
    return state.kept


def _rank(states: Sequence[State | None]) -> int:
    """Rank what both ends recorded, and shown apart, before what only releases between them did."""
    if states[0] is None or states[-1] is None:
        return 2
    # Where both ends agree, what lies between may not: Keras 3.7.0 alone raised under MirroredStrategy.
    return int(states[0].value == states[-1].value)


def _notes(
    key: Key, rows: Mapping[Key, Sequence[Row]], changed: Sequence[Key], also: Sequence[Key], good: str
) -> list[str]:
    first = next(row.release for row in rows[key] if row.bad is not None)
    notes = []
    if first != good:
        notes.append(f"{good} did not record it: the others are held against {first}, the first that did.")
    if not changed and len(rows) > 1:
        notes.append(f"The table shows {_place(key)}.")
    others = [other for other in changed if other != key and other not in also]
    if others:
        releases = listed(list(dict.fromkeys(str(turns.first_bad(rows[other])) for other in others)), 4)
        notes.append(f"{count(len(others), 'other place')} changed first in {releases}: narrow it with --layer.")
    return notes


def _gaps(keys: Sequence[Key], held: Mapping[Key, Sequence[State | None]], releases: int) -> list[str]:
    partly = sum(None in states for states in held.values())
    alone = len(keys) - len(held)
    notes = []
    if partly:
        notes.append(f"Of {count(partly, 'place')} some releases recorded nothing, which is neither good nor bad.")
    if alone:
        notes.append(f"{count(alone, 'place')} that only one of the {releases} releases recorded cannot be judged.")
    return notes


def _familiarity(key: Key) -> tuple[bool, bool, bool, Key]:
    subject, dtype, mode, _ = key
    return not subject.endswith(".Dropout"), dtype != "float32", mode != "eager", key


def _place(key: Key) -> str:
    subject, dtype, mode, name = key
    return f"{name} of {subject} in {dtype}, {mode}"
