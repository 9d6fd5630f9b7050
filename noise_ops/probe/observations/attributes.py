"""Attributes: what a layer does whose rate or standard deviation is changed after it was made."""

from __future__ import annotations

import math
from typing import Any

from noise_ops.probe.modes import compiled_call, trained
from noise_ops.probe.observations.laws import density
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, tensor
from noise_ops.subjects.values import Value, numbers


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
