"""What a `seed=` argument stands for, None included, and how a program seeds the source of that."""

from __future__ import annotations

import importlib.metadata
import os
import random
import secrets
import sys
from typing import Literal, SupportsIndex

import numpy as np

from noise_ops.reference.seeds.base import Seed, integer
from noise_ops.reference.seeds.keras import KerasSeed
from noise_ops.reference.seeds.legacy import LegacySeed


def check_seed(seed: SupportsIndex | Seed | None) -> None:
    """Raise TypeError if `seed` is no integer, None or seed object; draws nothing."""
    if isinstance(seed, bool) or not (seed is None or isinstance(seed, (int, np.integer, Seed))):
        hint = "; for a SeedGenerator give KerasSeed(its seed)" if type(seed).__name__ == "SeedGenerator" else ""
        raise TypeError(f"seed must be an integer, None or a noise_ops seed object, not {seed!r}{hint}.")


def as_seed(seed: SupportsIndex | Seed | None) -> Seed:
    """Return the seed object that a `seed=` argument stands for.

    Args:
      seed: a seed object, taken as it is; an integer, which is the first call of a new Keras 3 layer;
        or None, a newly made, unseeded layer of the installed `tf.keras` (see `set_seed`).

    Raises:
      TypeError: if `seed` is none of these.
    """
    check_seed(seed)
    if isinstance(seed, Seed):
        return seed
    return _unseeded() if seed is None else KerasSeed(seed)


def set_seed(seed: int) -> None:
    """Seed Python, NumPy, and TensorFlow, Keras and tf_keras where they are loaded.

    Afterwards, `seed=None` in an op of this package equals a newly made, unseeded layer of the
    installed `tf.keras` after the same call.

    Args:
      seed: integer in [0, 2**32), the range of NumPy's seeds.

    Raises:
      TypeError: if `seed` is not an integer.
      ValueError: if `seed` is outside that range.
    """
    global _legacy_source
    value = integer(seed)
    if not 0 <= value < 2**32:
        raise ValueError(f"seed must lie in [0, 2**32), the range of NumPy's seeds, not {value}.")
    # Not imported but looked up: a library that is not loaded yet has drawn nothing.
    if tensorflow := sys.modules.get("tensorflow"):
        tensorflow.random.set_seed(value)
    for name in ("keras", "tf_keras"):
        if library := sys.modules.get(name):
            library.utils.set_random_seed(value)
    random.seed(value)
    np.random.seed(value)
    _legacy_source = LegacySeed(value)


_legacy_source: LegacySeed | None = None
"""The op seeds that `tf.random.set_seed` would hand out; it outlives one op call, as in TensorFlow."""


def _unseeded() -> Seed:
    if installed_keras_generation() == 3:
        return KerasSeed(None)
    return _legacy_source or LegacySeed(secrets.randbits(31))


def installed_keras_generation() -> Literal[2, 3]:
    """Return which generation `tf.keras` is in this environment, without importing it; 3 where none is."""
    if os.environ.get("TF_USE_LEGACY_KERAS") in ("1", "true", "True"):
        return 2
    try:
        return 2 if importlib.metadata.version("keras").startswith("2.") else 3
    except importlib.metadata.PackageNotFoundError:
        return 3
