"""What is used of all that draws noise, as data: subjects, with dtype and arguments where these can be told."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from noise_ops.errors import UserError
from noise_ops.patterns import NoSuchNameError, listed, matching, quoted
from noise_ops.words import count


class Unknown(enum.Enum):
    """What an argument is that is given, and whose value cannot be told."""

    VALUE = "unknown"


UNKNOWN = Unknown.VALUE

Signatures = Mapping[str, tuple[str, ...]]
"""Every subject that noise_ops knows, with the parameters that can be given by position in every release of it."""


@dataclass(frozen=True)
class Used:
    """Something that draws noise, as it is used somewhere.

    Attributes:
      subject: its full name, such as "keras.layers.LSTM(recurrent_dropout)".
      written: what the user calls it, such as "tf.keras.layers.LSTM", which may mean several subjects.
      dtype: compute dtype; None where any is possible.
      arguments: what is given, sorted by name, `UNKNOWN` where the value cannot be told; None where it cannot be told
        what is given.
      policy: whether `dtype` comes of a policy of mixed precision; None where that cannot be told.
      where: the places, such as "a.py:12".
    """

    subject: str
    written: str
    dtype: str | None = None
    arguments: tuple[tuple[str, Any], ...] | None = None
    policy: bool | None = None
    where: tuple[str, ...] = ()

    def argument(self, name: str) -> Any:
        """Return the value that is given for an argument: None where none is, `UNKNOWN` where that cannot be told."""
        return UNKNOWN if self.arguments is None else dict(self.arguments).get(name)

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object, the arguments as texts; null where nothing is known."""
        known = self.arguments
        told = None if known is None else {n: "unknown" if v is UNKNOWN else repr(v) for n, v in known}
        return {"subject": self.subject, "dtype": self.dtype, "arguments": told, "where": list(self.where)}


class Why(enum.Enum):
    """Why it cannot be told what is used somewhere, as the end of a sentence on one place."""

    UNREAD = "could not be read"
    UNRESOLVED = "could not be resolved"
    OUTSIDE = "was not read"
    UNRECORDED = "was not recorded"

    def of(self, number: int) -> str:
        """Return it of one place, or of several."""
        return self.value if number == 1 else self.value.replace("was ", "were ")


ANYTHING = ("",)


@dataclass(frozen=True)
class Doubt:
    """A place where something may be used of which it cannot be told what, or of which nothing was recorded.

    Attributes:
      place: a file, or a line of one with what stands there, such as "a.py:12 load_model(path)".
      why: why it cannot be told.
      may_be: how the full names of the subjects that it may be begin; none where it may be none.
      loads: the name of the file that is loaded there, if it is told.
    """

    place: str
    why: Why
    may_be: tuple[str, ...] = ANYTHING
    loads: str = ""

    def is_about(self, subject: str) -> bool:
        """Return whether it may be a subject."""
        return subject.startswith(self.may_be)


