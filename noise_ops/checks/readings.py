"""Readings: what stands in an output as a sequence of symbols, whose repetition is no chance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from noise_ops.checks.decisions import one_probability
from noise_ops.checks.masks import dropped_in
from noise_ops.checks.samples import SIGN_OPS
from noise_ops.laws import noise_stddev
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
    op = target.subject.op
    if op == "uniform":
        yield "distances from 1/2", magnitudes(2 * (_finite(y) - _MIDDLE))
    elif op in SIGN_OPS:
        yield "sizes of the noise", magnitudes(_standardized(op, case, _finite(y), _finite(x)))
    elif op == "masked_gaussian_noise":
        noised = np.flatnonzero(y != x)
        yield "places of the noise", _gaps(target, case, y != x)
        if y.dtype in HALF_DTYPES:
            return  # rounded sums do not show what was added
        sizes = magnitudes(_standardized(op, case, _finite(y)[noised], _finite(x)[noised]))
        yield "sizes of the noise", sizes._replace(places=np.append(noised, y.size))
    else:
        yield "dropped places", _gaps(target, case, dropped_in(y, target, case))


def _gaps(target: Target, case: Case, states: npt.NDArray[np.bool_]) -> Symbols:
    assert case.rate is not None
    return gaps(states, one_probability(target, case.rate))


def _standardized(op: str, case: Case, y: npt.NDArray[np.float64], x: npt.NDArray[np.float64]) -> FloatArray:
    """Return the normals behind some units of output."""
    if op == "normal":
        return y
    noise = y / x - 1 if op == "gaussian_dropout" else y - x
    return noise / noise_stddev(op, case.rate, case.stddev)


def _finite(units: FloatArray) -> npt.NDArray[np.float64]:
    # A nan must fail a check, not crash it.
    wide = units.astype(np.float64)
    return wide if np.isfinite(wide).all() else np.nan_to_num(wide, nan=1e6, posinf=1e6, neginf=-1e6)
