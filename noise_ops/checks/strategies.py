"""Hypothesis strategies for the cases: shapes, seeds, rates, noise shapes and awkward inputs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from noise_ops.checks import axes
from noise_ops.checks.axes import special_values
from noise_ops.reference.variates import FloatArray
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

# Hypothesis tries the first choice of everything first, and simplifies towards it: so the first choices together
# are an ordinary call, and a small profile is not spent on a scalar of zeros.
_RANKS = (2, 0, 1, 3, 4, 5)
_SIDES = (4, 0, 1, 2, 3, 5, 6)
_ranks = st.sampled_from(_RANKS)

seeds = st.sampled_from(axes.SEEDS) | st.integers(-(2**63), 2**63 - 1)
"""Every integer that both Keras 3 and tf_keras accept as a seed."""

rates = st.sampled_from(axes.RATES) | st.floats(1e-6, 1 - 1e-6)
"""Rates strictly between 0 and 1; the limits have properties of their own."""

moderate_rates = st.sampled_from((0.3, 0.5, 0.1, 0.9)) | st.floats(0.1, 0.9)
"""Rates at which two draws of 448 units agree, or nothing is dropped, by chance at most once in 2**64."""

stddevs = st.sampled_from(axes.STDDEVS) | st.floats(1e-6, 1.0)
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
    awkward = special_values(dtype, finite)
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
    eager = target.mode == "eager"
    shape = draw(shapes(target.subject.rank) if eager else large_shapes(target))
    x = draw(inputs(shape, target.dtype, finite))
    rate = draw(rates if eager else moderate_rates)
    case: Case = target.subject_case(x, rate=rate, stddev=draw(stddevs), seed=draw(seeds))
    laid_out: Case = draw(_with_layout(case, target)) if eager else case
    return laid_out


@st.composite
def large_shapes(draw: Any, target: Target) -> tuple[int, ...]:
    """Draw shapes of so many units that two draws at a moderate rate agree by chance once in 2**64."""
    batch = 8 if target.mode in axes.LONE else draw(st.integers(1, 12))
    last = draw(st.integers(448 // batch + 1, 640 // batch + 1))
    rank = draw(st.integers(2, 5)) if target.subject.rank is None else target.subject.rank
    return (batch, *draw(st.lists(st.integers(1, 3), min_size=rank - 2, max_size=rank - 2)), last)


def finite_cases(target: Target) -> st.SearchStrategy[Case]:
    """Return the cases without nan, infinity and overflow."""
    return cases(target, finite=True)


@st.composite
def _with_layout(draw: Any, case: Case, target: Target) -> Case:
    arguments: dict[str, Any] = {}
    if target.subject.layout == "data_format":
        arguments["data_format"] = draw(st.sampled_from(axes.layouts(target)))
    elif target.subject.layout == "noise_shape":
        arguments["noise_shape"] = draw(noise_shapes(case.x.shape))
    return Case(case.x, case.seed, case.rate, case.stddev, **arguments)


@st.composite
def mask_cases(draw: Any, target: Target) -> Case:
    """Draw cases at rate 1/2 on so many mask units that two draws agree by chance once in 2**64."""
    shape = draw(large_shapes(target))
    # Seeds that have two neighbours.
    return axes.of_ones(target, shape, draw(seeds.filter(lambda seed: abs(seed) < 2**63 - 1)))


def seed_cases(target: Target) -> st.SearchStrategy[Case]:
    """Return small cases, of all seeds that a power of ten and a bit can be added to."""
    shape = axes.small(target)
    return seeds.filter(lambda seed: abs(seed) < 2**63 - 1).map(lambda seed: axes.of_ones(target, shape, seed))


def moderate_seed_cases(target: Target) -> st.SearchStrategy[Case]:
    """Return the cases of `mask_cases` with seeds far from the limits of 64 bits."""
    return mask_cases(target).map(lambda case: replace(case, seed=case.seed % 2**31))


@st.composite
def moderate_cases(draw: Any, target: Target) -> Case:
    """Draw cases on inputs that can be doubled without overflow or denormals."""
    shape = draw(large_shapes(target))
    rate, stddev, seed = draw(st.sampled_from((0.5, 0.3, 0.1))), 0.5, draw(seeds)
    x = np.resize(draw(st.permutations(axes.MODERATE)), shape).astype(target.dtype)
    case: Case = target.subject_case(x, rate=rate, stddev=stddev, seed=seed)
    return case


def grain_cases(target: Target) -> st.SearchStrategy[Case]:
    """Return cases of so many draws that a hundredth of them never coincide by chance, rounded as little as may be."""
    return mask_cases(target).map(lambda case: axes.on_grain(target, case))


def noise_shape_cases(target: Target) -> st.SearchStrategy[Case]:
    """Return cases at rate 1/2 on masks of every layout, large enough that no axis is constant by chance."""
    return st.builds(
        lambda case, layout: axes.laid_out(target, case, layout),
        mask_cases(target),
        st.sampled_from(axes.mask_layouts(target)),
    )


def channels_first_cases(target: Target) -> st.SearchStrategy[Case]:
    """Return cases that set data_format="channels_first", for the layers that have it."""
    return mask_cases(target).map(lambda case: replace(case, data_format="channels_first"))


def shared_mask_cases(target: Target) -> st.SearchStrategy[Case]:
    """Return cases whose noise_shape shares the mask along the last axis."""
    return mask_cases(target).map(lambda case: axes.laid_out(target, case, ((128, 4), (128, 1))))
