"""Steps of draws: the bits of each mode, and how they relate to one another and to seeds."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence

from noise_ops.probe.inputs import DTYPES, MIXED
from noise_ops.probe.observations.calls import (
    TRANSFORMATIONS,
    in_accumulation,
    in_dataset,
    in_loop,
    in_transformation,
    retraced,
    twice_in_trace,
)
from noise_ops.probe.observations.seeds import distant_seeds, neighbouring_seeds, seeded_by, unseeded
from noise_ops.probe.observations.streams import stream
from noise_ops.probe.steps.step import Step, in_float32
from noise_ops.probe.subjects.catalog import is_layer
from noise_ops.probe.subjects.layers import WeightedSubject
from noise_ops.probe.subjects.recurrent import RecurrentSubject
from noise_ops.probe.subjects.subject import Subject
from noise_ops.probe.values import Value


def stream_steps(subject: Subject) -> Iterator[Step]:
    """The bits and counts of each mode."""
    for mode, dtypes in _targets(subject).items():
        for dtype in dtypes:
            observe = functools.partial(stream, subject, dtype, mode)
            yield Step(subject.name, f"{dtype}/{mode}", "stream", observe, several=True)


def _targets(subject: Subject) -> dict[str, Sequence[str]]:
    """Return the dtypes of each mode. Compiling takes long: XLA sees each op in each dtype once, not in each layer."""
    one = ("float32",)
    if not is_layer(subject):
        return {"eager": DTYPES, "function": one, "xla": DTYPES if "stateless" in subject.name else one}
    if isinstance(subject, WeightedSubject):
        # A stateful op inside the time loop of a traced layer draws in the order in which threads come.
        modes = ["eager", "from_config", "reloaded"]
        modes += [] if subject.strength == "recurrent_dropout" else ["function", "fit", "mirrored"]
        modes += [] if subject.name.endswith(("LSTM(dropout)", "GRU(dropout)", "(recurrent_dropout)")) else ["xla"]
        return {**dict.fromkeys(modes, one), "mixed_float16": ("float16",)}
    modes = ["function", "fit", "predict", "mirrored", "from_config", "reloaded"]
    if len(subject.shape) > 3:  # what SpatialDropout1D does in these modes, the others do
        modes = ["function", "fit", "from_config", "reloaded"]
    mixed = {mode: (dtype,) for mode, dtype in MIXED.items()}
    xla = {3: one, 2: ("float16", "bfloat16", "float32") if subject.family in ("mask", "sum") else one}
    return {"eager": DTYPES, "xla": xla.get(len(subject.shape), ()), **mixed, **dict.fromkeys(modes, one)}


def relation_steps(subject: Subject) -> Iterator[Step]:
    """How draws relate to one another and to seeds."""
    observations: list[tuple[str, str, Callable[[Subject], Value]]] = []
    if subject.strength != "recurrent_dropout":
        observations.append(("new_call_new_noise twice_in_trace", "function", twice_in_trace))
    if not isinstance(subject, WeightedSubject):
        observations.append(("new_call_new_noise retraced", "function", retraced))
        observations.append(("new_call_new_noise in_loop", "function", in_loop))
        if not subject.needs_seed:
            observations.append(("seeded_by", "eager", seeded_by))
        if subject.takes("seed"):
            observations.append(("distant_seeds_differ", "eager", distant_seeds))
    observations += _transformed(subject)
    if not subject.needs_seed:
        observations.append(("unseeded_stream", "eager", unseeded))
    if subject.takes("seed"):
        observations.append(("neighbouring_seeds_differ", "eager", neighbouring_seeds))
    for name, mode, observe in observations:
        yield in_float32(subject, name, functools.partial(observe, subject), mode)


def _transformed(subject: Subject) -> Iterator[tuple[str, str, Callable[[Subject], Value]]]:
    """The transformations under which a subject is called; what SpatialDropout1D does there, the others do."""
    if isinstance(subject, RecurrentSubject) or len(subject.shape) > 3:
        return
    for name, transformation in TRANSFORMATIONS:
        observe = functools.partial(in_transformation, transformation=transformation)
        yield f"new_call_new_noise {name}", "function", observe
    yield "new_call_new_noise in_dataset", "function", in_dataset
    if subject.elementwise:
        yield "new_call_new_noise in_accumulation", "function", in_accumulation
