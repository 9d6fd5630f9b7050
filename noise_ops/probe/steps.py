"""Every observation of every subject, in the order in which they are made."""

from __future__ import annotations

from typing import Callable, Iterator, Optional, Set

from noise_ops.properties import catalog as properties
from noise_ops.properties.step import Step
from noise_ops.subjects import catalog as subjects

Steps = Callable[[Optional[Set[str]], Optional[Set[str]]], Iterator[Step]]
"""Takes names of subjects and modes, or None for all, to steps in order."""


def steps(names: set[str] | None = None, modes: set[str] | None = None) -> Iterator[Step]:
    """Yield the steps of all subjects, or of those named, in all modes, or in those named."""
    for step in _all_steps(names):
        if modes is None or step.target.partition("/")[2] in modes:
            yield step


def _all_steps(names: set[str] | None) -> Iterator[Step]:
    for subject in subjects.recorded():
        if names is None or subject.name in names:
            yield from properties.steps_of(subject)
    for step in properties.witnesses():
        if names is None or step.subject in names:
            yield step


def subject_names() -> list[str]:
    """Return the names of all subjects, in the order in which they are handed out."""
    names = [subject.name for subject in subjects.recorded()]
    return names + sorted({step.subject for step in properties.witnesses()} - set(names))
