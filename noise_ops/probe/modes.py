"""Modes: the ways to run a subject."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from noise_ops.probe.inputs import CALLS, LAW_CALLS, MIXED
from noise_ops.probe.libraries import tf
from noise_ops.probe.models import fitted, model_around, saved_and_loaded
from noise_ops.probe.seeding import reset
from noise_ops.probe.subjects.subject import Subject
from noise_ops.probe.tensors import array, compiled
from noise_ops.probe.values import numbers


class Outputs(NamedTuple):
    """What successive calls returned: on the ramp, then on the law input."""

    ramp: list[Any]
    law: list[Any]


def run(subject: Subject, dtype: str, mode: str) -> Outputs:
    """Return the outputs of successive training calls of a new layer in a mode."""
    reset()
    if mode in MIXED:
        xs = [numbers(x).astype(np.float32) for x in standard_inputs(subject, dtype)]
        layer = subject.make(mode)
        return split([array(subject.call(layer, tf.constant(x))) for x in xs])
    xs = standard_inputs(subject, dtype)
    if mode == "fit":
        return Outputs(fitted(subject, dtype, xs[0]), [])
    if mode == "predict":
        model = model_around(subject, subject.make(dtype), dtype, training=True)
        return Outputs([np.asarray(model.predict(xs[0], batch_size=len(xs[0]), verbose=0)) for _ in range(CALLS)], [])
    if mode == "mirrored":
        return Outputs(mirrored(subject, dtype, xs[0]), [])
    call = caller(subject, dtype, mode)
    return split([array(call(tf.constant(x))) for x in xs])


def standard_inputs(subject: Subject, dtype: str) -> list[Any]:
    """Return the inputs of the calls that a mode makes."""
    law = [] if subject.draws else [subject.x(dtype, subject.law_kind())] * LAW_CALLS
    return [subject.x(dtype)] * CALLS + law


def split(outputs: list[Any]) -> Outputs:
    """Sort the outputs of `standard_inputs`; the law of a bare draw is read from its only calls."""
    return Outputs(outputs[:CALLS], outputs[CALLS:] or outputs[:CALLS])


def caller(subject: Subject, dtype: str, mode: str) -> Callable[[Any], Any]:
    """Return a new layer as a function of its input, called eagerly, traced, compiled or rebuilt."""
    layer = subject.make(dtype)
    if mode == "from_config":
        layer = subject.rebuilt(layer)
    elif mode == "reloaded":
        layer = saved_and_loaded(subject, layer, dtype)
    elif mode != "eager":
        return compiled_call(subject, layer, xla=mode == "xla")
    return lambda x: subject.call(layer, x)


def compiled_call(subject: Subject, layer: Any, xla: bool = False) -> Callable[[Any], Any]:
    """Return one `tf.function` around a layer."""
    function = compiled(lambda x: subject.call(layer, x), xla)
    return lambda x: function(x)


def mirrored(subject: Subject, dtype: str, x: Any) -> list[Any]:
    """Return the outputs of two calls on two replicas: call 1 on replica 1, on replica 2, call 2 on replica 1, ..."""
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    with strategy.scope():
        layer = subject.make(dtype)
    tensor = tf.constant(x)
    step = compiled(lambda: strategy.run(lambda value: subject.call(layer, value), args=(tensor,)))
    return [array(replica) for _ in range(2) for replica in strategy.experimental_local_results(step())]
