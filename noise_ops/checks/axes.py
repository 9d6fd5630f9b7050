"""The axes of a call and their far ends, and the hard cases in which they meet.

tests/README.md lists what a broken layer could do at each end. In eager float32 the hard cases of a property hold
every pair of edge values; in other dtypes and modes every edge value, and so every pair of it with a dtype or mode.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import ml_dtypes
import numpy as np

from noise_ops.checks.pairwise import Row, each_pair, each_value
from noise_ops.checks.samples import is_main, origin
from noise_ops.reference.variates import FloatArray
from noise_ops.subjects.cases import Case
from noise_ops.subjects.inputs import SEED
from noise_ops.subjects.targets import Target

SEEDS = (0, -1, 2**16 - 1, 2**16 + 3, 2**31 - 2, 2**31 + 5, 2**32 - 5, 2**32 + 5, 2**63 - 1, -(2**63))
"""Seeds at the ends of what Keras 3 and tf_keras accept, and on both sides of each word that could cut them."""

COMMON_SEEDS = (0, 1, -1, 2, 7, 42, 123, 1337)
"""Seeds that people write, and the suite itself: the likeliest to be taken for one another, or for none."""

RATES = (0.3, 0.5, 0.1, 0.01, 0.9, 0.99, 1e-3, 1 - 1e-7)
"""Rates strictly between 0 and 1; the limits have properties of their own."""

STDDEVS = (1.0, 0.3, 1e-3)

SHAPES = ((16, 17), (), (257,), (1, 131), (3, 0, 2), (3, 5, 11), (5, 3, 2, 7), (2, 1, 3, 5, 7))
"""Ranks 0 to 5, a batch of one, odd sizes, an empty axis, one element, and one more than 64 blocks of Philox."""

BATCHES = ((8, 17), (8,), (8, 131, 1), (8, 3, 5), (8, 3, 2, 5), (8, 1, 3, 5, 2), (8, 257))
"""Shapes of one batch size, for the modes in which cases share a batch."""

FEATURE_MAPS = ((16, 17), (1, 131), (129, 1), (5, 0), (9, 15), (1, 1))
"""Batch and channels of the spatial layers."""

FEATURE_MAP_BATCHES = ((8, 17), (8, 1), (8, 5), (8, 131))

_INNER = (5, 3, 2)
"""Sizes of the axes of a feature map."""

CONTENTS = ("normal", "special", "zeros")
"""What an input holds: normals; zeros of both signs, denormals, nan, infinities and the largest numbers; only zeros."""

LAYOUTS = ("element", "first", "last", "named", "one")
"""Along which axes a noise_shape shares the mask: none, the first, the last, none by name, all."""

FORMATS = ("channels_last", "channels_first")

MODERATE = (0.0, -0.0, 0.5, 1.0, -3.0, 7.0)
"""Values that can be doubled, and multiplied by noise, without overflow or denormals."""

MASKED = ((130,), (70, 66), (70, 3, 66), (35, 3, 2, 34), (9, 2, 3, 5, 17))
"""Shapes of ranks 1 to 5 whose masks, shared along any axes, are seen to vary along the others."""

LONG_RUNS = {"eager": 310, "function": 2100, "xla": 2100}
"""Successive calls of one layer, by mode: eager ones past 300, compiled ones, which cost less, past 2048."""

GRADIENT_RUNS = {"eager": 40, "function": 310}
"""Successive calls of one layer whose gradient is asked, by mode."""

Layout = tuple[tuple[int, ...], tuple[int | None, ...] | None]
"""A shape with a noise_shape."""

LONE = ("fit", "predict")
"""Modes in which all cases of a run are one batch."""

_BATCHED = (*LONE, "model", "reloaded")
"""Modes in which an input has a batch axis, which is not empty."""


def cases(target: Target) -> list[Case]:
    """Return cases in which each edge value occurs, of calls that a target documents to work."""
    return _cases(target, False, each_value)


def finite_cases(target: Target) -> list[Case]:
    """Return the same without nan, infinity and overflow."""
    return _cases(target, True, each_value)


def paired_cases(target: Target) -> list[Case]:
    """Return, in eager float32, cases in which each pair of edge values occurs; elsewhere those of `cases`."""
    return _cases(target, False, each_pair if is_main(target) else each_value)


def _cases(target: Target, finite: bool, rows: Callable[[dict[str, Sequence[Any]]], list[Row]]) -> list[Case]:
    axes: dict[str, Sequence[Any]] = {
        "shape": shapes(target),
        "seed": SEEDS,
        "rate": STDDEVS if "rate" not in target.subject.arguments else RATES,
        "content": CONTENTS,
        "layout": layouts(target),
    }
    return [_case(target, row, number, finite) for number, row in enumerate(rows(axes))]


def mask_cases(target: Target) -> list[Case]:
    """Return cases of ones at rate 1/2 whose two draws agree by chance at most once in 2**64."""
    large = [shape for shape in shapes(target) if units(target, shape) >= 64]
    neighboured = [seed for seed in SEEDS if abs(seed) < 2**63 - 1]
    rows = each_value({"seed": neighboured, "shape": large})
    return [of_ones(target, row["shape"], row["seed"]) for row in rows]


def units(target: Target, shape: tuple[int, ...]) -> int:
    """Return in how few units an input of a shape is dropped, whatever its data format."""
    if target.subject.rank is None:
        return math.prod(shape)
    return shape[0] * min(shape[1], shape[-1])


def shapes(target: Target) -> list[tuple[int, ...]]:
    """Return the edge shapes of a target."""
    lone, batched = target.mode in LONE, target.mode in _BATCHED
    if target.subject.rank is None:
        chosen: Sequence[tuple[int, ...]] = BATCHES if lone else SHAPES
        return [shape for shape in chosen if not batched or (len(shape) > 0 and math.prod(shape) > 0)]
    inner = _INNER[: target.subject.rank - 2]
    pairs = FEATURE_MAP_BATCHES if lone else FEATURE_MAPS
    return [(batch, *inner, channels) for batch, channels in pairs if channels or not batched]


def layouts(target: Target) -> Sequence[str]:
    """Return the layouts of noise_shape, or the data formats, that a target takes and keeps."""
    if target.subject.layout == "data_format":
        # tf_keras loses data_format on the way through a config: a known deviation with a test of its own.
        keeps_format = target.subject.library.generation == 3 or target.mode not in ("from_config", "reloaded")
        return FORMATS[: 1 + keeps_format]
    return LAYOUTS if target.subject.layout == "noise_shape" else LAYOUTS[:1]


def noise_shape(shape: tuple[int, ...], layout: str) -> tuple[int | None, ...] | None:
    """Return the noise_shape of a layout; None where each element has its own mask."""
    if layout == "element" or not shape:
        return None
    shared = {"first": {0}, "last": {len(shape) - 1}, "named": set(), "one": set(range(len(shape)))}[layout]
    # Keras 3 refuses a 0 in noise_shape, so that an empty axis can only be left to the input.
    return tuple(
        1 if axis in shared and size else size if size and axis % 2 == 0 else None for axis, size in enumerate(shape)
    )


def holding(shape: tuple[int, ...], content: str, dtype: np.dtype[Any], finite: bool, entropy: int) -> FloatArray:
    """Return an input of a shape that holds what `content` says."""
    count = math.prod(shape)
    if content == "zeros":
        flat = np.where(np.arange(count) % 2, -0.0, 0.0).astype(dtype)
    elif content == "special":
        # Each value again and again, so that it is met where an element is kept and where it is dropped.
        flat = np.resize(np.roll(np.array(special_values(dtype, finite), dtype), entropy), count)
    else:
        flat = np.random.default_rng(entropy).standard_normal(count).astype(dtype)
    return flat.reshape(shape)


def mask_layouts(target: Target) -> Sequence[Layout | str | None]:
    """Return the noise_shapes that share a mask along each choice of axes, or the data formats of a spatial layer."""
    if target.subject.rank is not None:
        return FORMATS if target.subject.rank > 3 else (None,)
    return [(shape, _shared(shape, choice)) for shape in MASKED for choice in range(2 ** len(shape))]


def _shared(shape: tuple[int, ...], choice: int) -> tuple[int | None, ...] | None:
    """Return the noise_shape that is 1 along the axes whose bit is set in `choice`; None for none."""
    if choice == 0:
        return None
    return tuple(1 if choice >> axis & 1 else size for axis, size in enumerate(shape))


def laid_out(target: Target, case: Case, layout: Layout | str | None) -> Case:
    """Return a case with one of `mask_layouts`."""
    if layout is None or isinstance(layout, str):
        return replace(case, data_format=layout)
    shape, shared = layout
    return replace(of_ones(target, shape, case.seed), noise_shape=shared)


def noise_shape_cases(target: Target) -> list[Case]:
    """Return a case of each of `mask_layouts`, and each seed of `mask_cases`."""
    cases, layouts = mask_cases(target), mask_layouts(target)
    count = max(len(cases), len(layouts))
    return [laid_out(target, cases[i % len(cases)], layouts[i % len(layouts)]) for i in range(count)]


def moderate_cases(target: Target) -> list[Case]:
    """Return the cases of `mask_cases` on inputs that can be doubled without overflow or denormals."""
    return [case.on(np.resize(MODERATE, case.x.shape).astype(target.dtype)) for case in mask_cases(target)]


def on_grain(target: Target, case: Case) -> Case:
    """Return a case on so large a constant input that a hundredth of the draws never coincides by chance."""
    return case.on(np.full((64, 64), origin(target), target.dtype))


def special_values(dtype: np.dtype[Any], finite: bool) -> list[float]:
    """Return the values of a dtype that arithmetic treats in a way of its own."""
    info = ml_dtypes.finfo(dtype)  # type: ignore[no-untyped-call]
    tiny, least, largest = float(info.tiny), float(info.smallest_subnormal), float(info.max)
    values = [0.0, -0.0, 1.0, tiny, least, -tiny / 2, -3.0]
    return values if finite else [*values, math.nan, math.inf, -math.inf, largest, -largest]


def _case(target: Target, row: Row, number: int, finite: bool) -> Case:
    shape, layout = row["shape"], row["layout"]
    x = holding(shape, row["content"], target.dtype, finite, number)
    recipe = f"np.random.default_rng({number}).standard_normal({shape})" if row["content"] == "normal" else None
    case: Case = target.subject_case(x, rate=row["rate"], stddev=min(row["rate"], 1.0), seed=row["seed"], recipe=recipe)
    if layout in FORMATS:
        return replace(case, data_format=layout if target.subject.rank != 3 else None)
    return replace(case, noise_shape=noise_shape(shape, layout))


def seed_cases(target: Target) -> list[Case]:
    """Return small cases whose seeds differ from one another in each bit, in sign, and by powers of ten."""
    base = 0x0123_4567_89AB_CDEF
    turned = [_turned(base, bit) for bit in range(64)]
    shifted = [base + 10**power for power in range(19)]
    return [of_ones(target, small(target), seed) for seed in (base, -base, *turned, *shifted, *COMMON_SEEDS)]


def _turned(seed: int, bit: int) -> int:
    """Return a seed of 64 bits, in two's complement, with one of them turned."""
    turned = (seed % 2**64) ^ (1 << bit)
    return turned - 2**64 if turned >= 2**63 else turned


def numbered_cases(target: Target) -> list[Case]:
    """Return small cases whose sixteen seeds name the bits of a call number that are asked."""
    return [of_ones(target, small(target), seed) for seed in range(16)]


def small(target: Target) -> tuple[int, ...]:
    """Return the shape of the smallest input on which two of 2,100 draws at rate 1/2 agree by chance once in 2**64."""
    return (8, 11) if target.subject.rank is None else (8, *(1,) * (target.subject.rank - 2), 11)


def small_case(target: Target) -> Case:
    """Return the case of many calls."""
    return of_ones(target, small(target), SEED)


def large_case(target: Target) -> Case:
    """Return a case of two million units: more than any of the sizes up to which a kernel may work in one piece."""
    if target.subject.rank is None:
        return of_ones(target, (2**21 + 3,), SEED)
    return of_ones(target, (16009, *(1,) * (target.subject.rank - 2), 131), SEED)


def of_ones(target: Target, shape: tuple[int, ...], seed: int) -> Case:
    """Return a case of ones at rate 1/2."""
    case: Case = target.subject_case(
        np.ones(shape, target.dtype), rate=0.5, stddev=0.5, seed=seed, recipe=f"np.full({shape}, 1.0)"
    )
    return case
