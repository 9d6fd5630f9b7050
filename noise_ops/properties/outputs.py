"""What one call makes of its input, whatever the stream: support, scale, dtype, and what is left alone."""

from __future__ import annotations

from noise_ops.properties.declaring import ALL, BOTH_WIDTHS, OTHERS, REBUILT, Kind, Property, Question, Stage

PROPERTIES = (
    Property(
        "identity_at_inference",
        Kind.EXACT,
        "inference",
        "What is made of an input outside training.",
        Stage.LAYER,
        right=("identity",),
    ),
    Property(
        "explicit_training_wins",
        Kind.CONTRACT,
        "explicit-training",
        "training=True in a model, in predict.",
        Stage.LAYER,
        right=("noise",),
    ),
    Property(
        "shape_and_dtype_kept",
        Kind.CONTRACT,
        "dtype",
        "Dtype and shape of the output.",
        Stage.LAYER,
        right=("kept",),
    ),
    Property(
        "input_untouched",
        Kind.CONTRACT,
        "input-overwritten",
        "Whether a call changes its input.",
        Stage.LAYER,
        right=("untouched",),
    ),
    Property(
        "support_and_scale",
        Kind.EXACT,
        "support",
        "Which values a dropout's outputs take.",
        Stage.OP,
        right=("0 or x / (1 - rate)",),
        tolerated=("0 or -0 or x / (1 - rate)", "0 or nearly x / (1 - rate)"),
    ),
    Property(
        "scale_equivariant",
        Kind.EXACT,
        "scale-equivariance",
        "y(x) against x y(1).",
        Stage.OP,
        right=("x * y(1)",),
        tolerated=("nearly x * y(1)",),
    ),
    Property(
        "noise_is_added",
        Kind.EXACT,
        "additivity",
        "y(x) against x + y(0).",
        Stage.OP,
        right=("x + y(0)",),
        tolerated=("nearly x + y(0)",),
    ),
)

QUESTIONS = (
    Question(
        "identity_at_inference",
        "every_case",
        of=("layer",),
        dtypes=BOTH_WIDTHS,
        modes=(*REBUILT, "predict", "function"),
    ),
    Question("explicit_training_wins", "every_case", of=("layer",), dtypes=(), modes=("predict",)),
    Question("shape_and_dtype_kept", "every_pair", dtypes=ALL, modes=OTHERS),
    Question("input_untouched", "every_case", of=("input",)),
    Question("support_and_scale", "every_pair", of=("scaled",), dtypes=ALL, modes=OTHERS),
    Question("two_point_support", "every_pair", of=("affine",), dtypes=ALL, modes=OTHERS, code="support"),
    Question("scale_equivariant", "moderate_cases", of=("multiplicative",), dtypes=ALL, modes=("from_config",)),
    Question("noise_is_added", "finite_cases", of=("additive",), dtypes=ALL, modes=("from_config",)),
    Question("fine_grained", "grain_cases", of=("normal",), dtypes=("float32", "float64"), code="granularity"),
)
