"""Generators: the seeds that TensorFlow and Keras derive, and the states that they keep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from noise_ops.subjects.libraries import Library, tf
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import tensor
from noise_ops.subjects.values import Value


def seed_state(subject: Subject) -> Value:
    """List the state of the seed generator of a layer, or of its cell, when made and after each of two calls."""
    reset()
    layer = subject.make()
    owner = layer if hasattr(layer, "seed_generator") else layer.cell
    listed = [int(word) for word in np.asarray(owner.seed_generator.state)]
    for _ in range(2):
        subject.call(layer, tensor(subject.x("float32")))
        listed += [int(word) for word in np.asarray(owner.seed_generator.state)]
    return listed


def op_seeds() -> Value:
    """List the (graph seed, op seed) pairs that TensorFlow derives: two unseeded ops, a seeded one, extreme seeds."""
    pairs = []
    for global_seed in (7, 2**31 + 5):
        tf.random.set_seed(global_seed)
        for op_seed in (None, None, 9, 0, -1, 2**31):
            pairs.append(",".join(str(seed) for seed in tf.compat.v1.get_seed(op_seed)))
    return pairs


def generator_state(make: Callable[[], Any]) -> Value:
    """List the state words of a `tf.random.Generator`."""
    reset()
    return [int(word) for word in np.asarray(make().state).ravel()]


def integers(make: Callable[[], Any]) -> Value:
    """List the integers that a function returns, such as derived seeds."""
    reset()
    return [int(word) for word in np.asarray(make()).ravel()]


def seed_generator(library: Library, seed: int | None) -> Value:
    """List the state of a new `keras.random.SeedGenerator`, and its next three seeds."""
    reset()
    generator = library.module.random.SeedGenerator(seed)
    listed = [int(word) for word in np.asarray(generator.state)]
    for _ in range(3):
        listed += [int(word) for word in np.asarray(generator.next())]
    return listed
