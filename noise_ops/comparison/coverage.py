"""What of two fingerprints is compared, and what is not: what a selection leaves out, and what one side alone recorded.

Of what was not compared nothing may be said, least of all that it is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from noise_ops import patterns
from noise_ops.comparison.changes import Change
from noise_ops.errors import UserError
from noise_ops.fingerprint.facts import Fact, Fingerprint
from noise_ops.patterns import NoSuchNameError, listed
from noise_ops.properties.catalog import UNKNOWN, meaning
from noise_ops.properties.declaring import Kind
from noise_ops.usage import kin
from noise_ops.usage.used import Usage
from noise_ops.words import count

__all__ = ["UNRECORDED", "Alone", "Coverage", "NothingComparedError", "chosen", "listed", "of", "sentences"]

Key = tuple[str, str, str, str]
Place = tuple[str, str, str]


class NothingComparedError(UserError):
    """Two sides, or what is selected of them, have nothing in common that could be compared."""


UNRECORDED = (NoSuchNameError, NothingComparedError)
"""What a comparison raises where both sides recorded nothing of what is selected."""


@dataclass(frozen=True)
class Alone:
    """What one side alone recorded, of what was asked.

    Attributes:
      places: subjects, dtypes and modes of which the other side recorded nothing.
      facts: what the other side did not record of places that both have, and that no exception there explains.
    """

    places: tuple[Place, ...] = ()
    facts: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Coverage:
    """How much of two fingerprints was compared.

    Attributes:
      asked: the patterns that narrow it; none for all.
      subjects: what was compared.
      left_out: how many subjects that both recorded the patterns leave out.
      old, new: what one side alone recorded.
      unlike: facts that differ and lead to no finding, where there is no finding at all.
    """

    asked: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    left_out: int = 0
    old: Alone = Alone()
    new: Alone = Alone()
    unlike: tuple[Key, ...] = ()


def chosen(
    sides: Sequence[Fingerprint], names: Sequence[str], asked: Sequence[str], usage: Usage | None = None
) -> list[str]:
    """Return the subjects of two fingerprints that patterns mean, of those that are used; all of them without either.

    Args:
      sides: the fingerprints.
      names: what the sides are called.
      asked: the patterns.
      usage: what is used; None for all.

    Raises:
      NoSuchNameError: if one of the patterns means nothing, or nothing that is used.
    """
    known = sorted({subject for side in sides for subject in side.recorded})
    either = " or ".join(dict.fromkeys(names))
    meant = patterns.selected(asked, known, where=f"in {either}")
    return meant if usage is None else usage.require(asked, meant)


def of(
    facts: tuple[dict[Key, Fact], dict[Key, Fact]],
    names: tuple[str, str],
    subjects: Collection[str],
    asked: Sequence[str],
    told: Sequence[Change] = (),
    usage: Usage | None = None,
    *,
    may_be_none: bool = False,
) -> Coverage:
    """Return what is compared of some subjects.

    Args:
      facts: the facts of both sides.
      names: what the sides are called.
      subjects: what the patterns mean, and what a twin is told in place of.
      asked: the patterns.
      told: every change that is told; what is gone or dies is told, though one side alone recorded it.
      usage: what the facts were narrowed to; None if to nothing.
      may_be_none: whether there is something to tell where nothing was compared.

    Raises:
      NothingComparedError: if nothing is, or nothing of what one of the patterns means.
    """
    both = {key[0] for key in facts[0].keys() & facts[1].keys()}
    compared = sorted(both & set(subjects))
    lost = {change.subject for change in told if change.code in ("gone", "dies")}
    _require_something({*compared, *lost}, sorted(subjects), names, asked)
    if not (compared or lost or may_be_none):
        raise nothing_compared(names, usage)
    alone = [Alone(*_alone(facts[side], facts[1 - side], set(subjects) - lost)) for side in (0, 1)]
    unlike = () if told else tuple(_unlike(facts, compared))
    return Coverage(tuple(asked), tuple(compared), len(both) - len(compared), alone[0], alone[1], unlike)


def _unlike(facts: tuple[dict[Key, Fact], dict[Key, Fact]], subjects: Collection[str]) -> Iterator[Key]:
    for key in sorted(facts[0].keys() & facts[1].keys()):
        old, new = (of_side[key] for of_side in facts)
        reworded = (
            old.raised and new.raised and (old.raised.type, old.raised.when) == (new.raised.type, new.raised.when)
        )
        if key[0] in subjects and _says_something(key) and old.value != new.value and not reworded:
            yield key


def _says_something(key: Key) -> bool:
    declared = meaning(key[3])
    return declared.kind is not Kind.CONTEXT or declared is UNKNOWN


def _require_something(
    found: Collection[str], subjects: Sequence[str], names: tuple[str, str], asked: Sequence[str]
) -> None:
    for pattern in asked:
        meant = patterns.matching(pattern, subjects)
        if not set(meant) & set(found):
            raise NothingComparedError(
                f"nothing of {listed(meant)} can be compared: {names[0]} and {names[1]} have no fact of it in common."
            )


def nothing_compared(names: tuple[str, str], usage: Usage | None) -> NothingComparedError:
    """Return the error that two sides, called by names, have no fact in common of what is used, or of anything."""
    if usage is None:
        return NothingComparedError(f"{names[0]} and {names[1]} have no fact in common, so nothing can be compared.")
    told = f"{names[0]} and {names[1]} have no fact of {usage.scope()} in common, so nothing can be compared"
    return NothingComparedError(f"{usage.with_places(told)}.")


def _alone(
    own: dict[Key, Fact], other: dict[Key, Fact], subjects: Collection[str]
) -> tuple[tuple[Place, ...], tuple[Key, ...]]:
    keys = [key for key in own.keys() - other.keys() if key[0] in subjects and _says_something(key)]
    there = {key[:3] for key in other}
    places = sorted({key[:3] for key in keys if key[:3] not in there})
    facts = sorted(key for key in keys if key[:3] in there and not _explained(key, other))
    return (  # by the names of twins, of which it was recorded
        tuple(dict.fromkeys((kin.twin(place[0]), *place[1:]) for place in places)),
        tuple(dict.fromkeys((kin.twin(key[0]), *key[1:]) for key in facts)),
    )


def _explained(key: Key, other: dict[Key, Fact]) -> bool:
    """Return whether the layer itself raises or dies on the other side, which is told in its own right."""
    stream = other.get((*key[:3], "stream"))
    return stream is not None and bool(stream.raised or stream.fate or stream.value == "not reproducible")


def sentences(coverage: Coverage, old: str, new: str) -> Iterator[str]:
    """Yield what one side alone recorded of subjects that both have."""
    for alone, name in ((coverage.old, old), (coverage.new, new)):
        places = [place for place in alone.places if place[0] in map(kin.twin, coverage.subjects)]
        if places:
            yield f"Only {name} recorded {_such_as(places, 'place')} not compared."
        if alone.facts:
            facts = [(f"{name_} of {subject}", dtype, mode) for subject, dtype, mode, name_ in alone.facts]
            yield f"Only {name} recorded {_such_as(facts, 'fact')} not compared."


def _such_as(places: Sequence[Place], noun: str) -> str:
    """Return some places, as far as the verb of what is said of them."""
    subject, dtype, mode = places[0]
    first = f"{subject} ({dtype}, {mode})"
    if len(places) == 1:
        return f"{first}, which is"
    return f"{first} and {count(len(places) - 1, f'more {noun}')}, which are"
