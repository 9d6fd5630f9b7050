"""What a layer does whose rate or standard deviation is changed after it was made."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any

from noise_ops.properties.declaring import Kind, Property, Stage
from noise_ops.properties.laws import density
from noise_ops.properties.runs import compiled_call, trained
from noise_ops.properties.step import Step, in_float32
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, tensor
from noise_ops.subjects.values import Value, numbers

PROPERTIES = (
    Property(
        "changed_attribute",
        Kind.CONTRACT,
        "changed-attribute",
        "What follows a rate or stddev that is changed after a layer was traced.",
        Stage.LAYER,
    ),
)


def changed_attribute(subject: Subject, variable: bool) -> Value:
    """Say what a traced and an eager call do after rate or stddev is changed: an attribute, or the variable given."""
    reset()
    name, x = subject.strength or "", tensor(subject.x("float32", subject.law_kind))
    given: Any = tf.Variable(subject.arguments[name]) if variable else subject.arguments[name]
    layer = subject.make(**{name: given})
    traced = compiled_call(subject, layer)
    traced(x)
    if variable:
        given.assign(_other_strength(subject))
    else:
        setattr(layer, name, _other_strength(subject))
    outputs = {"traced": array(traced(x)), "eager": array(subject.call(layer, x))}
    return ", ".join(f"{how} {_which_strength(subject, y)}" for how, y in outputs.items())


def changed_before_fit(subject: Subject) -> Value:
    """Say what `fit` does after an attribute is changed, before and after the model is compiled again."""
    reset()
    layer, x = subject.make(), subject.x("float32", subject.law_kind)
    training = trained(subject, layer, "float32")
    training.fit(x, 1)
    setattr(layer, subject.strength or "", _other_strength(subject))
    changed = training.fit(x, 1)[0]
    training.compile()
    outputs = {"fit": changed, "fit compiled again": training.fit(x, 1)[0]}
    return ", ".join(f"{how} {_which_strength(subject, y)}" for how, y in outputs.items())


def _other_strength(subject: Subject) -> float:
    return 2.0 if subject.family == "sum" else 0.9


def _which_strength(subject: Subject, y: Any) -> str:
    """Say whether noise on the law input is as strong as the argument given says, or as the one after the change."""
    noise = numbers(subject.units(y))
    if subject.family in ("mask", "affine"):
        counted = density(subject, noise)
        seen = counted["dropped"] / counted["n"]
    else:
        variance = float(noise.var())
        seen = math.sqrt(variance) if subject.family == "sum" else variance / (1 + variance)
    for which, strength in (
        ("as made", subject.arguments[subject.strength or ""]),
        ("as changed", _other_strength(subject)),
    ):
        if abs(seen / strength - 1) < 0.1:
            return which
    return "otherwise"


def steps(subject: Subject) -> Iterator[Step]:
    """Yield what is recorded of a layer; what SpatialDropout1D does, the others do."""
    if not isinstance(subject, LayerSubject) or not subject.elementwise or len(subject.shape) > 3:
        return
    for name, variable in (("changed_attribute", False), ("changed_attribute tf.Variable", True)):
        yield in_float32(subject, name, functools.partial(changed_attribute, subject, variable), "function")
    if len(subject.shape) == 2:
        yield in_float32(subject, "changed_attribute", functools.partial(changed_before_fit, subject), "fit")
