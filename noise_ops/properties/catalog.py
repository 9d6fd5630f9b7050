"""The list of all properties, and what the property of a fact means."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from noise_ops.properties import (
    amounts,
    attributes,
    calls,
    contracts,
    gradients,
    laws,
    masks,
    opinions,
    outputs,
    recurrent,
    repeats,
    round_trips,
    seeds,
    streams,
)
from noise_ops.properties.declaring import Kind, Property, Question
from noise_ops.properties.step import Step
from noise_ops.subjects.subject import Subject

THEMES: tuple[ModuleType, ...] = (
    *(streams, seeds, calls, outputs, gradients, masks, recurrent, laws, opinions, amounts, repeats),
    *(contracts, attributes, round_trips),
)
"""The files of this room that declare something, in the order in which a record asks."""

PROPERTIES: dict[str, Property] = {
    declared.name: declared for theme in THEMES for declared in getattr(theme, "PROPERTIES", ())
}
"""Every recorded property by name."""

QUESTIONS: dict[str, list[Question]] = {}
"""Every question that a check asks, by the name of its property."""

for _question in (question for theme in THEMES for question in getattr(theme, "QUESTIONS", ())):
    QUESTIONS.setdefault(_question.name, []).append(_question)

UNKNOWN = Property("", Kind.CONTEXT, "unknown-property", "A property that this version of noise_ops does not know.")


def meaning(name: str) -> Property:
    """Return what a fact's property means, whose first word is its name; `UNKNOWN` if no version named it so far."""
    return PROPERTIES.get(name.partition(" ")[0], UNKNOWN)


def code_of(name: str) -> str:
    """Return the code under which a breach of a property is told.

    Raises:
      KeyError: if nothing declares it.
    """
    asked = QUESTIONS.get(name, ())
    return next((question.code for question in asked if question.code), None) or PROPERTIES[name].code


def steps_of(subject: Subject) -> Iterator[Step]:
    """Yield everything that is recorded of a subject."""
    for theme in THEMES:
        if hasattr(theme, "steps"):
            yield from theme.steps(subject)


def witnesses() -> Iterator[Step]:
    """Yield what is recorded of seeds and words, of which every stream is made."""
    for theme in THEMES:
        if hasattr(theme, "witnesses"):
            yield from theme.witnesses()
