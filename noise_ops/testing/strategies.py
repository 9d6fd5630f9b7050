"""Hypothesis strategies for tests of your own: rates, spreads, seeds, dtypes, shapes, and inputs that show noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from noise_ops.reference.variates import DTYPES

DTYPE_NAMES = tuple(dtype.name for dtype in DTYPES)
"""The dtypes in which layers compute: float16, bfloat16, float32 and float64, by name."""


def rates(*, limits: bool = False) -> st.SearchStrategy[float]:
    """Return probabilities between 0 and 1, common ones first.

    Args:
      limits: whether 0 and 1 are among them.
    """
    common = st.sampled_from((0.5, 0.3, 0.1, 0.9, 0.01))
    inside = common | st.floats(1e-6, 1 - 1e-6)
    return inside | st.sampled_from((0.0, 1.0)) if limits else inside


def stddevs(*, limits: bool = False) -> st.SearchStrategy[float]:
    """Return standard deviations of at most 10, common ones first.

    Args:
      limits: whether 0 is among them.
    """
    inside = st.sampled_from((1.0, 0.1, 0.25, 2.0)) | st.floats(1e-6, 10.0)
    return inside | st.just(0.0) if limits else inside


def seeds() -> st.SearchStrategy[int]:
    """Return integers from 0 to 2**31 - 1, which every op of TensorFlow and layer of Keras takes, its limits first."""
    return st.sampled_from((7, 0, 1, 2**31 - 1, 2**31 - 2)) | st.integers(0, 2**31 - 1)


def dtypes() -> st.SearchStrategy[str]:
    """Return names of the dtypes in which layers compute: float16, bfloat16, float32 and float64."""
    return st.sampled_from(("float32", *(name for name in DTYPE_NAMES if name != "float32")))


def shapes(
    rank: int | None = None, *, min_side: int = 1, max_side: int = 6, batch: int | None = None
) -> st.SearchStrategy[tuple[int, ...]]:
    """Return shapes of inputs, sides that differ first.

    Args:
      rank: number of axes; None for 1 to 5.
      min_side: least length of an axis; 0 makes empty inputs.
      max_side: greatest length of an axis.
      batch: length of the first axis; None for any.

    Raises:
      ValueError: if `min_side` is above `max_side`, or the rank no number from 0 to 32.
    """
    if not 0 <= min_side <= max_side:
        raise ValueError(f"min_side and max_side are lengths in this order, not {min_side} and {max_side}.")
    if rank is not None and not 0 <= rank <= 32:
        raise ValueError(f"rank is a number of axes from 0 to 32, not {rank}.")
    ranks = st.sampled_from((2, 3, 4, 1, 5)) if rank is None else st.just(rank)
    made = ranks.flatmap(lambda r: st.tuples(*[st.integers(min_side, max_side)] * r))
    return made if batch is None else made.map(lambda shape: (batch, *shape[1:]) if shape else shape)


@st.composite
def inputs(
    draw: st.DrawFn,
    shape: tuple[int, ...] | st.SearchStrategy[tuple[int, ...]],
    dtype: str = "float32",
    *,
    low: float = -4.0,
    high: float = 4.0,
    finite: bool = True,
) -> npt.NDArray[Any]:
    """Return inputs of values between two bounds, none of them so small that noise would be rounded away.

    Args:
      draw: given by Hypothesis; leave it out.
      shape: of an input, or a strategy of shapes.
      dtype: name of a dtype, one of `DTYPE_NAMES`.
      low: bound of the values.
      high: bound of the values.
      finite: whether nan and infinities are left out; else an element or two may be one.

    Raises:
      ValueError: if the dtype is none of those.
    """
    if dtype not in DTYPE_NAMES:
        raise ValueError(f"dtype is {', '.join(DTYPE_NAMES[:-1])} or {DTYPE_NAMES[-1]}, not {dtype!r}.")
    sides = shape if isinstance(shape, tuple) else draw(shape)
    entropy = draw(st.integers(0, 2**32 - 1))
    x = np.random.default_rng(entropy).uniform(low, high, sides)
    x = np.where(np.abs(x) < 2.0**-6, (low + high) / 2 or high / 2, x)
    wanted = next(each for each in DTYPES if each.name == dtype)
    x = x.astype(wanted)
    if not finite and x.size:
        for index in draw(st.sets(st.integers(0, x.size - 1), max_size=2)):
            x.reshape(-1)[index] = draw(st.sampled_from((np.nan, np.inf, -np.inf)))
    return x
