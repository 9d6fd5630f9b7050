"""The stairs of half precision: how often a state is one, at each rate that one may ask for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from noise_ops.laws.law import Law
from noise_ops.laws.of_ops import law_of_op
from noise_ops.reference.variates import DTYPES, share_below
from noise_ops.subjects import catalog

_STEPS = 400
"""Rates at which the stairs are computed; of equal neighbours the first and the last are kept."""


def of_subject(subject: str, dtype: str, mode: str, least: float, most: float) -> tuple[tuple[float, float], ...]:
    """Return corners (rate, probability of one) of what a subject's arithmetic draws; empty of an unknown subject.

    Args:
      subject: full name.
      dtype: name of the dtype in which it computes.
      mode: how it is run; "xla" has a lattice of its own.
      least: rate from which on to compute, above 0.
      most: rate up to which, below 1.
    """
    known = catalog.named(subject)
    if known is None or known.op is None:
        return ()
    (drawn_in,) = (each for each in DTYPES if each.name == dtype)

    def at(law: Law) -> float:
        return law.p_one(drawn_in, "xla" if mode == "xla" else "kernel")

    op = known.op
    return _corners(lambda rate: at(law_of_op(op, rate, 1.0)), least, most)


def of_dtype(dtype: str, least: float, most: float) -> tuple[tuple[float, float], ...]:
    """Return the same of a mask that is drawn in a dtype by a kernel, whichever layer draws it."""
    (drawn_in,) = (each for each in DTYPES if each.name == dtype)
    return _corners(lambda rate: share_below(rate, drawn_in), least, most)


def _corners(share: Callable[[float], float], least: float, most: float) -> tuple[tuple[float, float], ...]:
    steps = [(rate, share(rate)) for rate in map(float, np.geomspace(least, most, _STEPS))]
    around = zip([(0.0, -1.0), *steps], steps, [*steps[1:], (1.0, 2.0)], strict=False)
    return tuple(step for before, step, after in around if step[1] != before[1] or step[1] != after[1])
