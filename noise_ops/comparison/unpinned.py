"""What requirements leave open: of a Keras and a tf_keras that no side pins, what records have of their own.

pip installs one Keras, the newest, beside both sides, and no tf_keras; a record of TensorFlow has those of its day.
What two records of Keras on one TensorFlow show as well is of their difference alone, and of no upgrade of TensorFlow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from noise_ops.comparison.changes import Change
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.facts import Fact, Fingerprint, Value
from noise_ops.fingerprint.shipped import Release
from noise_ops.fingerprint.side import Side
from noise_ops.usage.used import Usage


@dataclass(frozen=True)
class Unpinned:
    """Two Kerases that records have, where pip installs one.

    Attributes:
      keras: their versions.
      releases: the shipped releases of Keras, all on one TensorFlow, that are nearest to them.
      aside: how many findings they alone make.
    """

    keras: tuple[str, str]
    releases: tuple[Release, Release]
    aside: int = 0

    @cached_property
    def _prints(self) -> tuple[Fingerprint, Fingerprint]:
        return self.releases[0].read(), self.releases[1].read()

    @cached_property
    def _facts(self) -> tuple[dict[tuple[str, str, str, str], Fact], ...]:
        return tuple(found.by_key() for found in self._prints)

    def makes(self, change: Change) -> bool:
        """Return whether the two Kerases show a change on one TensorFlow as well, from the same value to the same."""
        if change.code == "gone":
            return [change.subject in found.recorded for found in self._prints] == [True, False]
        key = change.subject, change.dtype, change.mode, change.property
        values = tuple(_value(facts.get(key)) for facts in self._facts)
        return values[0] != values[1] and values == (change.old, change.new)


def _value(fact: Fact | None) -> Value | None:
    return fact.value if fact else None


def of(old: Side, new: Side) -> Unpinned | None:
    """Return the Kerases of two sides whose requirements leave it to pip; None where one pins it, or both have one.

    A record of what is installed, or of a release that was named, is what it is.
    """
    versions = old.environment.keras or "", new.environment.keras or ""
    open_ = all(side.brings is not None and "keras" not in side.brings for side in (old, new))
    if not open_ or versions[0] == versions[1]:
        return None
    return Unpinned(versions, (_nearest(versions[0]), _nearest(versions[1])))


def _nearest(version: str) -> Release:
    """Return the shipped Keras of a version, or of its minor release."""
    wanted = shipped.numbers(version)
    return max(
        (each for each in shipped.releases("keras") if shipped.numbers(each.version)[:2] <= wanted[:2]),
        key=lambda each: (shipped.numbers(each.version)[:2], each.version == version),
    )


def brought(old: Side, new: Side, patterns: Sequence[str], usage: Usage | None) -> tuple[Side, Side]:
    """Return two sides without tf_keras, where neither requirements nor code bring it, and nothing asks for it."""
    named = (*patterns, *(used.written for used in (usage.used if usage else ())))
    brings = any(side.brings is None or "tf_keras" in side.brings for side in (old, new))
    if brings or any(name.startswith("tf_keras") for name in named):
        return old, new
    return _without(old), _without(new)


def _without(side: Side) -> Side:
    recorded = {subject: found for subject, found in side.fingerprint.recorded.items() if subject[:9] != "tf_keras."}
    return replace(side, fingerprint=replace(side.fingerprint, recorded=recorded))


def notes(side: Side, compared: Side) -> Iterator[str]:
    """Say what `brought` left out of a side."""
    if compared is not side:
        yield "tf_keras is not compared: neither side brings it."
