"""Limits: the ends of rates and of inputs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from noise_ops.probe.new_layers import first_call
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array
from noise_ops.subjects.values import Value, numbers, same


def non_finite(subject: Subject, dtype: str) -> Value:
    """Say what becomes of nan and infinity where they are dropped."""
    dropped = numbers(first_call(subject, dtype, "ones"))
    dropped = dropped == 0 if subject.family == "mask" else dropped < (dropped.min() + dropped.max()) / 2
    seen = [(kind, _kinds(numbers(first_call(subject, dtype, kind))[dropped])) for kind in ("nan", "inf", "-inf")]
    return ", ".join("{} becomes {}".format(*pair) for pair in seen)


def _kinds(values: Any) -> str:
    kinds = {"nan" if math.isnan(v) else "finite" if math.isfinite(v) else f"{v:g}" for v in np.unique(values)}
    return " or ".join(sorted(kinds))


def rate_zero(subject: Subject, dtype: str) -> Value:
    """Say what becomes of -0, a denormal, nan and infinity without noise, in training."""
    x = subject.x(dtype)
    tiny = {"float16": 2.0**-20, "bfloat16": 2.0**-130, "float32": 2.0**-130, "float64": 2.0**-1050}[dtype]
    flat = x.reshape(-1)
    for index, value in enumerate((-0.0, tiny, math.nan, math.inf)):
        flat[index] = np.float64(value).astype(flat.dtype)
    reset()
    y = array(subject.call(subject.make(dtype, **{subject.strength or "": 0}), tf.constant(x)))
    if same(x, y):
        return "identity"
    changed = numbers(x) != numbers(y)
    changed |= np.signbit(numbers(x)) != np.signbit(numbers(y))
    changed &= ~(np.isnan(numbers(x)) & np.isnan(numbers(y)))
    names = ("-0", "denormal", "nan", "inf")
    lost = [name for name, is_changed in zip(names, changed.ravel()) if is_changed]
    return "noise" if changed.ravel()[4:].any() else "changes " + " ".join(lost)
