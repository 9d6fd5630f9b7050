"""Readings: what stands in an output as a sequence of symbols, whose repetition is no chance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from noise_ops.checks.promised import is_fused, law_of, p_one
from noise_ops.checks.samples import finite
from noise_ops.reference.variates import HALF_DTYPES, FloatArray
from noise_ops.stats.copies import Symbols, gaps, magnitudes
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

_MIDDLE = (1 - 2.0**-23) / 2
"""The middle of float32's lattice of uniforms: one minus a uniform, less a step, lies as far from it."""


def units_of(array: FloatArray, case: Case) -> FloatArray:
    """Return one element of each unit of an input or output: of each feature map, where the input has maps."""
    if case.x.ndim <= 2:
        return array
    rows, *_, columns = array.shape
    return array.reshape(rows, -1, columns)[:, 0]


def readings(target: Target, case: Case, y: FloatArray, x: FloatArray) -> Iterator[tuple[str, Symbols]]:
    """Yield what the noise of some units can be read as, each with what it is called.

    Args:
      target: what drew it; not in half precision if every unit is noised.
      case: what it was drawn with.
      y: the units of outputs, in one row.
      x: their inputs, without zeros if a mask is read.
    """
    law = law_of(target, case)
    if law.has_mask:
        states = law.elements(x, y, fused=is_fused(target))
        noun = "dropped places" if law.distribution is None else "places of the noise"
        yield noun, gaps(states, p_one(target, law))
    if law.distribution is None and not law.has_mask:
        yield "distances from 1/2", magnitudes(2 * (finite(y) - _MIDDLE))
    elif law.distribution is not None and not (law.has_mask and y.dtype in HALF_DTYPES):
        # Where masked noise is rounded to half precision, sums do not show what was added.
        noised = law.noised(x, y)
        sizes = magnitudes(law.standardized(finite(x)[noised], finite(y)[noised], target.dtype))
        yield "sizes of the noise", sizes._replace(places=np.append(np.flatnonzero(noised), y.size))
