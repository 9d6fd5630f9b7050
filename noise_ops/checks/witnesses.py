"""The `tf.random` functions under the layers, as the witnesses of single stages of the pipeline."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from noise_ops.findings import Stage
from noise_ops.reference.bits import Words, philox_words
from noise_ops.reference.seeds import scramble
from noise_ops.reference.variates import FloatArray, normals, uniforms
from noise_ops.subjects.inputs import GLOBAL_SEED, SECOND_SEED
from noise_ops.subjects.libraries import tensorflow
from noise_ops.subjects.tensors import array

_WITNESS_SEED = (GLOBAL_SEED, SECOND_SEED)
_WITNESS_COUNT = 1025
"""Draws compared per stage: more than one block, and no multiple of one."""


def stateless_words(seed: tuple[int, int], count: int) -> Words:
    """Return uint32 words of `tf.random.stateless_uniform` over the full integer range: no float is involved."""
    tf = tensorflow()
    words: Words = np.asarray(
        tf.random.stateless_uniform(
            [count], seed=tf.constant(seed, tf.int64), minval=None, maxval=None, dtype=tf.uint32
        )
    )
    return words


def stateless_uniforms(seed: tuple[int, int], count: int, dtype: np.dtype[Any]) -> FloatArray:
    """Return draws of `tf.random.stateless_uniform`."""
    tf = tensorflow()
    return np.asarray(array(tf.random.stateless_uniform([count], tf.constant(seed, tf.int64), dtype=dtype.name)))


def stateless_normals(seed: tuple[int, int], count: int, dtype: np.dtype[Any]) -> FloatArray:
    """Return draws of `tf.random.stateless_normal`."""
    tf = tensorflow()
    return np.asarray(array(tf.random.stateless_normal([count], tf.constant(seed, tf.int64), dtype=dtype.name)))


@cache
def departed_stage(dtype: np.dtype[Any]) -> Stage | None:
    """Return the first of words and variates that TensorFlow itself draws otherwise than predicted, if any."""
    stream, count = scramble(*_WITNESS_SEED), _WITNESS_COUNT
    if not np.array_equal(stateless_words(_WITNESS_SEED, count), philox_words(stream, count)):
        return Stage.BITS
    same_uniforms = np.array_equal(stateless_uniforms(_WITNESS_SEED, count, dtype), uniforms(stream, count, dtype))
    same_normals = np.array_equal(stateless_normals(_WITNESS_SEED, count, dtype), normals(stream, count, dtype))
    return None if same_uniforms and same_normals else Stage.VARIATE


def forget() -> None:
    """Forget what TensorFlow drew: it is about to change."""
    departed_stage.cache_clear()
