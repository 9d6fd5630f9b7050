"""Seeding: every source of randomness, put into a known state."""

from __future__ import annotations

import random

import numpy as np

from noise_ops.probe.inputs import GLOBAL_SEED
from noise_ops.probe.libraries import libraries, tf


def reset() -> None:
    """Put every source of randomness into the state that each observation starts from."""
    seed_everything(GLOBAL_SEED)


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy, TensorFlow and the Keras libraries."""
    for library in libraries():
        if hasattr(library.module.utils, "set_random_seed"):
            library.module.utils.set_random_seed(seed)
    random.seed(seed)
    np.random.seed(seed)
    tf.random.set_seed(seed)
