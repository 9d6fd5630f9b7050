"""Words: integers that TensorFlow draws, which lie under every stream and are no floats."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from noise_ops.subjects.inputs import CALLS, SECOND_SEED, SEED, SHAPE
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.tensors import array, compiled
from noise_ops.subjects.values import Facts, Value, digests, words


def full_range_words(name: str, mode: str) -> Facts:
    """Record words of a full-range integer draw of `tf.random`: no conversion to floats is involved."""
    reset()
    count = [int(np.prod(SHAPE))]
    if name == "tf.random.stateless_uniform":
        seed = tf.constant([SEED, SECOND_SEED], tf.int64)
        draw = functools.partial(tf.random.stateless_uniform, count, minval=None, maxval=None, dtype=tf.uint32)
        function = lambda pair: draw(seed=pair)  # noqa: E731
    elif name == "tf.random.Generator.uniform":
        seed = tf.constant(0)
        generator = tf.random.Generator.from_seed(SEED)
        function = lambda _: generator.uniform_full_int(count, dtype=tf.uint32)  # noqa: E731
    else:  # stateful integers have no full range: the low 30 bits of each word
        seed = tf.constant(0)
        function = lambda _: tf.random.uniform(count, 0, 2**30, dtype=tf.int32, seed=SEED)  # noqa: E731
    call = function if mode == "eager" else compiled(function, mode == "xla")
    outputs = [array(call(seed)) for _ in range(CALLS)]
    again = [array(call(seed)) for _ in range(CALLS)] if mode == "xla" and name == "tf.random.uniform" else None
    if again is not None:  # XLA's stateful draws start where no seed decides
        return {"words_stream": "not reproducible"}
    return {"words_stream": digests(outputs), "words_head": words(outputs[0])}


def integer_range(name: str, mode: str, low: int, high: int) -> Value:
    """Say what comes of a range of integers in which there is none."""
    reset()
    count = [257]
    draws: dict[str, Callable[[Any], Any]] = {
        "tf.random.uniform": lambda seed: tf.random.uniform(count, low, high, dtype=tf.int32, seed=SEED),
        "tf.random.stateless_uniform": lambda seed: tf.random.stateless_uniform(
            count, seed, minval=low, maxval=high, dtype=tf.int32
        ),
    }
    if name == "tf.random.Generator.uniform":
        generator = tf.random.Generator.from_seed(SEED)
        draws[name] = lambda seed: generator.uniform(count, low, high, dtype=tf.int32)
    function = draws[name] if mode == "eager" else compiled(draws[name], mode == "xla")
    y = array(function(tf.constant([SEED, SECOND_SEED], tf.int64)))
    return "draws minval" if (y == low).all() else "draws other values"
