"""Functions of TensorFlow and NumPy as a user writes them: right ones, and broken ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from scipy import stats

from noise_ops import laws
from noise_ops.sabotage.mutant import Kind
from noise_ops.sabotage.own.layer import broken, right

OF_NUMPY = "NumPy"
OF_TENSORFLOW = "TensorFlow"
RATE = 0.3


def numpy_dropout(x: Any, seed: int) -> Any:
    """Return a dropout of NumPy."""
    kept = np.random.default_rng(seed).random(x.shape) >= RATE
    return np.where(kept, x / np.asarray(1 - RATE, x.dtype), np.zeros_like(x))


def numpy_noise(x: Any, seed: int) -> Any:
    """Return additive noise of Beta(0.2, 0.2), which is nearly always near 0 or 1."""
    return x + np.random.default_rng(seed).beta(0.2, 0.2, x.shape).astype(x.dtype)


def _global_numpy(x: Any, seed: int) -> Any:
    return np.where(np.random.random(x.shape) >= RATE, x / np.float32(1 - RATE), np.zeros_like(x))  # noqa: NPY002


def _in_place(x: Any, seed: int) -> Any:
    x[np.random.default_rng(seed).random(x.shape) < RATE] = 0
    x /= np.asarray(1 - RATE, x.dtype)
    return x


def _widened(x: Any, seed: int) -> Any:
    return x * (np.random.default_rng(seed).random(x.shape) >= RATE) / np.float64(1 - RATE)


def _added_numpy(x: Any, seed: int) -> Any:
    return x + np.random.default_rng(seed).normal(0, 0.5, x.shape).astype(x.dtype)


def _shuffled_halves(x: Any, seed: int) -> Any:
    noise = np.random.default_rng(seed).normal(0, 0.5, ((len(x) + 1) // 2, *x.shape[1:])).astype(x.dtype)
    return x + np.concatenate([noise, noise])[: len(x)]


def _rounded_draws(x: Any, seed: int) -> Any:
    return x + np.round(np.random.default_rng(seed).normal(0, 0.5, x.shape), 1).astype(x.dtype)


def _seeded_once(x: Any, seed: int) -> Any:
    return numpy_dropout(x, 0)


def stateless_dropout(x: Any, seed: Any) -> Any:
    """Return a dropout of a stateless op, whose scale is multiplied rather than divided."""
    uniforms = tf.random.stateless_uniform(tf.shape(x), seed=[seed, 0])
    return tf.where(uniforms < RATE, tf.zeros_like(x), x * tf.cast(1 / (1 - RATE), x.dtype))


def multiplied_dropout(x: Any, seed: Any) -> Any:
    """Return a dropout that multiplies by its mask, as older code does."""
    kept = tf.floor(1 - RATE + tf.random.stateless_uniform(tf.shape(x), seed=[seed, 1]))
    return x / tf.cast(1 - RATE, x.dtype) * tf.cast(kept, x.dtype)


def sampler(x: Any, seed: Any) -> Any:
    """Return uniforms of the shape of the input."""
    return tf.random.stateless_uniform(tf.shape(x), seed=[seed, 2], minval=-1, maxval=1, dtype=x.dtype)


def _stateless(x: Any, dropped: Any) -> Any:
    return tf.where(dropped, tf.zeros_like(x), x / tf.cast(1 - RATE, x.dtype))


def _one_seed(x: Any, seed: Any) -> Any:
    uniforms = tf.random.stateless_uniform(tf.shape(x), seed=[1, 2])
    return _stateless(x, uniforms < RATE)


def _mask_per_row(x: Any, seed: Any) -> Any:
    uniforms = tf.random.stateless_uniform((tf.shape(x)[0], 1), seed=[seed, 0])
    return _stateless(x, uniforms < RATE)


def op_seeded(x: Any, seed: Any) -> Any:
    """Return a dropout by an op seed, beside which the global seed decides."""
    return _stateless(x, tf.random.uniform(tf.shape(x), seed=seed) < RATE)


def _normal_sampler(x: Any, seed: Any) -> Any:
    return tf.random.stateless_normal(tf.shape(x), seed=[seed, 2], stddev=0.577, dtype=x.dtype)


def _closed_sampler(x: Any, seed: Any) -> Any:
    whole = tf.random.stateless_uniform(tf.shape(x), [seed, 2], minval=-100, maxval=101, dtype=tf.int32)
    return tf.cast(whole, x.dtype) / 100


_DROPS = laws.drops(RATE)
_ADDS = laws.adds_normal(0.5)
_UNIFORM = laws.draws(stats.uniform(-1, 2))

RIGHT = (
    right(OF_NUMPY, "numpy-dropout", "a dropout of NumPy", numpy_dropout, _DROPS),
    right(OF_NUMPY, "numpy-beta", "noise of Beta(0.2, 0.2) is added", numpy_noise, laws.adds(stats.beta(0.2, 0.2))),
    right(OF_TENSORFLOW, "stateless-dropout", "a dropout of a stateless op", stateless_dropout, _DROPS),
    right(OF_TENSORFLOW, "multiplied-dropout", "a dropout that multiplies by its mask", multiplied_dropout, _DROPS),
    right(OF_TENSORFLOW, "op-seeded", "a dropout by an op seed", op_seeded, _DROPS),
    right(OF_TENSORFLOW, "uniform-sampler", "a sampler of uniforms", sampler, _UNIFORM),
)

BROKEN = (
    broken(
        OF_NUMPY,
        "global-numpy",
        Kind.SEED,
        "it draws from the global generator, whatever its seed",
        "same_seed_same_noise",
        _global_numpy,
        _DROPS,
    ),
    broken(OF_NUMPY, "in-place", Kind.OVERWRITTEN, "it changes its input", "input_untouched", _in_place, _DROPS),
    broken(OF_NUMPY, "widened", Kind.DTYPE, "it returns float64", "shape_and_dtype_kept in_float16", _widened, _DROPS),
    broken(
        OF_NUMPY,
        "added-for-multiplied",
        Kind.OPERATION,
        "it adds where it should multiply",
        "noise_ignores_input",
        _added_numpy,
        laws.multiplies(stats.norm(1, 0.5)),
    ),
    broken(
        OF_NUMPY,
        "halves-alike",
        Kind.COPY,
        "the second half of a batch has the noise of the first",
        "nothing_repeats",
        _shuffled_halves,
        _ADDS,
    ),
    broken(
        OF_NUMPY,
        "rounded-draws",
        Kind.PRECISION,
        "noise is rounded to a tenth",
        "noise_distribution",
        _rounded_draws,
        _ADDS,
    ),
    broken(
        OF_NUMPY,
        "seed-0",
        Kind.SEED,
        "it draws with seed 0, whatever is given",
        "other_seed_other_noise",
        _seeded_once,
        _DROPS,
    ),
    broken(
        OF_TENSORFLOW, "seed-unused", Kind.SEED, "its seed is a constant", "other_seed_other_noise", _one_seed, _DROPS
    ),
    broken(
        OF_TENSORFLOW,
        "mask-per-row",
        Kind.SHARED,
        "a row is dropped or kept as a whole",
        "axes_shared",
        _mask_per_row,
        _DROPS,
    ),
    broken(
        OF_TENSORFLOW,
        "normal-sampler",
        Kind.SHAPE,
        "a sampler of uniforms draws normals",
        "noise_distribution",
        _normal_sampler,
        _UNIFORM,
    ),
    broken(
        OF_TENSORFLOW,
        "coarse-sampler",
        Kind.PRECISION,
        "a sampler draws 201 values",
        "noise_distribution",
        _closed_sampler,
        _UNIFORM,
    ),
)