@dataclass(frozen=True)
class Usage:
    """What a code base or a model uses.

    Attributes:
      source: what was read, as the user named it.
      owner: whose it is: "your code", "your model".
      used: what is used, each once, in order of the subject.
      doubtful: files that could not be read, places that may name something, and imports of what is not there to read.
      skipped: folders that were left out, each with the reason.
      runs: where code says how its layers are run, as `runs.found` returns it; None where no code was read.
    """

    source: str
    owner: str
    used: tuple[Used, ...]
    doubtful: tuple[Doubt, ...] = ()
    skipped: tuple[str, ...] = ()
    runs: Mapping[str, tuple[str, ...]] | None = None

    def __or__(self, other: Usage) -> Usage:
        """Return what either uses."""
        return Usage(
            f"{self.source} and {other.source}",
            f"{self.owner} or {other.owner}",
            together([*self.used, *other.used]),
            self.doubtful + other.doubtful,
            self.skipped + other.skipped,
            self.runs if other.runs is None else other.runs,
        )

    @property
    def subjects(self) -> frozenset[str]:
        """The subjects that are used."""
        return frozenset(used.subject for used in self.used)

    def places(self, why: Why) -> tuple[str, ...]:
        """Return the places of one kind of doubt."""
        return tuple(doubt.place for doubt in self.doubtful if doubt.why is why)

    def unrecorded(self, recorded: Collection[str]) -> tuple[Doubt, ...]:
        """Return what is used and not recorded, under whichever of its names, as the user calls it.

        It may be touched by whatever touches its library.
        """
        known = {used.written for used in self.used if used.subject in recorded}
        found: dict[str, list[Used]] = {}
        for used in self.used:
            if used.written not in known:
                found.setdefault(used.written, []).append(used)
        return tuple(
            Doubt(
                " ".join((*each[0].where[:1], written)), Why.UNRECORDED, tuple(dict.fromkeys(map(_touched_with, each)))
            )
            for written, each in found.items()
        )

    @property
    def number(self) -> int:
        """How many things are used; what may be of one of two libraries is one."""
        return len({(used.written, used.subject.removeprefix("tf_")) for used in self.used})

    def require_known(self, known: Collection[str], read: str, instead: str, *, or_doubt: bool = False) -> None:
        """Refuse to go on where nothing that is used is known.

        Args:
          known: every subject.
          read: what was read, "(1 file read)"; "" where the source says so.
          instead: what to do.
          or_doubt: whether it is enough that something may be used of which it cannot be told what, or not recorded.

        Raises:
          UserError: if so; the message names places that could not be resolved.
        """
        if self.subjects & set(known) or (or_doubt and self.in_doubt):
            return
        told = " ".join(filter(None, (f"nothing in {self.source} draws noise that noise_ops knows", read)))
        raise UserError(f"{self.with_places(told)}; {instead}.")

    @property
    def in_doubt(self) -> bool:
        """Whether something may be used of which it cannot be told what, or whether there is a record of it."""
        return bool(self.used) or any(doubt.may_be for doubt in self.doubtful)

    def with_places(self, told: str) -> str:
        """Return a sentence, without its full stop, that names the places which are in doubt."""
        return "; ".join((told, *self._doubts(3)))

    def require(self, asked: Sequence[str], meant: Sequence[str]) -> list[str]:
        """Return those of the subjects that patterns mean that are used.

        Raises:
          NoSuchNameError: if of one of the patterns there are none.
        """
        found = [subject for subject in meant if subject in self.subjects]
        for pattern in asked:
            if not matching(pattern, found):
                raise NoSuchNameError(f"--layer {quoted(pattern)} is nothing of {self.scope()}.")
        return found

    def scope(self) -> str:
        """Return what is spoken of, as the end of a sentence on what is recorded: "what src uses"."""
        return f"what {self.source} uses"

    def doubts(self) -> Iterator[str]:
        """Yield a sentence on each kind of what was not read or not understood."""
        yield from self.places_in_doubt(5)
        if self.skipped:
            yield f"Not looked into: {listed(self.skipped, 5)}."

    def places_in_doubt(self, limit: int) -> Iterator[str]:
        """Yield a sentence on each kind of doubt, which names as many places as the limit says."""
        yield from (f"{doubt}." for doubt in self._doubts(limit))

    def _doubts(self, limit: int) -> Iterator[str]:
        for why, noun in _NOUNS.items():
            if places := self.places(why):
                told = f"{count(len(places), noun)} {why.of(len(places))}"
                yield f"{told}: {listed(places, limit)}" if limit else told


_NOUNS = {Why.UNRESOLVED: "place", Why.UNREAD: "file", Why.OUTSIDE: "import"}


def _touched_with(used: Used) -> str:
    """Return how the names of the subjects begin that what draws alike belongs to: a library, or its bare functions."""
    library, _, rest = used.subject.partition(".")
    return f"{library}.random." if library != "tf" and rest.startswith("random.") else f"{library}."


def together(used: Iterable[Used]) -> tuple[Used, ...]:
    """Return each use once, with all its places, in order of the subject and of the first place."""
    places: dict[Used, dict[str, None]] = {}
    for each in used:
        places.setdefault(replace(each, where=()), {}).update(dict.fromkeys(each.where))
    merged = [replace(each, where=tuple(where)) for each, where in places.items()]
    return tuple(sorted(merged, key=lambda each: each.subject))
