"""Wounds of a layer's own call: when it is noisy, its gradient, its dtype, and what it does with the noise."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from noise_ops.findings import Verdict
from noise_ops.sabotage.mutant import Kind, Wound
from noise_ops.sabotage.seams import Call, method
from noise_ops.subjects.libraries import tensorflow

_EITHER = (Verdict.CONTRACT_CHANGED, Verdict.LAW_CHANGED)


def _call(
    name: str, kind: Kind, description: str, broken: Callable[[Call], Any], *expected: str, **other: Any
) -> Wound:
    return Wound(name, kind, description, (method("call", broken),), expected, **other)


def _when_noisy(broken: Callable[[Call], Any]) -> Callable[[Call], Any]:
    return lambda call: broken(call) if call["training"] else call.sound()


def _in_graphs(**changed: Any) -> Callable[[Call], Any]:
    return lambda call: call.sound() if tensorflow().executing_eagerly() else call.sound(**changed)


TRAINING = (
    _call(
        "noise-at-inference",
        Kind.TRAINING,
        "the layer draws noise whatever `training` says",
        lambda call: call.sound(training=True),
        "identity_at_inference",
    ),
    _call(
        "noise-by-default",
        Kind.TRAINING,
        "the layer draws noise unless training=False is said",
        lambda call: call.sound(training=call["training"] is not False),
        "identity_at_inference",
    ),
    _call(
        "never-noisy",
        Kind.TRAINING,
        "the layer is an identity in training, too",
        lambda call: call.sound(training=False),
        "mask_density",
        "noise_variance",
    ),
    _call(
        "scaled-at-inference",
        Kind.TRAINING,
        "at inference the output is scaled by 1 - rate, as before inverted dropout",
        lambda call: call.sound() if call["training"] else call.sound() * (1 - call["self"].rate),
        "identity_at_inference",
    ),
    _call(
        "never-noisy-in-graphs",
        Kind.TRAINING,
        "inside a tf.function the layer is an identity",
        _in_graphs(training=False),
        "new_call_new_noise",
        "support_and_scale",
        modes=("function",),
    ),
    _call(
        "never-noisy-in-fit",
        Kind.TRAINING,
        "in `fit` the layer is an identity",
        _in_graphs(training=False),
        "new_call_new_noise",
        "support_and_scale",
        modes=("fit",),
    ),
)


def _with_gradient(gradient: Callable[[Any, Any, Any], Any]) -> Callable[[Call], Any]:
    """Replace the gradient by one made of upstream gradient, input and output."""

    def broken(call: Call) -> Any:
        tf = tensorflow()
        output = call.sound()

        @tf.custom_gradient  # type: ignore[untyped-decorator]
        def through(x: Any) -> Any:
            return tf.identity(output), lambda upstream: gradient(upstream, x, output)

        return through(call["inputs"])

    return _when_noisy(broken)


GRADIENTS = (
    _call(
        "gradient-1",
        Kind.GRADIENT,
        "the gradient passes as if there were no noise",
        _with_gradient(lambda upstream, x, y: upstream),
        "gradient_is_noise_factor",
    ),
    _call(
        "gradient-unscaled",
        Kind.GRADIENT,
        "the gradient is masked but not scaled",
        _with_gradient(lambda upstream, x, y: upstream * tensorflow().cast(y != 0, upstream.dtype)),
        "gradient_is_noise_factor",
    ),
    _call(
        "gradient-doubled",
        Kind.GRADIENT,
        "the gradient is twice what it should be",
        _with_gradient(lambda upstream, x, y: 2 * upstream * tensorflow().math.divide_no_nan(y, x)),
        "gradient_is_noise_factor",
    ),
    _call(
        "gradient-0",
        Kind.GRADIENT,
        "no gradient passes",
        _with_gradient(lambda upstream, x, y: 0 * upstream),
        "gradient_is_noise_factor",
    ),
)

DTYPES = (
    _call(
        "widened-to-float64",
        Kind.DTYPE,
        "the output is float64, whatever the layer computes in",
        lambda call: tensorflow().cast(call.sound(), "float64"),
        "shape_and_dtype_kept",
        verdicts=_EITHER,
    ),
    _call(
        "widened-in-mixed-precision",
        Kind.DTYPE,
        "under a policy of mixed precision the output is float32",
        lambda call: tensorflow().cast(call.sound(), "float32"),
        "shape_and_dtype_kept",
        verdicts=_EITHER,
        modes=("mixed_bfloat16",),
        dtypes=(),
    ),
    _call(
        "narrowed-to-bfloat16",
        Kind.DTYPE,
        "the output passes through bfloat16 and comes back as float32",
        _when_noisy(lambda call: tensorflow().cast(tensorflow().cast(call.sound(), "bfloat16"), call["inputs"].dtype)),
        "support_and_scale",
        "two_point_support",
        "noise_is_added",
        "fine_grained",
    ),
)


def _overwrite(call: Call) -> Any:
    """Write the output into the memory of the input, as an op that works in place would."""
    output = call.sound()
    # TensorFlow shares the tensors of scalars with everyone.
    if tensorflow().executing_eagerly() and call["inputs"].shape.num_elements() > 1:
        target, source = call["inputs"]._numpy(), output.numpy()
        ctypes.memmove(target.ctypes.data, source.ctypes.data, target.nbytes)
    return output


OVERWRITTEN = _call(
    "input-overwritten",
    Kind.OVERWRITTEN,
    "the output is written over the input",
    _when_noisy(_overwrite),
    "input_untouched",
    verdicts=_EITHER,
)


def _noise_of(call: Call, level: float) -> Any:
    """Return what the layer makes of an input of `level` everywhere."""
    return call.sound(inputs=tensorflow().ones_like(call["inputs"]) * level)


OPERATIONS = (
    _call(
        "noise-added",
        Kind.OPERATION,
        "the noise is added where it should be multiplied",
        _when_noisy(lambda call: call["inputs"] + (_noise_of(call, 1.0) - 1)),
        "scale_equivariant",
    ),
    _call(
        "noise-multiplied",
        Kind.OPERATION,
        "the noise is multiplied where it should be added",
        _when_noisy(lambda call: call["inputs"] * (1 + _noise_of(call, 0.0))),
        "noise_is_added",
        "noise_variance",
    ),
    _call(
        "noise-grows-with-input",
        Kind.INPUT,
        "the noise is scaled by one plus the size of the input",
        _when_noisy(lambda call: call["inputs"] + (1 + abs(call["inputs"])) * _noise_of(call, 0.0)),
        "noise_is_added",
    ),
    _call(
        "zeros-left-alone",
        Kind.INPUT,
        "zeros get no noise",
        _when_noisy(lambda call: tensorflow().where(call["inputs"] == 0, call["inputs"], call.sound())),
        "noise_is_added",
        "noise_variance",
    ),
    _call(
        "noise-subtracted",
        Kind.OTHER_STREAM,
        "the noise is subtracted where it should be added, which is the same law",
        _when_noisy(lambda call: call["inputs"] - _noise_of(call, 0.0) if call["self"].stddev else call.sound()),
        verdicts=(Verdict.STREAM_CHANGED,),
        dtypes=(),
    ),
    _call(
        "noise-clipped-with-input",
        Kind.INPUT,
        "the noisy output is clipped to [-1, 1]",
        _when_noisy(lambda call: tensorflow().clip_by_value(call.sound(), -1, 1)),
        "noise_is_added",
        "scale_equivariant",
        "noise_variance",
    ),
)


UNTOUCHED = (
    _call(
        "call-untouched",
        Kind.UNBROKEN,
        "the layer's own call is opened and closed again",
        lambda call: call.sound(),
        verdicts=(Verdict.IDENTICAL,),
        modes=("eager", "function", "fit", "from_config"),
    ),
)

ALL = (*TRAINING, *GRADIENTS, *DTYPES, OVERWRITTEN, *OPERATIONS, *UNTOUCHED)
