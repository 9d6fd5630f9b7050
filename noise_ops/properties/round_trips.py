"""What a layer rebuilt from its config or from a file still knows."""

from __future__ import annotations

import functools
import os
import tempfile
from collections.abc import Iterator
from typing import Any

from noise_ops.properties.declaring import REBUILT, Kind, Property, Question, Stage
from noise_ops.properties.new_layers import first_call
from noise_ops.properties.step import Step, in_float32
from noise_ops.subjects.inputs import SHAPE
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.models import model_around, saved_and_loaded
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, tensor
from noise_ops.subjects.values import Value, same

PROPERTIES = (
    Property(
        "policy_kept",
        Kind.CONTRACT,
        "round-trip",
        "Compute dtype of a rebuilt layer.",
        Stage.LAYER,
        right=("bfloat16",),
    ),
    Property(
        "noise_shape_kept",
        Kind.CONTRACT,
        "round-trip",
        "Whether rebuilding keeps it.",
        Stage.LAYER,
        right=("kept",),
    ),
    Property(
        "data_format_kept",
        Kind.CONTRACT,
        "round-trip",
        "Whether rebuilding keeps it.",
        Stage.LAYER,
        right=("kept",),
    ),
    Property(
        "reload_restarts_stream",
        Kind.CONTRACT,
        "reloaded-stream",
        "Where the noise of a layer goes on that was called twice, saved and loaded.",
        Stage.SEED,
    ),
)

QUESTIONS = (
    Question("policy_kept", "mask_cases", of=("layer",)),
    Question("data_format_kept", "channels_first_cases", of=("data_format",), dtypes=(), modes=REBUILT),
    Question("noise_shape_kept", "shared_mask_cases", of=("layer", "noise_shape"), dtypes=(), modes=REBUILT),
)


def _rebuilt(subject: Subject, layer: Any, how: str) -> Any:
    """Return what a config, or a file, makes of a layer."""
    if how == "from_config":
        return subject.rebuilt(layer)
    return saved_and_loaded(subject, [layer], [subject.x("float32")])[0]


def rebuilt_keeps(subject: Subject, how: str, **arguments: Any) -> Value:
    """Say whether a layer with some arguments, rebuilt, draws what the original draws."""
    original = first_call(subject, **arguments)
    reset()
    layer = subject.make(**arguments)
    reset()
    layer = _rebuilt(subject, layer, how)
    reset()
    return "kept" if same(array(subject.call(layer, tensor(subject.x("float32")))), original) else "lost"


def policy_kept(subject: Subject, how: str) -> Value:
    """Say in which dtype a mixed_bfloat16 layer computes after it is rebuilt."""
    reset()
    return str(_rebuilt(subject, subject.make("mixed_bfloat16"), how).compute_dtype)


def reloading(subject: Subject) -> Value:
    """Say where the noise of a layer goes on that was called twice, saved and loaded."""
    reset()
    layer = subject.make()
    x = tensor(subject.x("float32"))
    model = model_around(subject, [layer], [subject.x("float32")])
    before = [array(subject.call(layer, x)) for _ in range(2)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        model.save(path)
        before.append(array(subject.call(layer, x)))
        loaded = subject.library.module.models.load_model(path, compile=False).layers[-1]
    reset()
    after = array(subject.call(loaded, x))
    places = ["restarts", "repeats the last call", "continues"]
    return next((place for place, y in zip(places, before) if same(y, after)), "draws other noise")


def steps(subject: Subject) -> Iterator[Step]:
    """Yield what an elementwise layer still knows that is rebuilt from its config or a file."""
    if not isinstance(subject, LayerSubject) or not subject.elementwise:
        return
    for mode in ("from_config", "reloaded"):
        yield in_float32(subject, "policy_kept", functools.partial(policy_kept, subject, mode), mode)
        for argument, value in (("noise_shape", (SHAPE[0], 1)), ("data_format", "channels_first")):
            if subject.takes(argument):
                observe = functools.partial(rebuilt_keeps, subject, mode, **{argument: value})
                yield in_float32(subject, argument + "_kept", observe, mode)
    yield in_float32(subject, "reload_restarts_stream", functools.partial(reloading, subject), "reloaded")
