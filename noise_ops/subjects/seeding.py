"""Seeding: every source of randomness, put into a known state."""

from __future__ import annotations

import random

import numpy as np

from noise_ops.subjects.inputs import GLOBAL_SEED
from noise_ops.subjects.libraries import libraries, tf


def forget_kernels() -> None:
    """Put TensorFlow's stateful ops at the start of `GLOBAL_SEED`, forgetting every cached kernel."""
    tf.random.set_seed(GLOBAL_SEED)


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
