"""Which elements are dropped, and which of them together."""

from __future__ import annotations

from noise_ops.properties.declaring import BOTH_WIDTHS, Kind, Property, Question, Stage

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
