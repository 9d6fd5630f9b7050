"""The catalogue: the steps of all subjects, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Iterator

from noise_ops.probe.steps.arguments import argument_steps, input_steps
from noise_ops.probe.steps.draws import relation_steps, stream_steps
from noise_ops.probe.steps.exact import exact_steps
from noise_ops.probe.steps.layers import layer_steps, recurrent_steps
from noise_ops.probe.steps.step import Step
from noise_ops.probe.steps.witnesses import witness_steps
from noise_ops.subjects.catalog import recorded
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.recurrent import RecurrentSubject


def steps(names: set[str] | None = None, modes: set[str] | None = None) -> Iterator[Step]:
    """Yield the steps of all subjects, or of those named, in all modes, or in those named."""
    for step in _all_steps(names):
        if modes is None or step.target.partition("/")[2] in modes:
            yield step


def _all_steps(names: set[str] | None) -> Iterator[Step]:
    for subject in recorded():
        if names is None or subject.name in names:
            yield from stream_steps(subject)
            yield from relation_steps(subject)
            yield from argument_steps(subject)
            if subject.elementwise:
                yield from exact_steps(subject)
                yield from input_steps(subject)
            if isinstance(subject, LayerSubject):
                yield from layer_steps(subject)
            if isinstance(subject, RecurrentSubject):
                yield from recurrent_steps(subject)
    for step in witness_steps():
        if names is None or step.subject in names:
            yield step


def subject_names() -> list[str]:
    """Return the names of all subjects, in the order in which they are handed out."""
    names = [subject.name for subject in recorded()]
    return names + sorted({step.subject for step in witness_steps()} - set(names))
