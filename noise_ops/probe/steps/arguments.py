"""Steps of arguments and inputs: which are accepted, and what they do."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from noise_ops.probe.observations.contracts import outcome, outcome_of, outcome_on, signature
from noise_ops.probe.steps.grids import DATA_FORMATS, KINDS, NOISE_SHAPES, SEEDS, STRENGTHS
from noise_ops.probe.steps.step import Step, in_float32
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.subject import Subject


def argument_steps(subject: Subject) -> Iterator[Step]:
    """Which arguments are accepted, and what they do."""
    yield in_float32(subject, "signature", functools.partial(signature, subject))
    grids: list[tuple[str, Sequence[tuple[str, Any]]]] = []
    if subject.strength:
        grids.append((subject.strength, STRENGTHS if subject.elementwise else STRENGTHS[:3]))
    if subject.takes("seed"):
        grids.append(("seed", SEEDS if subject.elementwise or subject.draws else SEEDS[:2]))
    if subject.takes("noise_shape"):
        grids.append(("noise_shape", NOISE_SHAPES))
    if subject.takes("data_format"):
        grids.append(("data_format", DATA_FORMATS))
    for argument, grid in grids:
        for label, value in grid:
            observe = functools.partial(outcome, subject, **{argument: value})
            yield in_float32(subject, f"accepts {argument}={label}", observe)
    for label, make in KINDS if subject.elementwise and subject.strength and len(subject.shape) <= 3 else ():
        observe = functools.partial(outcome_of, subject, subject.strength or "", make)
        yield in_float32(subject, f"accepts {subject.strength}={label}", observe)


def input_steps(subject: Subject) -> Iterator[Step]:
    """Which inputs are accepted."""
    inputs: list[tuple[str, Callable[[], Any]]] = [
        ("empty", lambda: tf.zeros((0, *subject.shape[1:]))),
        ("scalar", lambda: tf.constant(1.0)),
        ("numpy float64", lambda: np.ones(subject.shape)),
        ("float16", lambda: tf.ones(subject.shape, tf.float16)),
        ("int32", lambda: tf.ones(subject.shape, tf.int32)),
        ("list", lambda: [[1.0, 2.0], [3.0, 4.0]]),
        ("one rank less", lambda: tf.ones(subject.shape[1:])),
        ("ragged", lambda: tf.ragged.constant([[1.0, 2.0], [3.0]])),
        ("sparse", lambda: tf.sparse.from_dense([[1.0, 0.0], [0.0, 2.0]])),
        ("no features", lambda: tf.zeros((*subject.shape[:-1], 0))),
    ]
    for label, make in inputs:
        yield in_float32(subject, f"accepts input {label}", functools.partial(outcome_on, subject, make))
