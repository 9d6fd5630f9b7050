"""Broken dropouts of Keras 3: seeds, calls and configs."""

from __future__ import annotations

import os
import random
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from noise_ops import laws
from noise_ops.sabotage.mutant import Kind
from noise_ops.sabotage.own.right import RATE, Drop, dropout


def _seeded(rule: Any) -> Any:
    """Return a constructor that makes another seed of the one that is given."""

    def __init__(self: Any, rate: float = RATE, seed: int | None = None, **kwargs: Any) -> None:  # noqa: N807
        Drop.__init__(self, rate, None, seed, **kwargs)
        self.seed_generator = keras.random.SeedGenerator(rule(seed))

    return __init__


def _config_without(*names: str) -> Any:
    return lambda s: {name: value for name, value in Drop.get_config(s).items() if name not in names}


def _fixed(layer: Any, x: Any) -> Any:
    return keras.random.uniform(ops.shape(x), seed=(layer.seed or 5) + 1) < layer.rate


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


def _count(layer: Any) -> int:
    layer.__dict__["count"] = layer.__dict__.get("count", -1) + 1
    return int(layer.__dict__["count"])


def _unchecked(layer: Any, rate: float, seed: int | None, kwargs: dict[str, Any]) -> None:
    Drop.__init__(layer, RATE, None, seed, **kwargs)
    layer.rate = rate


def _of_one_seed(layer: Any, rate: float, noise_shape: Any, kwargs: dict[str, Any]) -> None:
    Drop.__init__(layer, rate, noise_shape, 1337, **kwargs)


