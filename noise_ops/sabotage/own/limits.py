"""Broken dropouts of Keras 3: seeds, configs, limits, dtypes, traces, gradients, shapes, inference."""

from __future__ import annotations

import os
import random
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from noise_ops import laws
from noise_ops.laws.law import Law
from noise_ops.sabotage.mutant import Kind
from noise_ops.sabotage.own.layer import OwnLayer, broken
from noise_ops.sabotage.own.right import Drop, made

OF = "Keras 3"
RATE = 0.3
DROPS = laws.drops(RATE)


def _drop(
    name: str,
    kind: Kind,
    description: str,
    expected: str,
    law: Law = DROPS,
    options: dict[str, Any] | None = None,
    arguments: dict[str, Any] | None = None,
    **parts: Any,
) -> OwnLayer:
    return broken(OF, name, kind, description, expected, made(Drop, arguments, **parts), law, **(options or {}))


def _seeded(rule: Any) -> Any:
    """Return a constructor that makes another seed of the one that is given."""

    def __init__(self: Any, rate: float = RATE, seed: int | None = None, **kwargs: Any) -> None:  # noqa: N807
        Drop.__init__(self, rate, None, seed, **kwargs)
        self.seed_generator = keras.random.SeedGenerator(rule(seed))

    return __init__


def _config_without(*names: str) -> Any:
    return lambda s: {name: value for name, value in Drop.get_config(s).items() if name not in names}


def _from_numpy(layer: Any, x: Any) -> Any:
    return np.random.uniform(size=tuple(x.shape)) < layer.rate  # noqa: NPY002


def _by_entropy(layer: Any, x: Any) -> Any:
    return layer.uniform(ops.shape(x)) * 0 + keras.random.uniform(ops.shape(x), seed=_entropy()) < layer.rate


def _entropy() -> int:
    return int.from_bytes(os.urandom(3), "big")


def _switched(name: str) -> dict[str, Any]:
    """Return parts of a layer with one more argument, of which `name` says what becomes of it."""

    def __init__(self: Any, rate: float = RATE, strength: float = 1.0, seed: int | None = None, **kwargs: Any) -> None:  # noqa: N807
        Drop.__init__(self, rate, None, seed, **kwargs)
        self.strength = strength

    parts = {"__init__": __init__, "get_config": lambda s: {**_bare(s), "strength": s.strength}}
    if name == "lost":
        parts["get_config"] = _bare
        parts["scaled"] = lambda s, x: Drop.scaled(s, x) * s.strength
    return parts


def _bare(layer: Any) -> Any:
    return _config_without("noise_shape")(layer)


@tf.custom_gradient  # type: ignore[untyped-decorator]
def _of_gradient_one(x: Any, y: Any) -> Any:
    return y, lambda slope: (slope, None)


def _count(layer: Any) -> int:
    layer.__dict__["count"] = layer.__dict__.get("count", -1) + 1
    return int(layer.__dict__["count"])


def _unchecked(layer: Any, rate: float, seed: int | None, kwargs: dict[str, Any]) -> None:
    Drop.__init__(layer, RATE, None, seed, **kwargs)
    layer.rate = rate


def _only_float32(layer: Any, x: Any) -> Any:
    if x.dtype == "float16":
        raise TypeError("float16 is not supported.")
    return Drop.dropped(layer, x)


