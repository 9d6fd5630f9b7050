"""Outputs: what one call makes of its input."""

from __future__ import annotations

import numpy as np

from noise_ops.probe.new_layers import eager, first_call, noiseless
from noise_ops.subjects.inputs import RATE
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, numpy_dtype
from noise_ops.subjects.values import Value, numbers, same, seen_values


def inference(subject: Subject, dtype: str) -> Value:
    """Say what a layer makes of its input outside training, by default and with training=False."""
    x = subject.x(dtype)
    expected = x if subject.elementwise else noiseless(subject, dtype)
    results = []
    for training in (None, False):
        reset()
        results.append(seen_values(expected, array(subject.call(subject.make(dtype), tf.constant(x), training))))
    return results[0] if len(set(results)) == 1 else "{} by default, {} with training=False".format(*tuple(results))


def support(subject: Subject, dtype: str) -> Value:
    """Say what the outputs of a dropout are: 0, perhaps -0, or x / (1 - rate), exactly or nearly, or something else."""
    x, y = numbers(subject.units(subject.x(dtype))), subject.units(eager(subject, dtype).ramp[0])
    scale = np.array(1 / (1 - RATE), np.float64).astype(numpy_dtype(dtype))
    exact = numbers((subject.units(subject.x(dtype)) * scale).astype(y.dtype))
    y = numbers(y)
    zero = "0 or -0" if np.signbit(y[y == 0]).any() else "0"
    if ((y == 0) | (y == exact)).all():
        return f"{zero} or x / (1 - rate)"
    close = np.isclose(y, x / (1 - RATE), rtol=1e-2)
    return f"{zero} or nearly x / (1 - rate)" if ((y == 0) | close).all() else "other values"


def additivity(subject: Subject, dtype: str) -> Value:
    """Say whether what is added to the ramp is what is added to 0."""
    x, noise = subject.x(dtype), first_call(subject, dtype, "zeros")
    y = eager(subject, dtype).ramp[0]
    if same(y, (x + noise).astype(y.dtype)):
        return "x + y(0)"
    close = np.allclose(numbers(y), numbers(x) + numbers(noise), rtol=1e-2, atol=1e-2)
    return "nearly x + y(0)" if close else "other values"


def scaling(subject: Subject, dtype: str) -> Value:
    """Say whether multiplicative noise scales with its input: y(ramp) against ramp times y(1), zeros of any sign."""
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
