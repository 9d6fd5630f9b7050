"""Calls: whose noise is the same, within a trace, a loop, a map or a pipeline."""

from __future__ import annotations

from typing import Any, Callable

from noise_ops.probe.libraries import tf
from noise_ops.probe.seeding import reset
from noise_ops.probe.subjects.subject import Subject
from noise_ops.probe.tensors import array, compiled
from noise_ops.probe.values import Value, labels

Transformation = Callable[[Callable[[Any], Any], Any], Any]

TRANSFORMATIONS: tuple[tuple[str, Transformation], ...] = (
    ("in_map_fn", lambda call, xs: tf.map_fn(call, xs)),
    ("in_vectorized_map", lambda call, xs: tf.vectorized_map(call, xs)),
    ("in_scan", lambda call, xs: tf.scan(lambda _, x: call(x), xs, initializer=tf.zeros_like(xs[0]))),
)
"""Ways of TensorFlow to call a function on each element of a tensor."""


def twice_in_trace(subject: Subject, xla: bool = False) -> Value:
    """Label the outputs of a layer called twice in one `tf.function`, over two calls of that."""
    reset()
    layer = subject.make()
    x = tf.constant(subject.x("float32"))
    function = compiled(lambda value: (subject.call(layer, value), subject.call(layer, value)), xla)
    return labels([array(y) for _ in range(2) for y in function(x)])


def retraced(subject: Subject) -> Value:
    """Label the outputs of a `tf.function` traced, traced again for another argument, and called as at first."""
    reset()
    layer = subject.make()
    x = tf.constant(subject.x("float32"))

    def call(value: Any, flag: bool) -> Any:
        del flag
        return subject.call(layer, value)

    function = compiled(call)
    return labels([array(function(x, flag)) for flag in (False, True, False)])


def in_loop(subject: Subject) -> Value:
    """Label the outputs of the three iterations of a `tf.while_loop` around a layer."""
    reset()
    layer = subject.make()
    x = tf.constant(subject.x("float32"))

    def body(i: Any, collected: Any) -> Any:
        return i + 1, collected.write(i, subject.call(layer, x))

    def loop() -> Any:
        collected = tf.TensorArray(tf.float32, size=3)
        return tf.while_loop(lambda i, _: i < 3, body, (tf.constant(0), collected))[1].stack()

    return labels(list(array(compiled(loop)())))


def in_transformation(subject: Subject, transformation: Transformation) -> Value:
    """Label the outputs of a layer that is called on each of three elements in one traced call."""
    reset()
    layer = subject.make()
    xs = tf.stack([tf.constant(subject.x("float32"))] * 3)
    function = compiled(lambda values: transformation(lambda x: subject.call(layer, x), values))
    return labels(list(array(function(xs))))


def in_dataset(subject: Subject) -> Value:
    """Label the outputs of a layer in `tf.data.Dataset.map`: two elements in each of two epochs."""
    reset()
    layer = subject.make()
    xs = tf.stack([tf.constant(subject.x("float32"))] * 2)
    call = tf.autograph.experimental.do_not_convert(lambda x: subject.call(layer, x))
    dataset = tf.data.Dataset.from_tensor_slices(xs).map(call)
    return labels([array(y) for _ in range(2) for y in dataset])


def in_accumulation(subject: Subject) -> Value:
    """Label the outputs of two parts of a batch whose gradients are summed in one traced step, over two steps."""
    reset()
    layer = subject.make()
    x = tf.constant(subject.x("float32"))
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
