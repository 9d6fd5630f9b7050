"""Which elements are dropped, and which of them together."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from noise_ops.properties.declaring import BOTH_WIDTHS, Kind, Property, Question, Stage
from noise_ops.properties.new_layers import first_call
from noise_ops.properties.step import Step, in_float32
from noise_ops.subjects.inputs import DTYPES
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.values import Value, constant_axes, numbers

PROPERTIES = (
    Property(
        "non_finite_dropped",
        Kind.EXACT,
        "non-finite",
        "What becomes of nan and infinity where they are dropped.",
        Stage.OP,
        right=("nan becomes finite, inf becomes finite, -inf becomes finite",),
    ),
    Property(
        "noise_shape_broadcasts",
        Kind.EXACT,
        "noise-shape",
        "The axes along which the mask is constant.",
        Stage.OP,
    ),
)

QUESTIONS = (
    Question(
        "mask_independent_of_input",
        "every_case",
        of=("two-point",),
        dtypes=BOTH_WIDTHS,
        modes=("from_config",),
        code="mask-depends-on-input",
        why="Of masked noise, noise_is_added says it: what is added is what an input of zeros becomes.",
    ),
    Question("non_finite_dropped", "mask_cases", of=("two-point",), dtypes=BOTH_WIDTHS),
    Question("noise_shape_broadcasts", "noise_shape_cases", of=("noise_shape",), dtypes=BOTH_WIDTHS),
    Question("noise_shape_broadcasts", "noise_shape_cases", of=("maps",), dtypes=BOTH_WIDTHS),
)


def mask_axes(subject: Subject) -> Value:
    """Name the axes along which the mask is constant."""
    return constant_axes(first_call(subject, kind="ones"))


def non_finite(subject: Subject, dtype: str) -> Value:
    """Say what becomes of nan and infinity where they are dropped."""
    dropped = numbers(first_call(subject, dtype, "ones"))
    dropped = dropped == 0 if subject.family == "mask" else dropped < (dropped.min() + dropped.max()) / 2
    seen = [(kind, _kinds(numbers(first_call(subject, dtype, kind))[dropped])) for kind in ("nan", "inf", "-inf")]
    return ", ".join("{} becomes {}".format(*pair) for pair in seen)


def _kinds(values: Any) -> str:
    kinds = {"nan" if math.isnan(v) else "finite" if math.isfinite(v) else f"{v:g}" for v in np.unique(values)}
    return " or ".join(sorted(kinds))


def steps(subject: Subject) -> Iterator[Step]:
    """Yield what becomes of nan and infinity where they are dropped, and what shares a mask."""
    for dtype in DTYPES if subject.elementwise and subject.family in ("mask", "affine") else ():
        observe = functools.partial(non_finite, subject, dtype)
        yield Step(subject.name, dtype + "/eager", "non_finite_dropped", observe)
    if subject.rank is not None:
        yield in_float32(subject, "noise_shape_broadcasts", functools.partial(mask_axes, subject))
