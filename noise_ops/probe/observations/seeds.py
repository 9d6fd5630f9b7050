"""Seeds: what a seed determines, and which seeds draw alike."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

from noise_ops.probe.new_layers import calls, first_call
from noise_ops.subjects.inputs import SEED
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.seeding import seed_everything
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, tensor
from noise_ops.subjects.values import Value, digests, labels, same


def neighbouring_seeds(subject: Subject) -> Value:
    """Label two calls with a seed and two with the next seed; say if one is the other, a block of four words on."""
    outputs = calls(subject, "float32", 2) + calls(subject, "float32", 2, seed=SEED + 1)
    first, second = (subject.units(y).ravel() for y in (outputs[0], outputs[2]))
    if subject.draws and same(first[4:], second[:-4]):
        return labels(outputs) + " shifted by a block"
    return labels(outputs)


def distant_seeds(subject: Subject) -> Value:
    """Label first calls with seeds s, s + 2**31 - 2, s + 2**31 - 1 and s + 2**32; "-" where a seed is refused."""
    outputs = []
    for distance in (0, 2**31 - 2, 2**31 - 1, 2**32):
        try:
            outputs.append(first_call(subject, seed=SEED + distance))
        except Exception:
            outputs.append(None)
    return labels(outputs)


def seeded_by(subject: Subject) -> Value:
    """List what determines the noise of an unseeded layer made afterwards; "together" is all but Keras's own."""
    single: dict[str, Callable[[int], Any]] = {
        "random.seed": random.seed,
        "numpy.random.seed": np.random.seed,
        "tf.random.set_seed": tf.random.set_seed,
    }
    setters = {name: [setter] for name, setter in single.items()}
    setters["together"] = list(single.values())
    own = getattr(getattr(subject.library.module, "utils", None), "set_random_seed", None)
    if own is not None:
        setters["keras.utils.set_random_seed"] = [own]
    found = []
    for name, together in setters.items():
        outputs = []
        for other in (1, 2):
            seed_everything(other)
            for setter in together:
                setter(7)
            layer = subject.make(seed=None)
            outputs.append(array(subject.call(layer, tensor(subject.x("float32")))))
        if same(*outputs):
            found.append(name)
    return found


def unseeded(subject: Subject) -> Value:
    """Record two calls of each of two unseeded layers after everything was seeded with 7."""
    seed_everything(7)
    outputs = []
    for _ in range(2):
        layer = subject.make(seed=None)
        outputs += [array(subject.call(layer, tensor(subject.x("float32")))) for _ in range(2)]
    return digests(outputs)
