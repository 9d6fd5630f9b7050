"""Whose noise must not be the same: that of two calls, traces, elements or replicas.

Noise is shown by labels, a letter each: "aba" says that the third call drew the noise of the first.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from noise_ops.properties.declaring import OTHERS, Kind, Property, Question, Stage
from noise_ops.properties.step import Step, in_float32
from noise_ops.subjects.layers import WeightedSubject
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.recurrent import RecurrentSubject
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.surroundings import SURROUNDINGS
from noise_ops.subjects.tensors import array, compiled, tensor
from noise_ops.subjects.values import Value, labels

PROPERTIES = (
    Property(
        "new_call_new_noise",
        Kind.EXACT,
        "new-call",
        "Labels of calls, equal ones alike.",
        Stage.SEED,
        right=("a", "ab", "abc", "abcd"),  # of one call to four
        needs_noise=True,
    ),
    Property(
        "replicas_draw_apart",
        Kind.EXACT,
        "replicas",
        "Labels, replica by replica, of two calls.",
        Stage.SEED,
        right=("abcd",),
        needs_noise=True,
    ),
)

QUESTIONS = (
    Question("new_call_new_noise", "mask_cases", unless=("stateless",), modes=OTHERS),
    Question(
        "new_call_new_noise",
        "standard",
        unless=("stateless", "data_format"),
        dtypes=(),
        modes=tuple(SURROUNDINGS),
        why="Spatial layers differ in their mask's shape alone: SpatialDropout1D, which has no data_format, will do.",
    ),
    Question(
        "new_trace_new_noise",
        "every_case",
        of=("layer",),
        dtypes=(),
        modes=("function",),
        code="new-trace",
        why="A function takes its seed as an argument: a new trace starts it again, by contract.",
    ),
    Question("many_calls_new_noise", "small", unless=("stateless",), modes=("function", "xla"), code="new-call"),
    Question("distant_calls_differ", "numbered_cases", of=("keras3",), code="new-call"),
    Question("replicas_draw_apart", "every_case", dtypes=(), modes=("mirrored",)),
)


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


def steps(subject: Subject) -> Iterator[Step]:
    """Yield whose noise is the same: of calls in a trace, of traces, and of elements."""
    observations: list[tuple[str, Callable[[Subject], Value]]] = []
    if subject.strength != "recurrent_dropout":
        observations.append(("twice_in_trace", twice_in_trace))
    if not isinstance(subject, WeightedSubject):
        observations += [("retraced", retraced), ("in_loop", functools.partial(inside, surroundings="while_loop"))]
    for name, observe in (*observations, *_transformed(subject)):
        yield in_float32(subject, f"new_call_new_noise {name}", functools.partial(observe, subject), "function")


def _transformed(subject: Subject) -> Iterator[tuple[str, Callable[[Subject], Value]]]:
    """Yield the transformations under which a subject is called; what SpatialDropout1D does there, the others do."""
    if isinstance(subject, RecurrentSubject) or len(subject.shape) > 3:
        return
    for surroundings in ("map_fn", "vectorized_map", "scan"):
        yield f"in_{surroundings}", functools.partial(inside, surroundings=surroundings)
    yield "in_dataset", in_dataset
    if subject.elementwise:
        yield "in_accumulation", in_accumulation
