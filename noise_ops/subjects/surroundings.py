"""What a layer may be called inside: loops, maps, a pipeline of tf.data, the micro-batches of one step.

Each takes a call and an input to the outputs of as many calls, in one trace. Iterations run one after the other
(`parallel_iterations=1`), since TensorFlow gives parallel ones their noise in any order.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Callable, Iterable

from noise_ops.subjects.libraries import tf
from noise_ops.subjects.tensors import compiled

Call = Callable[[Any], Any]
Surroundings = Callable[[Call, Any, int], Iterable[Any]]
"""Takes a call, its input and a number of calls to their outputs."""


def map_fn(call: Call, x: Any, calls: int) -> Iterable[Any]:
    """Map the call over a stack of one input, in a `tf.function`."""

    def mapped(xs: Any) -> Any:
        with _caching_kept():
            return tf.map_fn(call, xs, parallel_iterations=1)

    return _unstacked(mapped, _stack(x, calls), calls)


def vectorized_map(call: Call, x: Any, calls: int) -> Iterable[Any]:
    """Map the call over a stack of one input with `tf.vectorized_map`, in a `tf.function`."""
    return _unstacked(lambda xs: tf.vectorized_map(call, xs), _stack(x, calls), calls)


def scan(call: Call, x: Any, calls: int) -> Iterable[Any]:
    """Scan a stack of one input, in a `tf.function`; what is carried along is not looked at."""
    start = tf.zeros_like(x)

    def scanned(xs: Any) -> Any:
        with _caching_kept():
            return tf.scan(lambda _, one: call(one), xs, start, parallel_iterations=1)

    return _unstacked(scanned, _stack(x, calls), calls)


def while_loop(call: Call, x: Any, calls: int) -> Iterable[Any]:
    """Call once an iteration of a `tf.while_loop`, in a `tf.function`."""

    def loop(given: Any) -> Any:
        # What has another shape than the input is told as such later on, and not refused by the array.
        collected = tf.TensorArray(given.dtype, calls, infer_shape=False)
        step = lambda i, kept: (i + 1, kept.write(i, call(given)))  # noqa: E731
        return tf.while_loop(lambda i, _: i < calls, step, (0, collected), parallel_iterations=1)[1].stack()

    return _unstacked(loop, x, calls)


def dataset(call: Call, x: Any, calls: int) -> Iterable[Any]:
    """Map the call over the elements of a `tf.data.Dataset`, which are all the same."""
    mapped: Iterable[Any] = tf.data.Dataset.from_tensors(x).repeat(calls).map(call)
    return mapped


def accumulation(call: Call, x: Any, calls: int) -> Iterable[Any]:
    """Call once a micro-batch of one step that adds up their gradients, in a `tf.function`."""

    def step(given: Any) -> list[Any]:
        total, outputs = tf.zeros_like(given), []
        for _ in range(calls):
            with tf.GradientTape() as tape:
                tape.watch(given)
                outputs.append(call(given))
            total += tape.gradient(outputs[-1], given)
        return [*outputs, total]

    return list(compiled(step)(x))[:calls]


SURROUNDINGS: dict[str, Surroundings] = {
    run.__name__: run for run in (map_fn, vectorized_map, scan, while_loop, dataset, accumulation)
}
"""By name, which is that of a mode."""


def _stack(x: Any, calls: int) -> Any:
    return tf.stack([x] * calls)


@contextlib.contextmanager
def _caching_kept() -> Iterator[None]:
    """Give the variable scope its caching device back: map_fn and scan leave theirs where the call raises.

    The next scope of a distribution strategy would refuse it (tensorflow v2.21.0 tensorflow/python/ops/map_fn.py).
    """
    scope = tf.compat.v1.get_variable_scope()
    before = scope.caching_device
    try:
        yield
    finally:
        scope.set_caching_device(before)


def _unstacked(function: Callable[[Any], Any], given: Any, calls: int) -> Iterable[Any]:
    return list(tf.unstack(compiled(function)(given), calls))
