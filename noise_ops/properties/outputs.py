"""What one call makes of its input, whatever the stream: support, scale, dtype, and what is left alone."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

import numpy as np

from noise_ops.properties.declaring import ALL, BOTH_WIDTHS, OTHERS, REBUILT, Kind, Property, Question, Stage
from noise_ops.properties.new_layers import eager, first_call, noiseless
from noise_ops.properties.step import Step, in_float32
from noise_ops.subjects.inputs import DTYPES, RATE
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, numpy_dtype
from noise_ops.subjects.values import Value, numbers, same, seen_values

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


def identity_at_inference(subject: Subject, dtype: str) -> Value:
    """Say what a layer makes of its input outside training, by default and with training=False."""
    x = subject.x(dtype)
    expected = x if subject.elementwise else noiseless(subject, dtype)
    results = []
    for training in (None, False):
        reset()  # both calls start from one random state
        y = array(subject.call(subject.make(dtype), tf.constant(x), training))
        results.append(seen_values(expected, y))
    default, explicit = results
    return default if default == explicit else f"{default} by default, {explicit} with training=False"


def support_and_scale(subject: Subject, dtype: str) -> Value:
    """Say what the outputs of a dropout are: 0, perhaps -0, or x / (1 - rate), exactly or nearly, or something else."""
    x, y = subject.units(subject.x(dtype)), subject.units(eager(subject, dtype).ramp[0])
    # The factor is rounded to the dtype before it multiplies, as in the layers.
    factor = np.array(1 / (1 - RATE), np.float64).astype(numpy_dtype(dtype))
    exact = numbers((x * factor).astype(y.dtype))
    x, y = numbers(x), numbers(y)
    zero = "0 or -0" if np.signbit(y[y == 0]).any() else "0"
    if ((y == 0) | (y == exact)).all():
        return f"{zero} or x / (1 - rate)"
    close = np.isclose(y, x / (1 - RATE), rtol=1e-2)
    return f"{zero} or nearly x / (1 - rate)" if ((y == 0) | close).all() else "other values"


def noise_is_added(subject: Subject, dtype: str) -> Value:
    """Say whether the noise added to the ramp (`values.ramp`, the standard input) is that added to zeros."""
    x, noise = subject.x(dtype), first_call(subject, dtype, "zeros")
    y = eager(subject, dtype).ramp[0]
    if same(y, (x + noise).astype(y.dtype)):
        return "x + y(0)"
    close = np.allclose(numbers(y), numbers(x) + numbers(noise), rtol=1e-2, atol=1e-2)
    return "nearly x + y(0)" if close else "other values"


def scale_equivariant(subject: Subject, dtype: str) -> Value:
    """Say whether the output on the ramp is the ramp times the output on ones; -0 and 0 count as equal."""
    y, factor = eager(subject, dtype).ramp[0], first_call(subject, dtype, "ones")
    if np.array_equal(numbers(y), numbers((subject.x(dtype) * factor).astype(y.dtype))):
        return "x * y(1)"
    close = np.allclose(numbers(y), numbers(subject.x(dtype)) * numbers(factor), rtol=2e-2, atol=1e-2)
    return "nearly x * y(1)" if close else "other values"


def input_untouched(subject: Subject) -> Value:
    """Say whether a call changes the array or the tensor it is given."""
    reset()
    layer, x = subject.make(), subject.x("float32")
    tensor, before = tf.constant(x), x.copy()
    subject.call(layer, tensor)
    subject.call(layer, x)
    return "untouched" if same(x, before) and same(array(tensor), before) else "overwritten"


def steps(subject: Subject) -> Iterator[Step]:
    """Yield what one call makes of its input, in each dtype."""
    observations: list[tuple[str, Callable[[Subject, str], Value]]] = []
    if isinstance(subject, LayerSubject):
        observations.append(("identity_at_inference", identity_at_inference))
    if subject.elementwise:
        # AlphaDropout ("affine") has neither of these laws, and MaskedGaussianNoise ("masked sum") is not recorded.
        by_family = {
            "mask": [("scale_equivariant", scale_equivariant), ("support_and_scale", support_and_scale)],
            "product": [("scale_equivariant", scale_equivariant)],
            "sum": [("noise_is_added", noise_is_added)],
        }
        observations += by_family.get(subject.family, [])
        yield in_float32(subject, "input_untouched", functools.partial(input_untouched, subject))
    for dtype in DTYPES if subject.elementwise else ("float32",):
        for name, observe in observations:
            yield Step(subject.name, dtype + "/eager", name, functools.partial(observe, subject, dtype))