ALL = (
    _drop(
        "always-noisy",
        Kind.TRAINING,
        "`training` is taken and ignored: it drops at inference",
        "identity_at_inference nothing_drawn_in_predict",
        call=lambda s, x, training=False: s.noised(x),
    ),
    _drop(
        "noisy-by-default",
        Kind.TRAINING,
        "`training` is True unless it is given",
        "identity_at_inference",
        call=lambda s, x, training=True: s.noised(x) if training else x,
    ),
    _drop(
        "scaled-at-inference",
        Kind.TRAINING,
        "it multiplies by 1 - rate at inference, though it scales in training",
        "identity_at_inference",
        call=lambda s, x, training=False: s.noised(x) if training else x * (1 - s.rate),
    ),
    _drop(
        "expectation-forgotten",
        Kind.TRAINING,
        "unscaled, it does not multiply by 1 - rate at inference",
        "identity_at_inference",
        laws.drops(RATE, scaled=False),
        {"inference": "expectation"},
        scaled=lambda s, x: x,
    ),
    _drop(
        "never-noisy",
        Kind.TRAINING,
        "it returns its input in training, too",
        "noise_is_drawn",
        call=lambda s, x, training=False: x,
    ),
    _drop(
        "eager-only",
        Kind.ONLY,
        "it drops nothing inside a tf.function",
        "works_in_function works_in_dataset",
        noised=lambda s, x: Drop.noised(s, x) if tf.executing_eagerly() else x,
    ),
    _drop(
        "seed-ignored",
        Kind.SEED,
        "the seed is ignored, and another drawn in its place",
        "same_seed_same_noise",
        get_config=_bare,
        __init__=_seeded(lambda seed: None),
    ),
    _drop(
        "seed-constant",
        Kind.SEED,
        "the seed is 1337, whatever is given",
        "other_seed_other_noise",
        get_config=_bare,
        __init__=_seeded(lambda seed: 1337),
    ),
    _drop(
        "seeds-in-pairs",
        Kind.SEED,
        "two seeds in a row are one",
        "other_seed_other_noise",
        get_config=_bare,
        __init__=_seeded(lambda seed: seed and seed // 2),
    ),
    _drop(
        "seed-of-eight-bits",
        Kind.SEED,
        "the low eight bits of a seed are all that counts",
        "other_seed_other_noise",
        get_config=_bare,
        __init__=_seeded(lambda seed: seed and seed % 256),
    ),
    _drop(
        "seed-in-float32",
        Kind.SEED,
        "a seed is rounded to float32",
        "other_seed_other_noise",
        get_config=_bare,
        __init__=_seeded(lambda seed: seed and int(np.float32(seed))),
    ),
    _drop(
        "seed-zero-is-none",
        Kind.SEED,
        "seed 0 is taken for no seed",
        "any_seed_works",
        get_config=_bare,
        __init__=_seeded(lambda seed: seed or None),
    ),
    _drop(
        "entropy-of-the-machine",
        Kind.SEED,
        "what it draws comes from the machine, whatever is seeded",
        "global_seed_repeats same_seed_same_noise",
        dropped=_by_entropy,
    ),
    _drop(
        "same-in-every-run",
        Kind.SEED,
        "without a seed it draws the same noise in every run",
        "global_seed_repeats",
        get_config=_bare,
        __init__=_seeded(lambda seed: 42 if seed is None else seed),
    ),
    _drop(
        "same-at-every-call",
        Kind.CALLS,
        "each call draws the noise of the first",
        "new_call_new_noise",
        dropped=lambda s, x: keras.random.uniform(ops.shape(x), seed=s.seed or 5) < s.rate,
    ),
    _drop(
        "calls-in-pairs",
        Kind.CALLS,
        "each second call repeats the one before it",
        "new_call_new_noise",
        dropped=lambda s, x: keras.random.uniform(ops.shape(x), seed=(s.seed or 5) + _count(s) // 2) < s.rate,
    ),
    _drop(
        "drawn-at-trace",
        Kind.CALLS,
        "Python draws the seed of a call, once for all calls of a tf.function",
        "works_in_function works_in_dataset same_seed_same_noise",
        dropped=lambda s, x: keras.random.uniform(ops.shape(x), seed=random.randrange(2**20)) < s.rate,
    ),
    _drop(
        "numpy-in-call",
        Kind.CALLS,
        "NumPy draws the mask, once for all calls of a tf.function",
        "works_in_function same_seed_same_noise works_with_unknown_batch",
        dropped=_from_numpy,
    ),
    _drop(
        "seed-not-in-config",
        Kind.CONFIG,
        "the config has no seed",
        "config_round_trip saved_and_loaded",
        get_config=_config_without("seed"),
    ),
    _drop(
        "rate-not-in-config",
        Kind.CONFIG,
        "the config has no rate",
        "config_round_trip arguments_survive",
        arguments={"rate": 0.6},
        law=laws.drops(0.6),
        get_config=_config_without("rate"),
    ),
    _drop(
        "noise-shape-not-in-config",
        Kind.CONFIG,
        "the config has no noise_shape",
        "config_round_trip",
        laws.drops(RATE, shared_axes=(1,)),
        {"shape": (None, 7, 11)},
        {"noise_shape": (None, 1, None)},
        get_config=_config_without("noise_shape"),
    ),
    _drop(
        "argument-not-in-config",
        Kind.CONFIG,
        "the config lacks an argument whose default the user left",
        "arguments_survive",
        **_switched("lost"),
    ),
    _drop(
        "config-unwritable",
        Kind.CONFIG,
        "the config holds a tensor",
        "config_round_trip",
        get_config=lambda s: {**Drop.get_config(s), "rate": tf.constant(s.rate)},
    ),
    _drop(
        "no-config",
        Kind.CONFIG,
        "get_config is forgotten, and from_config raises",
        "config_round_trip",
        get_config=lambda s: keras.layers.Layer.get_config(s) | {"keep": 1 - s.rate},
    ),
    _drop(
        "argument-ignored",
        Kind.CONFIG,
        "an argument is kept, and changes nothing",
        "arguments_matter",
        **_switched("ignored"),
    ),
    _drop(
        "bad-rates-accepted",
        Kind.LIMITS,
        "a rate of -0.5 or 1.5 is accepted",
        "bad_rates_are_refused",
        get_config=lambda s: _bare(s),
        __init__=lambda s, rate=RATE, seed=None, **kwargs: _unchecked(s, rate, seed, kwargs),
    ),
    _drop(
        "rate-one-nan",
        Kind.LIMITS,
        "at rate 1, zero is divided by zero",
        "rate_one_drops_everything",
        noised=lambda s, x: x * ops.cast(~s.dropped(x), x.dtype) / (1 - ops.cast(s.rate, x.dtype)),
    ),
    _drop(
        "rate-one-keeps-last",
        Kind.LIMITS,
        "at rate 1 one unit of each sample is kept",
        "rate_one_drops_everything",
        dropped=lambda s, x: (s.uniform(ops.shape(x)) < s.rate) & ((ops.arange(x.shape[-1]) > 0) | (s.rate < 1)),
    ),
    _drop(
        "rate-zero-nan",
        Kind.LIMITS,
        "at rate 0, zero is divided by zero",
        "rate_zero_does_nothing",
        scaled=lambda s, x: x / (1 - s.rate) * (ops.cast(s.rate, x.dtype) / ops.cast(s.rate, x.dtype)),
    ),
    _drop(
        "rate-zero-drops",
        Kind.LIMITS,
        "at rate 0 every hundredth is dropped still",
        "rate_zero_does_nothing",
        laws.drops(0.31),
        arguments={"rate": 0.31},
        dropped=lambda s, x: s.uniform(ops.shape(x)) < max(s.rate, 0.01),
    ),
    _drop("float16-raises", Kind.DTYPE, "it raises in float16", "in_float16 in_mixed_float16", dropped=_only_float32),
    _drop(
        "bfloat16-nan",
        Kind.DTYPE,
        "it gives nan in bfloat16",
        "in_bfloat16 in_mixed_bfloat16",
        scaled=lambda s, x: Drop.scaled(s, x) * (np.nan if x.dtype == "bfloat16" else 1),
    ),
    _drop(
        "float32-under-mixed",
        Kind.DTYPE,
        "under a mixed policy it returns float32",
        "in_mixed_bfloat16 in_mixed_float16",
        noised=lambda s, x: Drop.noised(s, ops.cast(x, "float32")),
    ),
    _drop(
        "float16-scale",
        Kind.PRECISION,
        "the scale is rounded to bfloat16",
        "support_and_scale",
        scaled=lambda s, x: x * ops.cast(ops.cast(1 / (1 - s.rate), "bfloat16"), x.dtype) if s.rate < 1 else x,
    ),
    _drop(
        "numpy-of-a-tensor",
        Kind.RAISES,
        "it reads a tensor's value, which a trace has not",
        "works_in_function works_in_fit",
        scaled=lambda s, x: Drop.scaled(s, x) + 0 * x.numpy().max(),
    ),
    _drop(
        "batch-of-known-size",
        Kind.RAISES,
        "it needs to know the size of a batch",
        "works_with_unknown_batch",
        units=lambda s, x: tuple(x.shape),
    ),
    _drop(
        "one-sample-squeezed",
        Kind.RANK,
        "of a batch of one sample it loses the batch",
        "works_on_one_sample",
        noised=lambda s, x: tf.squeeze(Drop.noised(s, x)),
    ),
    _drop(
        "gradient-stopped",
        Kind.GRADIENT,
        "no gradient passes it",
        "gradient_is_noise_factor",
        noised=lambda s, x: ops.stop_gradient(Drop.noised(s, x)),
    ),
    _drop(
        "gradient-straight-through",
        Kind.GRADIENT,
        "the gradient is 1, also of what is dropped",
        "gradient_is_noise_factor",
        noised=lambda s, x: _of_gradient_one(x, Drop.noised(s, x)),
    ),
    _drop(
        "flattened",
        Kind.RETURN,
        "the output is flattened",
        "shape_and_dtype_kept",
        options={"shape": (None, 7, 11)},
        noised=lambda s, x: ops.reshape(Drop.noised(s, x), (-1, 77)),
    ),
    _drop(
        "transposed",
        Kind.RETURN,
        "time and channels are transposed",
        "shape_and_dtype_kept",
        options={"shape": (None, 7, 11)},
        noised=lambda s, x: ops.transpose(Drop.noised(s, x), (0, 2, 1)),
    ),
    _drop(
        "mask-transposed",
        Kind.RAISES,
        "the mask is transposed, which fits square inputs alone",
        "shape_and_dtype_kept",
        options={"shape": (None, 7, 11)},
        dropped=lambda s, x: ops.transpose(s.uniform(ops.shape(x)), (0, 2, 1)) < s.rate,
    ),
)
