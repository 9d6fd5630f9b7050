"""How many calls tell one noise from what chance made alike: independent draws are counted, and not elements.

Two right calls are alike with a probability that their independent draws decide: all elements along an axis that the
law shares are one draw, the whole batch among them, and a selection is one draw a line. Where one call has too few,
more calls are compared.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, NamedTuple, Protocol

import numpy as np

from noise_ops.laws.adding import Adds
from noise_ops.laws.happening import Selects, Unknown
from noise_ops.laws.law import Law
from noise_ops.laws.noise import LawError
from noise_ops.testing import calling, given

SURE = 64
"""A property that spends no alpha is asked where chance answers it once in 2**64 times at most."""

MOST_CALLS = 2**10
"""Calls that are compared at most; a law of which they do not tell enough is not asked."""

MOST_ELEMENTS = 2**27
"""Elements of all these calls at most."""

OF_UNKNOWN = 64
"""Calls of a layer of which nothing is promised, not even how often it does something."""

_LATTICE = 20.0
"""Bits of a draw of a distribution at most: uniforms of float32 have 23."""

TOO_FEW = "its independent draws are so few, or so seldom of one state, that chance could make outputs alike"
"""Why a property is not asked."""


class Subject(Protocol):
    """What is asked of a layer with its law here; `noise_ops.testing.subject` has it."""

    law: Law
    inputs: Any

    @property
    def shape(self) -> given.Shape: ...  # noqa: D102

    @property
    def is_structured(self) -> bool: ...  # noqa: D102

    def x(self, dtype: str = ..., batch: int | None = ...) -> Any: ...  # noqa: D102

    def calls(self, name: str, x: Any, count: int = ...) -> list[Any]: ...  # noqa: D102

    def states(self, x: Any, y: Any) -> Any: ...  # noqa: D102


class Draws(NamedTuple):
    """What is drawn in a call.

    Attributes:
      bits: by how many factors of 2 the likeliest outcome is less than sure.
      units: how many draws are independent.
      grows: whether a larger batch has more of them.
    """

    bits: float
    units: float
    grows: bool = False


def in_small_batch(subject: Subject) -> Draws:
    """Return what a call on a batch of `given.BATCH` samples draws by the law, or on an input whose shape is fixed."""
    law, x = subject.law, subject.x(batch=given.BATCH)
    if isinstance(law, Unknown):
        return Draws(_of_unknown(subject, x), 0)
    try:
        states = subject.states(x, subject.calls("units", x)[0])
        units = float(states.size)
        is_open = bool(subject.shape) and subject.shape[0] is None and not isinstance(subject.inputs, np.ndarray)
        grows = is_open and not subject.is_structured and _of_batch(subject, 2 * given.BATCH) > units
        return Draws(units * bits_of_unit(law, x), units, grows)
    except (LawError, calling.RaisedError, calling.NoArrayError, ValueError):
        return Draws(math.inf, math.inf)  # nothing is known of it, or it does not do what its law is about


def _of_batch(subject: Subject, batch: int) -> float:
    x = subject.x(batch=batch)
    return float(subject.states(x, subject.calls("units", x)[0]).size)


def bits_of_unit(law: Law, x: Any) -> float:
    """Return the bits of one draw of a law: -log2 of how likely its likeliest outcome is.

    Raises:
      LawError: if the law says nothing of it.
    """
    if isinstance(law, Selects):
        of = calling.first(x).shape[law.axis]
        return math.log2(math.comb(int(of), law.count)) / int(of)  # of a line, on each of its elements
    if not law.counted:
        return _of_distribution(law, x)
    p = law.probability
    return -math.log2(max(p, 1 - p)) if 0 < p < 1 else 0.0


def _of_distribution(law: Law, x: Any) -> float:
    """Return the bits of a draw as float32 rounds it: a Beta(0.2, 0.2) is 1 one time in 30."""
    drawn: Any = law.distribution
    size = float(np.abs(calling.first(x)).max(initial=0.0)) if isinstance(law, Adds) else 0.0
    cuts = np.asarray(drawn.ppf(np.concatenate([[0.0, 1e-6, 1e-3], np.linspace(0.01, 0.99, 99), [0.999, 1.0]])))
    cuts = cuts[np.isfinite(cuts)]
    steps = np.spacing(np.maximum(np.abs(cuts), max(size, 1e-30)).astype(np.float32)).astype(np.float64)
    atom = float(np.max(drawn.cdf(cuts + steps) - drawn.cdf(cuts - steps)))
    return min(_LATTICE, -math.log2(min(1.0, max(atom, 1e-30))))


def _of_unknown(subject: Subject, x: Any) -> float:
    """Return half a bit for a layer whose calls are seldom alike, as 64 of them show; 0 for another.

    If one outcome came more often than 7 times in 10, it would be no more than 16 of them once in 10**12 times.
    """
    try:
        outputs = subject.calls("unknown", x, OF_UNKNOWN)
    except (calling.RaisedError, calling.NoArrayError):
        return math.inf  # which properties tell
    often = Counter(each.tobytes() for each in outputs).most_common(1)[0][1]
    return 0.5 if often <= OF_UNKNOWN // 4 else 0.0


def share_of_samples(subject: Subject) -> float:
    """Return 1, or one over the size of a batch of which all samples turn out to have one noise, whatever the law."""
    x = subject.x()
    count = len(calling.first(x)) if calling.first(x).ndim else 1
    if count < 2 or isinstance(subject.law, Unknown):
        return 1.0
    try:
        states = [subject.states(x, y) for y in subject.calls("alike", x, 4)]
    except (LawError, calling.RaisedError, calling.NoArrayError, ValueError):
        return 1.0
    alike = all(each.ndim and len(each) == count and bool((each == each[:1]).all()) for each in states)
    return 1 / count if alike else 1.0
