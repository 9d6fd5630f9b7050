"""Hypothesis strategies for the cases: shapes, seeds, rates, noise shapes and awkward inputs."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import ml_dtypes
import numpy as np
from hypothesis import strategies as st

from noise_ops.checks.samples import origin
from noise_ops.reference.variates import FloatArray
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

# Hypothesis tries the first choice of everything first, and simplifies towards it: so the first choices together
# are an ordinary call, and a small profile is not spent on a scalar of zeros.
_RANKS = (2, 0, 1, 3, 4, 5)
_SIDES = (4, 0, 1, 2, 3, 5, 6)
_ranks = st.sampled_from(_RANKS)

EDGE_SEEDS = (9, 0, 1, -1, 2**31 - 2, 2**31 - 1, 2**31, 2**32 + 5, -(2**31), 2**63 - 1, -(2**63))
EDGE_RATES = (0.3, 0.5, 0.1, 0.01, 0.9, 1e-3, 1 - 1e-7)

seeds = st.sampled_from(EDGE_SEEDS) | st.integers(-(2**63), 2**63 - 1)
"""Every integer that both Keras 3 and tf_keras accept as a seed."""

rates = st.sampled_from(EDGE_RATES) | st.floats(1e-6, 1 - 1e-6)
"""Rates strictly between 0 and 1; the limits have properties of their own."""

stddevs = st.sampled_from((1.0, 0.3, 1e-3)) | st.floats(1e-6, 1.0)
"""Standard deviations that Keras 3 accepts."""


def shapes(rank: int | None = None, min_side: int = 0) -> st.SearchStrategy[tuple[int, ...]]:
    """Return shapes of a given rank, or of rank 0 to 5, empty axes included where `min_side` is 0."""
    ranks = _ranks if rank is None else st.just(rank)
    sides = st.sampled_from([side for side in _SIDES if side >= min_side])
    return ranks.flatmap(lambda r: st.lists(sides, min_size=r, max_size=r)).map(tuple)


@st.composite
def inputs(draw: Any, shape: tuple[int, ...], dtype: np.dtype[Any], finite: bool) -> FloatArray:
    """Draw normal inputs, some of their elements replaced by zeros, limits of the dtype, and nan or infinity."""
    entropy = draw(st.integers(0, 2**32 - 1))
    x = np.random.default_rng(entropy).standard_normal(shape).astype(dtype)
    info = ml_dtypes.finfo(dtype)  # type: ignore[no-untyped-call]
    awkward = [0.0, -0.0, 1.0, float(info.tiny), float(info.smallest_subnormal), -float(info.tiny) / 2]
    if not finite:
        awkward += [math.nan, math.inf, -math.inf, float(info.max)]
    for index in draw(st.sets(st.integers(0, max(x.size - 1, 0)), max_size=min(x.size, 6))):
        x.reshape(-1)[index] = draw(st.sampled_from(awkward))
    return x


@st.composite
def noise_shapes(draw: Any, shape: tuple[int, ...]) -> tuple[int | None, ...] | None:
    """Draw None or a mask shape that broadcasts to `shape`."""
    if not shape or not draw(st.booleans()):
        return None
    choices = [
        # Keras 3 refuses a 0 in noise_shape, so that an empty axis can only be left to the input.
        [None, 1] if size == 0 else [size, 1, None]
        for size in shape
    ]
    return tuple(draw(st.sampled_from(entries)) for entries in choices)


@st.composite
def cases(draw: Any, target: Target, *, finite: bool = False) -> Case:
    """Draw cases that a target documents to work.

    Args:
      draw: given by Hypothesis.
      target: the subject, dtype and mode.
      finite: leave out nan, infinity and overflow.
    """
    subject = target.subject
    # A model needs a batch axis, and files cannot hold an empty one.
    batched = target.mode == "reloaded"
    rank = subject.rank if subject.rank is not None else draw(_ranks.filter(lambda rank: rank > 0 or not batched))
    shape = draw(shapes(rank, min_side=int(batched)))
    case: Case = target.subject_case(
        draw(inputs(shape, target.dtype, finite)), rate=draw(rates), stddev=draw(stddevs), seed=draw(seeds)
    )
    laid_out: Case = draw(_with_layout(case, target))
    return laid_out


def finite_cases(target: Target) -> st.SearchStrategy[Case]:
    """Return the cases without nan, infinity and overflow."""
    return cases(target, finite=True)


@st.composite
def _with_layout(draw: Any, case: Case, target: Target) -> Case:
    op, generation, rank = target.subject.op, target.subject.library.generation, target.subject.rank
    arguments: dict[str, Any] = {}
    if op == "spatial_dropout" and rank != 3:
        # tf_keras loses data_format on the way through a config: a known deviation with a test of its own.
        keeps_format = generation == 3 or target.mode not in ("from_config", "reloaded")
        arguments["data_format"] = draw(st.sampled_from(("channels_last", "channels_first")[: 1 + keeps_format]))
    # Likewise noise_shape of its AlphaDropout, which takes no None entries either.
    if op == "dropout" or (op == "alpha_dropout" and generation == 3):
        arguments["noise_shape"] = draw(noise_shapes(case.x.shape))
    return Case(case.x, case.seed, case.rate, case.stddev, **arguments)


def mask_cases(target: Target) -> st.SearchStrategy[Case]:
    """Return cases at rate 1/2 on many mask units, where two draws agree by chance once in 2**64."""
    side = 8 if target.subject.rank is None else 10
    shape = (side, side) if target.subject.rank is None else (side, *(2,) * (target.subject.rank - 2), side)
    x = np.ones(shape, target.dtype)
    # Seeds that have two neighbours.
    return seeds.filter(lambda seed: abs(seed) < 2**63 - 1).map(
        lambda seed: target.subject_case(x, rate=0.5, stddev=0.5, seed=seed)
    )


def moderate_seed_cases(target: Target) -> st.SearchStrategy[Case]:
    """Return the cases of `mask_cases` with seeds far from the limits of 64 bits."""
    return mask_cases(target).map(lambda case: replace(case, seed=case.seed % 2**31))


def moderate_cases(target: Target) -> st.SearchStrategy[Case]:
    """Return cases on inputs that can be doubled without overflow or denormals."""
    values = st.lists(st.sampled_from((0.0, -0.0, 0.5, 1.0, -3.0, 7.0)), min_size=1, max_size=24)
    return st.builds(
        lambda x, rate, seed: target.subject_case(np.array(x, target.dtype), rate=rate, stddev=0.5, seed=seed),
        values,
        st.sampled_from((0.5, 0.3, 0.1)),
        seeds,
    )


def grain_cases(target: Target) -> st.SearchStrategy[Case]:
    """Return cases of so many draws that a hundredth of them never coincide by chance, rounded as little as may be."""
    x = np.full((64, 64), origin(target), target.dtype)
    return mask_cases(target).map(lambda case: case.on(x))


def noise_shape_cases(target: Target) -> st.SearchStrategy[Case]:
    """Return cases at rate 1/2 on masks of every layout, large enough that no axis is constant by chance.

    The first layout shares its mask along one axis and varies along one before and one behind it.
    """
    if target.subject.rank is not None:
        formats = ("channels_last", "channels_first") if target.subject.rank > 3 else (None,)
        return st.builds(
            lambda case, data_format: replace(case, data_format=data_format),
            mask_cases(target),
            st.sampled_from(formats),
        )
    x = np.ones((70, 3, 66), target.dtype)
    layouts = ((70, 1, 66), None, (70, 1, 1), (1, 1, 66), (1, 3, 66), (70, 3, 1), (70, 3, 66), (1, 1, 1))
    return st.builds(
        lambda case, layout: replace(case.on(x), noise_shape=layout),
        mask_cases(target),
        st.sampled_from(layouts),
    )


def channels_first_cases(target: Target) -> st.SearchStrategy[Case]:
    """Return cases that set data_format="channels_first", for the layers that have it."""
    return mask_cases(target).map(lambda case: replace(case, data_format="channels_first"))


def shared_mask_cases(target: Target) -> st.SearchStrategy[Case]:
    """Return cases whose noise_shape shares the mask along the last axis."""
    return mask_cases(target).map(lambda case: replace(case, x=np.ones((128, 4), target.dtype), noise_shape=(128, 1)))
