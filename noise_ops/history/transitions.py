"""When a property changed: every transition over the shipped releases, and the first release between good and bad."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from noise_ops.fingerprint import shipped
from noise_ops.history.bisecting import bisect
from noise_ops.history.observed import DOCUMENTED, NOT_DOCUMENTED, NOT_RECORDED, Key, Told, seen_in, words
from noise_ops.history.turns import Bisection, Row

__all__ = [
    "DOCUMENTED",
    "NOT_DOCUMENTED",
    "NOT_RECORDED",
    "Bisection",
    "Row",
    "Step",
    "Transition",
    "bisect",
    "transitions",
    "words",
]


@dataclass(frozen=True)
class Step:
    """What a release shows.

    Attributes:
      release: name of the release.
      value: what is seen, in few words; equal words mean the same.
    """

    release: str
    value: str


@dataclass(frozen=True)
class Transition:
    """A fact that is not the same in every release.

    Attributes:
      subject, dtype, mode, property: what it is about.
      steps: the first release that was recorded, and each release in which the value is another than before.
    """

    subject: str
    dtype: str
    mode: str
    property: str
    steps: tuple[Step, ...]


def transitions(library: str) -> tuple[Transition, ...]:
    """Return every fact that is not the same in all shipped releases of a library, in order of what it is about.

    Args:
      library: "tensorflow" or "keras".
    """
    shown = [(release.name, seen_in(release)) for release in shipped.releases(library)]
    keys = sorted({key for _, facts in shown for key in facts})
    return tuple(Transition(*key, steps) for key in keys if len(steps := tuple(_steps(key, shown))) > 1)


def _steps(key: Key, shown: Told) -> Iterator[Step]:
    before = None
    for release, facts in shown:
        value = facts[key].value if key in facts else NOT_RECORDED
        if value != before and (before is not None or value != NOT_RECORDED):
            yield Step(release, value)
            before = value
