"""Findings that a team expects of an upgrade: what is left of a comparison without them, and what is accepted anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from noise_ops.comparison import hidden
from noise_ops.comparison.changes import Change, Keeps
from noise_ops.comparison.compare import regrouped
from noise_ops.comparison.groups import Comparison, Group
from noise_ops.errors import UserError
from noise_ops.expected.file import FILE, LIBRARIES, Expected, Versions
from noise_ops.expected.sorting import sorted_out
from noise_ops.findings import Verdict, worst
from noise_ops.fingerprint.side import Side
from noise_ops.words import count


@dataclass(frozen=True, repr=False)
class Outcome:
    """A comparison after expected findings are taken out.

    Attributes:
      comparison: what is left.
      met: entries that were observed, with the number of places in which each took something out.
      unobserved: entries about this upgrade that matched nothing.
      expired: entries about this upgrade whose day has passed; they take out nothing, and fail.
      mended: entries about this upgrade that matched nothing but what was mended, which needs no entry.
      accepted: the findings that were taken out, worst first.
      file: name of the file that expects them.
      until: the first day after which one of the entries that were observed expires.
      added: entries that a decision has added, to be written into the file.
    """

    comparison: Comparison
    met: tuple[tuple[Expected, int], ...] = ()
    unobserved: tuple[Expected, ...] = ()
    expired: tuple[Expected, ...] = ()
    mended: tuple[Expected, ...] = ()
    accepted: tuple[Group, ...] = ()
    file: str = FILE
    until: date | None = None
    added: tuple[Expected, ...] = ()

    def __repr__(self) -> str:
        expected = f", and {count(len(self.accepted), 'finding')} expected" if self.accepted else ""
        return f"<Outcome of {self.comparison.sentence()}{expected}>"

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all that was found, expected or not, whichever side keeps what is documented."""
        return worst([*self.comparison.groups, *self.accepted])

    @property
    def only_seeded(self) -> bool:
        """Whether a program that seeds no layer and no op sees nothing of the upgrade."""
        return self.verdict.severity <= Verdict.STREAM_CHANGED.severity

    def exit_code(self, fail_on: str) -> int:
        """Return 1 if an entry has expired, or what is left and not mended fails (`Verdict.fails`); else 0."""
        return int(self.comparison.verdict_unfixed.fails(Verdict(fail_on)) or bool(self.expired))


def apply(comparison: Comparison, entries: Sequence[Expected], today: date, file: str = FILE) -> Outcome:
    """Return a comparison without what was expected, and what became of each entry.

    What was mended, and what cannot be told, is never taken out. What is not about what is used, nor expected, and may
    be hidden where it cannot be told what is used, is a finding of its own.
    """
    sides = _versions(comparison.old), _versions(comparison.new)
    elsewhere = comparison.narrowed.others if comparison.narrowed else ()
    own = [entry for entry in entries if entry.concerns(*sides)]
    alive = [entry for entry in own if entry.expires >= today]
    found = sorted_out(
        own,
        [change for group in comparison.groups for change in group.changes],
        today,
        file=file,
        can_be=lambda change: change.keeps is not Keeps.FIXED,
        was_asked=lambda entry: not any(map(entry.matches, elsewhere)),
    )
    taken = {_key(change) for change in found.taken}
    hides = hidden.of(comparison, (change for change in elsewhere if not any(e.matches(change) for e in alive)))
    left = _without(comparison, taken) if taken else comparison
    return Outcome(
        _with(left, hides) if hides else left,
        tuple((entry, len({_key(change)[1:4] for change in changes})) for entry, changes in found.met),
        found.unobserved,
        found.expired,
        found.needless,
        regrouped(comparison, [c for g in comparison.groups for c in g.changes if _key(c) in taken]).groups,
        file,
        found.until,
    )


def _with(comparison: Comparison, found: Group) -> Comparison:
    """Return a comparison with what may be hidden, which stands below all that is as bad as the worst of it."""
    worse = [g for g in comparison.groups if not g.fixed and g.verdict.severity >= found.verdict.severity]
    groups = [*worse, found, *(group for group in comparison.groups if group not in worse)]
    return replace(comparison, groups=tuple(groups))


def _versions(side: Side) -> Versions:
    return {library: getattr(side.environment, library) for library in LIBRARIES}


def _key(change: Change) -> tuple[str, str, str, str, str]:
    return change.code, change.subject, change.dtype, change.mode, change.property


def _without(comparison: Comparison, taken: Collection[tuple[str, ...]]) -> Comparison:
    left = [change for group in comparison.groups for change in group.changes if _key(change) not in taken]
    targets = tuple(
        replace(target, changes=tuple(change for change in target.changes if _key(change) not in taken))
        for target in comparison.targets
    )
    return regrouped(replace(comparison, targets=targets), left)


class Decision(NamedTuple):
    """What a team decided: why, where that is written, and the last day on which it holds."""

    reason: str
    link: str
    expires: date


def accepted(
    comparison: Comparison, known: Sequence[Expected], decision: Decision, file: str = FILE
) -> tuple[Expected, ...]:
    """Return the entries that expect what a comparison found and no entry expects yet.

    Raises:
      UserError: if there is nothing to expect, or an entry about this upgrade is past its day, which has to be decided
        first.
    """
    outcome = apply(comparison, known, date.today(), file)
    if late := len(outcome.expired):
        raise UserError(
            f"{file} has {late} {'entry' if late == 1 else 'entries'} about this upgrade past the last day; "
            "take out what is over, or give it another day, before you accept more."
        )
    added = entries(outcome.comparison, *decision)
    if not added:
        raise UserError(
            f"there is nothing to accept: {file} expects all that was found."
            if outcome.accepted
            else "there is nothing to accept: nothing was found that could be expected."
        )
    return added


def entries(comparison: Comparison, reason: str, link: str, expires: date) -> tuple[Expected, ...]:
    """Return an entry a finding, which expect everything that a comparison found, of exactly these versions.

    What was mended needs none, and what cannot be told, or may be hidden, can have none.
    """
    old, new = (_exactly(side) for side in (comparison.old, comparison.new))
    found = []
    for group in comparison.groups:
        if group.fixed or group.hides or group.verdict is Verdict.CANNOT_TELL:
            continue
        subjects, dtypes, modes = (tuple(dict.fromkeys(values)) for values in zip(*group.places, strict=True))
        found.append(
            Expected(group.code, tuple(map(_literally, subjects)), old, new, reason, link, expires, dtypes, modes)
        )
    return tuple(found)


def _exactly(side: Side) -> str:
    environment = side.environment
    library = "keras" if environment.keras and environment.keras.startswith("3.") else "tensorflow"
    return f"{library}=={getattr(environment, library)}"


def _literally(subject: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in subject)
