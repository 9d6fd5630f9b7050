"""Which law each function of `noise_ops` keeps, and a bare draw of "uniform" or "normal" with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from scipy import stats

from noise_ops.laws.adding import adds_normal, adds_to_share, normal
from noise_ops.laws.drawing import draws
from noise_ops.laws.dropping import drops, drops_affinely
from noise_ops.laws.law import Law
from noise_ops.laws.multiplying import multiplies_normal

_OF: Mapping[str, Callable[[float, float], Law]] = MappingProxyType(
    {
        "dropout": lambda rate, stddev: drops(rate),
        "spatial_dropout": lambda rate, stddev: drops(rate),
        "alpha_dropout": lambda rate, stddev: drops_affinely(rate),
        "gaussian_dropout": lambda rate, stddev: multiplies_normal(rate),
        "gaussian_noise": lambda rate, stddev: adds_normal(stddev),
        "masked_gaussian_noise": lambda rate, stddev: adds_to_share(rate, normal(stddev)),
        # A uniform is judged by the share below a rate, which is what a mask is made of.
        "uniform": lambda rate, stddev: draws(stats.uniform(), below=rate),
        "normal": lambda rate, stddev: draws(stats.norm()),
    }
)
"""By op, from a rate and a standard deviation, of which each takes what it has."""


@lru_cache(1024)  # to freeze a distribution of scipy takes longer than most of what is asked of it
def law_of_op(op: str, rate: float, stddev: float, shared_axes: tuple[int, ...] = ()) -> Law:
    """Return the law of an op.

    Args:
      op: name of a function of `noise_ops`, or "uniform" or "normal".
      rate: its rate, or the cut below which uniforms are counted.
      stddev: its standard deviation.
      shared_axes: axes of the input along which its mask is one.

    Raises:
      KeyError: if there is no such op.
      LawError: if the rate or standard deviation is none.
    """
    law = _OF[op](rate, stddev)
    return replace(law, shared_axes=shared_axes) if shared_axes else law
