"""Runs of a subject on the standard inputs, mode by mode, of which a record keeps what they return.

They are those of `noise_ops.subjects.modes`, of whose models and replicas they are made, but for three things: a layer
is called on two inputs, the ramp and the law input; what it returns may be anything, which a fact then says; and there
is no autograph, whose messages would name places in this file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from noise_ops.subjects.inputs import CALLS, LAW_CALLS, MIXED
from noise_ops.subjects.models import Training, model_around, replicated, saved_and_loaded
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, compiled, fed, tensor
from noise_ops.subjects.values import numbers


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
        return split([array(subject.call(layer, tensor(x))) for x in xs])
    xs = standard_inputs(subject, dtype)
    if mode == "fit":
        return Outputs(trained(subject, subject.make(dtype), dtype).fit(fed(xs[0]), CALLS), [])
    if mode == "predict":
        model, x = model_around(subject, [subject.make(dtype)], xs[:1], training=True), fed(xs[0])
        return Outputs([array(model.predict(x, batch_size=len(x), verbose=0)) for _ in range(CALLS)], [])
    if mode == "mirrored":
        return Outputs(mirrored(subject, dtype, xs[0]), [])
    call = caller(subject, dtype, mode)
    return split([array(call(tensor(x))) for x in xs])


def standard_inputs(subject: Subject, dtype: str) -> list[Any]:
    """Return the inputs of the calls that a mode makes."""
    law = [] if subject.draws else [subject.x(dtype, subject.law_kind)] * LAW_CALLS
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
        [layer] = saved_and_loaded(subject, [layer], [subject.x(dtype)])
    elif mode != "eager":
        return compiled_call(subject, layer, xla=mode == "xla")
    return lambda x: subject.call(layer, x)


def trained(subject: Subject, layer: Any, dtype: str) -> Training:
    """Return what trains a model of one layer."""
    return Training(subject.library.module, model_around(subject, [layer], [subject.x(dtype)]), dtype)


def compiled_call(subject: Subject, layer: Any, xla: bool = False) -> Callable[[Any], Any]:
    """Return one `tf.function` around a layer."""
    function = compiled(lambda x: subject.call(layer, x), xla)
    return lambda x: function(x)


def mirrored(subject: Subject, dtype: str, x: Any) -> list[Any]:
    """Return the outputs of two calls on two replicas: call 1 on replica 1, on replica 2, call 2 on replica 1, ..."""

    def make() -> Callable[[Any], Any]:
        layer = subject.make(dtype)
        return lambda value: subject.call(layer, value)

    step, given = replicated(make), tensor(x)
    return [array(replica) for _ in range(2) for replica in step(given)]
