"""Samples of a user's layer: the states of many units, drawn once and held to every statistical property."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from noise_ops.testing import calling, given
from noise_ops.testing.subject import Subject

ELEMENTS = 8
"""Elements of a sample for each unit that is wanted, at most: a layer of large units has fewer of them."""

AT_ONCE = 2**20
"""Elements of one input, about: memory stays flat."""

SEEDS = 2

States = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Sample:
    """What was drawn.

    Attributes:
      states: of each unit, shape (seeds, calls, *units of a call); a batch is the first axis of the units, if any.
      noise: the noise of each unit in the same order, shape (n,); None of a law that has no distribution.
      batched: whether the first axis of the units is that of the batch.
    """

    states: States
    noise: npt.NDArray[np.float64] | None
    batched: bool

    @property
    def n(self) -> int:
        """How many units there are."""
        return self.states.size


def sample(subject: Subject) -> Sample:
    """Return the sample of a subject; it is drawn once."""
    if "sample" not in subject.kept:
        subject.kept["sample"] = _drawn(subject)
    found: Sample = subject.kept["sample"]
    return found


def _drawn(subject: Subject) -> Sample:
    law, wanted = subject.law, subject.units
    x = _input(subject)
    elements = calling.first(x).size
    sized = subject.states(x, subject.calls("size", x)[0])
    calls = max(2, math.ceil(wanted / (SEEDS * max(1, sized.size))))
    calls = max(2, min(calls, ELEMENTS * wanted // (SEEDS * elements)))
    states, noise = [], []
    for number in range(SEEDS):
        layer = subject.fresh(f"sample/{number}")
        for call in range(calls):
            y = subject.calls(f"sample/{number}/{call}", x, made=layer)[0]
            states.append(subject.states(x, y))
            if law.distribution is not None and law.observe is None:
                noise.append(_noise(subject, calling.first(x), y))
    shapes = {each.shape for each in states}
    if len(shapes) > 1:
        raise calling.NoArrayError(f"the states of successive calls have the shapes {sorted(shapes)}")
    stacked = np.stack(states).reshape(SEEDS, calls, *states[0].shape)
    batched = 0 not in _dropped_axes(subject) and stacked.ndim > 2 and stacked.shape[2] == len(calling.first(x))
    return Sample(stacked, np.concatenate(noise) if noise else None, batched)


def _input(subject: Subject) -> Any:
    """Return the input of a sample: large where a batch may have any size."""
    if subject.is_structured or isinstance(subject.inputs, np.ndarray):
        return subject.x()
    fixed = math.prod(side for side in subject.shape if side is not None)
    batch = max(2, min(AT_ONCE // max(1, fixed), 2**16))
    if subject.inputs is not None or not given.shows_on_constant(subject.law):
        return subject.x(batch=batch)
    return given.constant(subject.law, subject.shape, batch)


def _dropped_axes(subject: Subject) -> tuple[int, ...]:
    rank = len(subject.shape)
    return tuple(axis % rank for axis in subject.law.shared_axes) if rank else ()


def _noise(subject: Subject, x: Any, y: Any) -> npt.NDArray[np.float64]:
    """Return the noise of each unit, of one element each where several share it."""
    if y.shape != x.shape:
        x = np.zeros_like(y)
    noise, noised = subject.law.noise(x, y), subject.law.noised(x, y)
    axes = _dropped_axes(subject)
    place = tuple(slice(0, 1) if axis in axes else slice(None) for axis in range(y.ndim))
    found: npt.NDArray[np.float64] = np.asarray(noise)[place][np.broadcast_to(noised, y.shape)[place]]
    return found.ravel()
