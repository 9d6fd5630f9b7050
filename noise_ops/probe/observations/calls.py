"""Calls: whose noise is the same, within a trace, a loop, a map or a pipeline."""

from __future__ import annotations

from typing import Any

from noise_ops.subjects.libraries import tf
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.surroundings import SURROUNDINGS
from noise_ops.subjects.tensors import array, compiled, tensor
from noise_ops.subjects.values import Value, labels


def twice_in_trace(subject: Subject, xla: bool = False) -> Value:
    """Label the outputs of a layer called twice in one `tf.function`, over two calls of that."""
    reset()
    layer = subject.make()
    x = tensor(subject.x("float32"))
    function = compiled(lambda value: (subject.call(layer, value), subject.call(layer, value)), xla)
    return labels([array(y) for _ in range(2) for y in function(x)])


def retraced(subject: Subject) -> Value:
    """Label the outputs of a `tf.function` traced, traced again for another argument, and called as at first."""
    reset()
    layer = subject.make()
    x = tensor(subject.x("float32"))

    def call(value: Any, flag: bool) -> Any:
        del flag
        return subject.call(layer, value)

    function = compiled(call)
    return labels([array(function(x, flag)) for flag in (False, True, False)])


def inside(subject: Subject, surroundings: str, calls: int = 3) -> Value:
    """Label the outputs of a layer that is called inside something, such as a loop, in one traced call."""
    reset()
    layer, x = subject.make(), tensor(subject.x("float32"))
    outputs = SURROUNDINGS[surroundings](lambda value: subject.call(layer, value), x, calls)
    return labels([array(y) for y in outputs])


def in_dataset(subject: Subject) -> Value:
    """Label the outputs of a layer in `tf.data.Dataset.map`: two elements in each of two epochs."""
    reset()
    layer, x = subject.make(), tensor(subject.x("float32"))
    elements = SURROUNDINGS["dataset"](lambda value: subject.call(layer, value), x, 2)
    return labels([array(y) for _ in range(2) for y in elements])


def in_accumulation(subject: Subject) -> Value:
    """Label the outputs of two parts of a batch whose gradients are summed in one traced step, over two steps."""
    # A check asks one step, in which no part may repeat another; a record says whether the second repeats the first.
    reset()
    layer = subject.make()
    x = tensor(subject.x("float32"))
    total = tf.Variable(tf.zeros_like(x))

    def step(part: Any) -> list[Any]:
        outputs = []
        for _ in range(2):
            with tf.GradientTape() as tape:
                tape.watch(part)
                outputs.append(subject.call(layer, part))
            total.assign_add(tape.gradient(outputs[-1], part))
        return outputs

    function = compiled(step)
    return labels([array(y) for _ in range(2) for y in function(x)])
