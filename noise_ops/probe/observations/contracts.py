"""Contracts: what layers accept, raise and keep."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from noise_ops.probe.new_layers import noiseless
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject, parameters
from noise_ops.subjects.tensors import array, tensor
from noise_ops.subjects.texts import ascii_line, plain, raised
from noise_ops.subjects.values import Value, constant_axes, described, seen_values


def outcome(subject: Subject, **arguments: Any) -> Value:
    """Say what a layer does that is made with some arguments: what it returns, or when and what it raises.

    Of noise it also says along which axes it is constant, if there are any.
    """
    reset()
    try:
        layer = subject.make(**arguments)
    except Exception as error:
        return raised(error, "when made")
    x = subject.x("float32")
    try:
        y = array(subject.call(layer, tf.constant(x)))
    except Exception as error:
        return raised(error, "when called")
    seen = seen_values(x if subject.elementwise or subject.draws else noiseless(subject, "float32"), y)
    axes = constant_axes(_dropped(subject, y)) if seen == "noise" and subject.elementwise else "[]"
    return seen if axes == "[]" else f"{seen}, constant along {axes}"


def _dropped(subject: Subject, y: Any) -> Any:
    """Return where something was dropped: all of it is 0, or the one value of AlphaDropout's that is frequent."""
    if subject.family == "affine":
        values, counts = np.unique(y, return_counts=True)
        return y == values[counts.argmax()]
    return y == 0 if subject.family == "mask" else np.arange(y.size).reshape(y.shape)


def outcome_of(subject: Subject, argument: str, make: Callable[[], Any]) -> Value:
    """Say what a layer does with an argument that has to be made first."""
    return outcome(subject, **{argument: make()})


def outcome_on(subject: Subject, make: Callable[[], Any]) -> Value:
    """Say what a layer does with an input: dtype and shape of what it returns, or what it raises."""
    reset()
    layer = subject.make()
    y = layer(make(), training=True)
    return described(array(y)) if isinstance(y, tf.Tensor) else type(y).__name__


def signature(subject: Subject) -> Value:
    """List the arguments of a class or function, with their defaults where these are plain."""
    listed = []
    for parameter in parameters(subject.source()).values():
        text = str(parameter.replace(annotation=inspect.Parameter.empty, default=inspect.Parameter.empty))
        if parameter.default is not inspect.Parameter.empty:
            text += "=" + plain(parameter.default)
        listed.append(ascii_line(text))
    return listed


def config(subject: Subject) -> Value:
    """List the entries of a layer's config, with their values where these are plain."""
    reset()
    entries = subject.make().get_config()
    return [ascii_line(f"{key}={plain(entries[key])}") for key in sorted(entries) if key != "name"]


def variables(subject: Subject, **arguments: Any) -> Value:
    """Count what a layer keeps: weights, which are saved, and all its variables."""
    layer = _called(subject, **arguments)
    return {"weights": len(layer.weights), "variables": len(layer.variables)}


def variable_names(subject: Subject, **arguments: Any) -> Value:
    """List the names of a layer's variables, under which checkpoints and files of weights keep them."""
    kept = _called(subject, **arguments).variables
    return sorted(re.sub(r"_\d+(?=[/:]|$)", "", ascii_line(str(getattr(v, "path", v.name)))) for v in kept)


def _called(subject: Subject, **arguments: Any) -> Any:
    reset()
    layer = subject.make(name="observed", **arguments)
    subject.call(layer, tensor(subject.x("float32")))
    return layer
