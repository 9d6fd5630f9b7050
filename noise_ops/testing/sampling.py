"""Samples of a user's layer: the states of many units, drawn once and held to every statistical property."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from noise_ops.laws.drawing import Draws
from noise_ops.laws.dropping import Drops, TwoPoint
from noise_ops.laws.happening import Selects, Unknown
from noise_ops.laws.law import Law
from noise_ops.testing import calling, given
from noise_ops.testing.asking import NotAskedError
from noise_ops.testing.subject import Subject

ELEMENTS = 8
"""Elements of a sample for each unit that is wanted, at most: a layer of large units has fewer of them."""

CALLS = 2**11
"""Calls of one layer, at most: one of a small batch that is fixed has fewer units."""

AT_ONCE = 2**20
"""Elements of one input, about: memory stays flat."""

_CALLS = 16
"""Calls with each seed, at least: so often each sample of a batch is seen."""

_MOST_CALLS = 64
"""Calls with each seed in half precision, at most."""

SEEDS = 2

POOLED = ("new_call_new_noise", "samples_draw_apart", "axes_shared")
"""Properties without which the units of a sample are no draws that could be counted, or compared."""

States = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Sample:
    """What was drawn.

    Attributes:
      states: of each unit, shape (seeds, calls, *units of a call), of seeds that draw apart; a batch is the first axis
        of the units, if any.
      noise: the noise of each unit in the same order, shape (n,); None of a law that has no distribution.
      sizes: of noise with a distribution, where it is drawn in the outer half of it: of the shape of the states.
      batched: whether the first axis of the units is that of the batch.
      non_finite: how many outputs are nan or infinite, and of how many.
      mixed: whether elements along the shared axes, which are one unit, have several states.
    """

    states: States
    noise: npt.NDArray[np.float64] | None
    sizes: States | None
    batched: bool
    non_finite: tuple[int, int]
    mixed: bool

    @property
    def n(self) -> int:
        """How many units there are."""
        return self.states.size


def counts(law: Law) -> bool:
    """Return whether a law says how often a state is one."""
    return not isinstance(law, Unknown)


def sample(subject: Subject) -> Sample:
    """Return the sample of a subject; it is drawn once."""
    if "sample" not in subject.kept:
        subject.kept["sample"] = _drawn(subject)
    found: Sample = subject.kept["sample"]
    return found


def told_apart(found: Sample, *, calls: bool = True) -> Sample:
    """Return a sample of which units can be counted one by one.

    Args:
      found: the sample.
      calls: whether calls are held to differ as well.

    Raises:
      NotAskedError: if its copies would be taken for units; other properties say so.
    """
    states = found.states
    if found.mixed:
        raise NotAskedError("elements that should have one noise have several, so that there are no units to count")
    if states.all() or not states.any():
        return found  # none, or all: there is nothing to be a copy of
    if calls and (states[:, :1] == states).all():
        raise NotAskedError("all calls have one noise, so that there are too few units to count")
    for axis in range(2, states.ndim):
        if states.shape[axis] > 1 and (np.take(states, [0], axis) == states).all():
            whose = "all samples of a batch" if axis == 2 and found.batched else f"all units along axis {axis - 2}"
            raise NotAskedError(f"{whose} have one noise, so that there are too few units to count")
    return found


def probability(subject: Subject) -> float:
    """Return how often a state is one, by the law."""
    law = subject.law
    return law.on(tuple(np.shape(subject.outcome))).probability if isinstance(law, Selects) else law.probability


def sample_in(subject: Subject, dtype: str, units: int, made: Callable[[str], Any], law: Law) -> Sample:
    """Return the states of about so many units that are drawn in a dtype, in few large calls.

    Args:
      subject: whose input is given.
      dtype: of the input.
      units: how many are wanted.
      made: makes a layer for a name, which seeds it.
      law: its law, which may have another rate than that of the subject.
    """
    small = calling.first(subject.x())
    samples = len(small) if small.ndim else 1
    in_one = max(1.0, subject.states(subject.x(), subject.outcome).size / samples)
    x = _input(subject, math.ceil(units / (2 * SEEDS * in_one)), dtype)
    wide, is_near = calling.first(x).astype(np.float32), isinstance(law, TwoPoint) and on_constant(subject)
    calls = max(2, min(math.ceil(units / (SEEDS * in_one * (len(wide) if wide.ndim else 1))), _MOST_CALLS))
    states, mixed = [], False
    for number in range(SEEDS):
        layer = made(f"{dtype}/{number}")
        for call in range(calls):
            y = subject.calls(f"{dtype}/{number}/{call}", x, made=layer)[0].astype(np.float32)
            elements = _nearer(law, y) if is_near else None
            states.append(law.states(wide, y) if elements is None else law.units(elements))
            mixed |= elements is not None and bool((law.units(elements) & law.units(~elements)).any())
    stacked = _without_copies(np.stack(states).reshape(SEEDS, calls, *states[0].shape))
    return Sample(stacked, None, None, _is_batched(subject, stacked, x), (0, 0), mixed)


def _nearer(law: Law, y: Any) -> States:
    """Return which outputs, however rounded, are nearer to what is dropped than to what is kept."""
    assert isinstance(law, TwoPoint)
    dropped, kept = law.points
    kept = law.scale * given.shown_at(law) if isinstance(law, Drops) else kept
    return np.asarray(np.abs(y - dropped) < np.abs(y - kept))


def _is_batched(subject: Subject, states: States, x: Any) -> bool:
    return 0 not in _dropped_axes(subject) and states.ndim > 2 and states.shape[2] == len(calling.first(x))


def _drawn(subject: Subject) -> Sample:
    law, wanted = subject.law, subject.units
    fixed = math.prod(side for side in subject.shape if side is not None)
    x = _input(subject, wanted // (_CALLS * SEEDS * max(1, fixed)))
    elements = calling.first(x).size
    seen = subject.calls("size", x)[0]
    if law.observe is None and not isinstance(law, Draws) and seen.shape != calling.first(x).shape:
        raise NotAskedError(f"of an input of shape {calling.first(x).shape} it makes one of {seen.shape}")
    sized = subject.states(x, seen)
    calls = max(2, math.ceil(wanted / (SEEDS * max(1, sized.size))))
    calls = max(2, min(calls, ELEMENTS * wanted // (SEEDS * elements), CALLS))
    states, noise, sizes, broken, count = [], [], [], 0, 0
    for number in range(SEEDS):
        layer = subject.fresh(f"sample/{number}")
        for call in range(calls):
            y = subject.calls(f"sample/{number}/{call}", x, made=layer)[0]
            states.append(subject.states(x, y))
            count += y.size
            broken += int(np.count_nonzero(~np.isfinite(y.astype(np.float64))))
            if law.distribution is not None and law.observe is None:
                drawn, noised = _noise(subject, calling.first(x), y)
                noise.append(drawn[noised])
                sizes.append((_is_outer(law, drawn) & noised).reshape(states[-1].shape))
    shapes = {each.shape for each in states}
    if len(shapes) > 1:
        raise calling.NoArrayError(f"the states of successive calls have the shapes {sorted(shapes)}")
    stacked = _without_copies(np.stack(states).reshape(SEEDS, calls, *states[0].shape))
    kept = len(stacked) * calls
    outer = np.stack(sizes[:kept]).reshape(stacked.shape) if sizes else None
    drawn_noise = np.concatenate(noise[:kept]) if noise else None
    batched, mixed = _is_batched(subject, stacked, x), _is_mixed(subject, x, seen)
    return Sample(stacked, drawn_noise, outer, batched, (broken, count), mixed)


def _without_copies(states: States) -> States:
    """Return states without those of a second seed that draws what the first does, which a property of seeds tells."""
    is_copy = states.any() and not states.all() and (states[:1] == states).all()
    return states[:1] if is_copy else states


def _input(subject: Subject, samples: int = 2**16, dtype: str = "float32") -> Any:
    """Return the input of a sample, of so many samples where a batch may have any size, if they are not too large."""
    if subject.is_structured or isinstance(subject.inputs, np.ndarray):
        return subject.x(dtype)
    fixed = math.prod(side for side in subject.shape if side is not None)
    batch = max(2, min(AT_ONCE // max(1, fixed), samples, 2**16))
    if on_constant(subject):
        return given.constant(subject.law, subject.shape, batch, dtype)
    return subject.x(dtype, batch)


def on_constant(subject: Subject) -> bool:
    """Return whether the input of a sample is the constant on which noise is read off without a loss."""
    if subject.inputs is None or given.is_range(subject.inputs):
        low, high = subject.inputs or (-math.inf, math.inf)
        return low <= given.shown_at(subject.law) <= high and given.shows_on_constant(subject.law)
    return False


def _dropped_axes(subject: Subject) -> tuple[int, ...]:
    rank = len(subject.shape)
    return tuple(axis % rank for axis in subject.law.shared_axes) if rank else ()


def _is_mixed(subject: Subject, x: Any, y: Any) -> bool:
    law = subject.law
    if law.observe is not None or not law.shared_axes or calling.first(x).shape != y.shape:
        return False
    elements = law.elements(calling.first(x), y)
    return bool((elements.any(axis=law.shared_axes) != elements.all(axis=law.shared_axes)).any())


def _noise(subject: Subject, x: Any, y: Any) -> tuple[npt.NDArray[np.float64], States]:
    """Return the noise of each unit, of one element each where several share it, and which of them hold noise."""
    if y.shape != x.shape:
        x = np.zeros_like(y)
    axes = _dropped_axes(subject)
    place = tuple(slice(0, 1) if axis in axes else slice(None) for axis in range(y.ndim))
    noised = np.broadcast_to(subject.law.noised(x, y), y.shape)[place]
    return np.asarray(subject.law.noise(x, y))[place], noised


def _is_outer(law: Law, noise: npt.NDArray[np.float64]) -> States:
    """Return which noise lies outside of the quartiles: half of it, whatever its sign."""
    assert law.distribution is not None
    low, high = (float(law.distribution.ppf(quantile)) for quantile in (0.25, 0.75))
    return np.asarray((noise < low) | (noise > high))