ALL = (
    dropout(
        "seed-ignored",
        Kind.SEED,
        "the seed is ignored, and another drawn in its place",
        "same_seed_same_noise",
        get_config=_bare,
        __init__=_seeded(lambda seed: None),
    ),
    dropout(
        "seed-constant",
        Kind.SEED,
        "the seed is 1337, whatever is given",
        "other_seed_other_noise",
        get_config=_bare,
        __init__=_seeded(lambda seed: 1337),
    ),
    dropout(
        "seeds-in-pairs",
        Kind.SEED,
        "two seeds in a row are one",
        "other_seed_other_noise",
        get_config=_bare,
        __init__=_seeded(lambda seed: seed and seed // 2),
    ),
    dropout(
        "seed-of-eight-bits",
        Kind.SEED,
        "the low eight bits of a seed are all that counts",
        "other_seed_other_noise",
        get_config=_bare,
        __init__=_seeded(lambda seed: seed and seed % 256),
    ),
    dropout(
        "seed-in-float32",
        Kind.SEED,
        "a seed is rounded to float32",
        "other_seed_other_noise",
        get_config=_bare,
        __init__=_seeded(lambda seed: seed and int(np.float32(seed))),
    ),
    dropout(
        "seed-zero-is-none",
        Kind.SEED,
        "seed 0 is taken for no seed",
        "any_seed_works",
        get_config=_bare,
        __init__=_seeded(lambda seed: seed or None),
    ),
    dropout(
        "entropy-of-the-machine",
        Kind.SEED,
        "what it draws comes from the machine, whatever is seeded",
        "global_seed_repeats same_seed_same_noise",
        dropped=_by_entropy,
    ),
    dropout(
        "same-in-every-run",
        Kind.SEED,
        "without a seed it draws the same noise in every run",
        "global_seed_repeats",
        get_config=_bare,
        __init__=_seeded(lambda seed: 42 if seed is None else seed),
    ),
    dropout(
        "same-at-every-call",
        Kind.CALLS,
        "each call draws the noise of the first",
        "new_call_new_noise",
        dropped=lambda s, x: keras.random.uniform(ops.shape(x), seed=s.seed or 5) < s.rate,
    ),
    dropout(
        "same-draw-at-every-call",
        Kind.CALLS,
        "the one draw of a batch is that of the first call, which drops, always",
        "new_call_new_noise works_in_function works_in_dataset",
        laws.drops(0.5, shared_axes=(0, 1, 2)),
        {"shape": (None, 3, 2)},
        {"rate": 0.5},
        dropped=lambda s, x: keras.random.uniform((1, 1, 1), seed=s.seed or 5) < 2,
    ),
    dropout(
        "seed-of-one-draw-ignored",
        Kind.SEED,
        "of one draw a batch the seed is 1337, whatever is given",
        "other_seed_other_noise",
        laws.drops(0.5, shared_axes=(0, 1, 2)),
        {"shape": (None, 3, 2)},
        {"rate": 0.5, "noise_shape": (1, 1, 1)},
        get_config=_bare,
        __init__=lambda s, rate=RATE, noise_shape=None, seed=None, **kwargs: _of_one_seed(s, rate, noise_shape, kwargs),
    ),
    dropout(
        "a-quarter-at-every-call",
        Kind.CALLS,
        "a quarter of the units take their state from a mask that is the same at every call",
        "calls_independent",
        dropped=lambda s, x: ops.where(s.uniform(ops.shape(x)) < 0.25, _fixed(s, x), Drop.dropped(s, x)),
    ),
    dropout(
        "calls-in-pairs",
        Kind.CALLS,
        "each second call repeats the one before it",
        "new_call_new_noise",
        dropped=lambda s, x: keras.random.uniform(ops.shape(x), seed=(s.seed or 5) + _count(s) // 2) < s.rate,
    ),
    dropout(
        "drawn-at-trace",
        Kind.CALLS,
        "Python draws the seed of a call, once for all calls of a tf.function",
        "works_in_function works_in_dataset same_seed_same_noise",
        dropped=lambda s, x: keras.random.uniform(ops.shape(x), seed=random.randrange(2**20)) < s.rate,
    ),
    dropout(
        "numpy-in-call",
        Kind.CALLS,
        "NumPy draws the mask, once for all calls of a tf.function",
        "works_in_function same_seed_same_noise works_with_unknown_batch",
        dropped=_from_numpy,
    ),
    dropout(
        "seed-not-in-config",
        Kind.CONFIG,
        "the config has no seed",
        "config_round_trip saved_and_loaded",
        get_config=_config_without("seed"),
    ),
    dropout(
        "rate-not-in-config",
        Kind.CONFIG,
        "the config has no rate",
        "config_round_trip arguments_survive",
        arguments={"rate": 0.6},
        law=laws.drops(0.6),
        get_config=_config_without("rate"),
    ),
    dropout(
        "noise-shape-not-in-config",
        Kind.CONFIG,
        "the config has no noise_shape",
        "config_round_trip",
        laws.drops(RATE, shared_axes=(1,)),
        {"shape": (None, 7, 11)},
        {"noise_shape": (None, 1, None)},
        get_config=_config_without("noise_shape"),
    ),
    dropout(
        "argument-not-in-config",
        Kind.CONFIG,
        "the config lacks an argument whose default the user left",
        "arguments_survive",
        **_switched("lost"),
    ),
    dropout(
        "config-unwritable",
        Kind.CONFIG,
        "the config holds a tensor",
        "config_round_trip",
        get_config=lambda s: {**Drop.get_config(s), "rate": tf.constant(s.rate)},
    ),
    dropout(
        "no-config",
        Kind.CONFIG,
        "get_config is forgotten, and from_config raises",
        "config_round_trip",
        get_config=lambda s: keras.layers.Layer.get_config(s) | {"keep": 1 - s.rate},
    ),
    dropout(
        "argument-ignored",
        Kind.CONFIG,
        "an argument is kept, and changes nothing",
        "arguments_matter",
        **_switched("ignored"),
    ),
    dropout(
        "bad-rates-accepted",
        Kind.LIMITS,
        "a rate of -0.5 or 1.5 is accepted",
        "bad_rates_are_refused",
        get_config=lambda s: _bare(s),
        __init__=lambda s, rate=RATE, seed=None, **kwargs: _unchecked(s, rate, seed, kwargs),
    ),
)
