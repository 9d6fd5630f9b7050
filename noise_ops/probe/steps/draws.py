"""Steps of draws: the bits of each mode, and how they relate to one another and to seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from noise_ops.probe.observations.calls import (
    in_accumulation,
    in_dataset,
    inside,
    retraced,
    twice_in_trace,
)
from noise_ops.probe.observations.seeds import distant_seeds, neighbouring_seeds, seeded_by, unseeded
from noise_ops.probe.observations.streams import stream
from noise_ops.probe.steps.step import Step, in_float32
from noise_ops.subjects.inputs import DTYPES, MIXED
from noise_ops.subjects.layers import LayerSubject, WeightedSubject
from noise_ops.subjects.recurrent import RecurrentSubject
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.values import Value


def stream_steps(subject: Subject) -> Iterator[Step]:
    """The bits and counts of each mode."""
    for mode, dtypes in _targets(subject).items():
        for dtype in dtypes:
            observe = partial(stream, subject, dtype, mode)
            yield Step(subject.name, f"{dtype}/{mode}", "stream", observe, several=True)


def _targets(subject: Subject) -> dict[str, Sequence[str]]:
    """Return the dtypes of each mode. Compiling takes long: XLA sees each op in each dtype once, not in each layer."""
    one = ("float32",)
    if not isinstance(subject, LayerSubject):
        return {"eager": DTYPES, "function": one, "xla": DTYPES if subject.stateless else one}
    if isinstance(subject, WeightedSubject):
        # A stateful op inside the time loop of a traced layer draws in the order in which threads come.
        modes = ["eager", "from_config", "reloaded"]
        modes += [] if subject.strength == "recurrent_dropout" else ["function", "fit", "mirrored"]
        modes += [] if isinstance(subject, RecurrentSubject) and subject.is_long_to_compile else ["xla"]
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
        observations.append(("new_call_new_noise in_loop", "function", partial(inside, surroundings="while_loop")))
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
        yield in_float32(subject, name, partial(observe, subject), mode)


def _transformed(subject: Subject) -> Iterator[tuple[str, str, Callable[[Subject], Value]]]:
    """The transformations under which a subject is called; what SpatialDropout1D does there, the others do."""
    if isinstance(subject, RecurrentSubject) or len(subject.shape) > 3:
        return
    for name in ("map_fn", "vectorized_map", "scan"):
        yield f"new_call_new_noise in_{name}", "function", partial(inside, surroundings=name)
    yield "new_call_new_noise in_dataset", "function", in_dataset
    if subject.elementwise:
        yield "new_call_new_noise in_accumulation", "function", in_accumulation
