"""Steps of layers: what they keep outside training, in a config and in a file, and of several time steps."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from noise_ops.probe.observations.attributes import changed_attribute, changed_before_fit
from noise_ops.probe.observations.contracts import config, variable_names, variables
from noise_ops.probe.observations.generators import seed_state
from noise_ops.probe.observations.outputs import inference
from noise_ops.probe.observations.recurrent import (
    beside_other_dropout,
    gate_masks,
    mask_over_time,
    mask_over_time_as_used,
)
from noise_ops.probe.observations.round_trips import policy_kept, rebuilt_keeps, reloading
from noise_ops.probe.steps.step import Step, in_float32
from noise_ops.subjects.inputs import DTYPES, SHAPE
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.recurrent import RecurrentSubject


def layer_steps(subject: LayerSubject) -> Iterator[Step]:
    """What a layer keeps: outside training, in its config, in a file."""
    for dtype in DTYPES if subject.elementwise else ("float32",):
        observe = functools.partial(inference, subject, dtype)
        yield Step(subject.name, dtype + "/eager", "identity_at_inference", observe)
    yield in_float32(subject, "config", functools.partial(config, subject))
    ends = {subject.strength or "": 0.0}
    yield in_float32(subject, "variables", functools.partial(variables, subject))
    yield in_float32(subject, f"variables {subject.strength}=0", functools.partial(variables, subject, **ends))
    yield in_float32(subject, "variable_names", functools.partial(variable_names, subject))
    yield in_float32(
        subject, f"variable_names {subject.strength}=0", functools.partial(variable_names, subject, **ends)
    )
    if subject.library.generation == 3 and subject.keeps_generator:
        yield in_float32(subject, "seed_state", functools.partial(seed_state, subject))
    if not subject.elementwise:
        return
    for mode in ("from_config", "reloaded"):
        yield in_float32(subject, "policy_kept", functools.partial(policy_kept, subject, mode), mode)
        for argument, value in (("noise_shape", (SHAPE[0], 1)), ("data_format", "channels_first")):
            if subject.takes(argument):
                observe = functools.partial(rebuilt_keeps, subject, mode, **{argument: value})
                yield in_float32(subject, argument + "_kept", observe, mode)
    yield in_float32(subject, "reload_restarts_stream", functools.partial(reloading, subject), "reloaded")
    if len(subject.shape) > 3:
        return
    for name, variable in (("changed_attribute", False), ("changed_attribute tf.Variable", True)):
        observe = functools.partial(changed_attribute, subject, variable)
        yield in_float32(subject, name, observe, "function")
    if len(subject.shape) == 2:
        yield in_float32(subject, "changed_attribute", functools.partial(changed_before_fit, subject), "fit")


def recurrent_steps(subject: RecurrentSubject) -> Iterator[Step]:
    """What is particular to layers with several time steps, gates and dropouts."""
    both = functools.partial(beside_other_dropout, subject)
    yield in_float32(subject, "mask_density {} beside {}".format(*subject.both_rates()), both)
    yield in_float32(subject, "mask_over_time", functools.partial(mask_over_time, subject))
    if subject.steps == 1:
        as_used = functools.partial(mask_over_time_as_used, subject)
        yield in_float32(subject, "mask_over_time usual activations", as_used)
    for number in (1, 2) if len(subject.gates) > 1 else ():
        observe = functools.partial(gate_masks, subject, number)
        yield in_float32(subject, f"gate_masks implementation={number}", observe)
