"""A step: one observation, by the name under which it is recorded."""

from __future__ import annotations

from typing import Callable, NamedTuple

from noise_ops.subjects.subject import Subject
from noise_ops.subjects.texts import attempt
from noise_ops.subjects.values import Facts, Value


class Step(NamedTuple):
    """One observation.

    Attributes:
      subject: name of the subject.
      target: "dtype/mode".
      name: the property under which the value is recorded, or what was raised in its place.
      observe: returns the value, or several by property as a dict.
      several: whether `observe` returns several.
    """

    subject: str
    target: str
    name: str
    observe: Callable[[], Value]
    several: bool = False

    @property
    def key(self) -> str:
        """What identifies a step between processes."""
        return " ".join((self.subject, self.target, self.name))

    def facts(self) -> Facts:
        """Make the observation."""
        value = attempt(self.observe)
        return value if self.several and isinstance(value, dict) else {self.name: value}


def in_float32(subject: Subject, name: str, observe: Callable[[], Value], mode: str = "eager") -> Step:
    """Return a step in float32 that records one value."""
    return Step(subject.name, "float32/" + mode, name, observe)
