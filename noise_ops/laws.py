"""What each op promises: mask density, mean and variance; once as documented, once as implemented.

The documented law is the API's promise. The implemented law follows from the arithmetic: a uniform drawn in
b bits drops with probability ceil(rate * 2**b) / 2**b. Where the two part, as in bfloat16, the documented one
is what users were promised, and the difference is a known deviation.

References:
  Srivastava et al., "Dropout", JMLR 15, 2014, section 10 (variance rate / (1 - rate)).
  keras v3.15.1 keras/src/layers/regularization/*.py, docstrings.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from noise_ops.reference.bits import Engine
from noise_ops.reference.variates import FLOAT32, as_dtype, lattice_bits, rate_threshold

FLOAT32_MASK_OPS = ("alpha_dropout", "masked_gaussian_noise")
"""Ops whose mask is drawn in float32, whatever they compute in."""


def drop_probability(rate: float) -> float:
    """Return the documented probability that a unit is dropped."""
    return rate


def implemented_drop_probability(op: str, rate: float, dtype: np.dtype[Any], engine: Engine = "kernel") -> float:
    """Return the probability with which the arithmetic drops a unit.

    Args:
      op: name of the op; alpha_dropout and masked_gaussian_noise draw their mask in float32.
      rate: documented probability.
      dtype: compute dtype.
      engine: "kernel" or "xla".
    """
    drawn = FLOAT32 if op in FLOAT32_MASK_OPS else dtype
    return rate_threshold(rate, drawn, engine) / 2.0 ** lattice_bits(drawn, engine)


def implemented_share_below(rate: float, dtype: np.dtype[Any], engine: Engine = "kernel") -> float:
    """Return the probability that a uniform of a dtype lies below `rate`."""
    bits = lattice_bits(dtype, engine)
    return math.ceil(rate * 2.0**bits) / 2.0**bits


def noise_stddev(op: str, rate: float | None, stddev: float | None) -> float:
    """Return the documented standard deviation of the noise on an input of ones.

    Dropout and its Gaussian form: sqrt(rate / (1 - rate)). Additive noise: stddev.
    """
    if op == "normal":
        return 1.0
    if op in ("gaussian_noise", "masked_gaussian_noise"):
        assert stddev is not None
        return stddev
    assert rate is not None
    return math.sqrt(rate / (1 - rate))


def implemented_noise_stddev(op: str, parameter: float, dtype: np.dtype[Any]) -> float:
    """Return the standard deviation by which normals are multiplied: the documented one, rounded to the dtype.

    Args:
      op: name of the op.
      parameter: rate of gaussian_dropout, stddev of the others.
      dtype: compute dtype; rounding changes at most 0.2 % in bfloat16, 0.05 % in float16.
    """
    return float(as_dtype(noise_stddev(op, parameter, parameter), dtype))
