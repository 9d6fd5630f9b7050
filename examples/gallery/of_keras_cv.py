"""keras-cv 0.9.0: regularization and image augmentations, of which half draw other noise than their seed says."""

import numpy as np
import tensorflow as tf
from keras_cv import layers

from noise_ops.laws import applies, drops, unknown

IMAGES = {"shape": (None, 8, 8, 3), "inputs": (0.2, 0.8)}
COUNT = 64
MIXED = {
    "inputs": {
        "images": np.arange(COUNT, dtype=np.float32).reshape(COUNT, 1, 1, 1) * np.ones((1, 16, 16, 1), np.float32),
        "labels": np.eye(COUNT, dtype=np.float32),
    }
}


def label_less_pixels(mixed):
    """Return how much more of its own label a sample keeps than of its own pixels."""
    own = tf.cast(mixed["images"][..., 0] == tf.range(COUNT, dtype=mixed["images"].dtype)[:, None, None], "float32")
    return tf.linalg.diag_part(tf.cast(mixed["labels"], "float32")) - tf.reduce_mean(own, [1, 2])


def dropped(height, width, rate=0.2):
    """Return how often a unit is dropped that lies in 9 blocks of 3 x 3, as the paper of DropBlock computes it."""
    return 1 - (1 - rate / 9 * height * width / (height - 2) / (width - 2)) ** 9


ENTRIES = {
    "DropPath": (
        lambda seed=None: layers.DropPath(0.3, seed=seed),
        drops(0.3, shared_axes=(1, 2)),
    ),
    "DropBlock2D of 12 x 12": (
        lambda seed=None: layers.DropBlock2D(0.2, 3, seed=seed),
        drops(dropped(12, 12), observe=lambda x, y: (y == 0)[:, 3:9:5, 5, :]),
        {"shape": (None, 12, 12, 4)},
    ),
    "DropBlock2D of 12 x 5": (
        lambda seed=None: layers.DropBlock2D(0.2, 3, seed=seed),
        drops(dropped(12, 5), observe=lambda x, y: (y == 0)[:, 3:9:5, 2, :]),
        {"shape": (None, 12, 5, 4)},
    ),
    "RandomFlip": (
        lambda seed=None: layers.RandomFlip("horizontal", seed=seed),
        applies(0.5, lambda x: x[:, :, ::-1]),
        IMAGES,
    ),
    "RandomCutout of 4 x 16": (
        lambda seed=None: layers.RandomCutout((1.0, 1.0), (1.0, 1.0), seed=seed),
        applies(1.0, observe=lambda x, y: y[:, 1:3, 8, 0].min(axis=1) == 0),
        {"shape": (None, 4, 16, 1)},
    ),
    "RandomCutout": (lambda seed=None: layers.RandomCutout(0.5, 0.5, seed=seed), unknown(), IMAGES),
    "RandomCutout(gaussian_noise)": (
        lambda seed=None: layers.RandomCutout((0.5, 0.5), (0.5, 0.5), fill_mode="gaussian_noise", seed=seed),
        unknown(),
        IMAGES,
    ),
    "GridMask": (lambda seed=None: layers.GridMask(seed=seed), unknown(), {"shape": (None, 16, 16, 3)}),
    "GridMask(gaussian_noise)": (
        lambda seed=None: layers.GridMask(fill_mode="gaussian_noise", seed=seed),
        unknown(),
        {"shape": (None, 16, 16, 3)},
    ),
    "RandomBrightness": (lambda seed=None: layers.RandomBrightness(0.3, (0, 1), seed=seed), unknown(), IMAGES),
    "RandomShear": (lambda seed=None: layers.RandomShear(0.5, 0.5, seed=seed), unknown(), IMAGES),
    "JitteredResize": (
        lambda seed=None: layers.JitteredResize((8, 8), (0.8, 1.25), seed=seed),
        unknown(),
        {"shape": (None, 16, 16, 3)},
    ),
    "MixUp": (
        lambda seed=None: layers.MixUp(seed=seed),
        unknown(),
        {**MIXED, "output": "labels"},
    ),
    "CutMix": (
        lambda seed=None: layers.CutMix(seed=seed),
        unknown(),
        {**MIXED, "output": label_less_pixels, "outputs": (-0.05, 0.05)},
    ),
    "RandAugment": (
        lambda seed=None: layers.RandAugment((0, 1), seed=seed),
        unknown(),
        {"shape": (None, 16, 16, 3), "inputs": (0.2, 0.8)},
    ),
}
