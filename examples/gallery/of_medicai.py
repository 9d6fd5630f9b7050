"""medicai 0.0.4: a drop path, and transforms of one image at a time."""

import numpy as np
import tensorflow as tf
from medicai import transforms
from medicai.layers import DropPath

from noise_ops.laws import applies, drops, unknown

ONE = {"shape": (4, 3, 1), "inputs": (0.2, 0.8), "units": 2**10}


def cut(std):
    """Return how far what is filled in spreads, of a cut with a given standard deviation."""
    cutout = transforms.RandomCutOut(["image", "label"], (32, 32), 8, prob=1.0, fill_mode="gaussian", gaussian_std=std)
    return lambda x: tf.math.reduce_std(cutout({"image": x, "label": tf.zeros_like(x)})["image"])[None]


ENTRIES = {
    "DropPath": (lambda seed=None: DropPath(0.3, seed=seed), drops(0.3, shared_axes=(1, 2))),
    "RandomFlip": (
        lambda x: transforms.RandomFlip(["image"], 0.3, spatial_axis=0)({"image": x})["image"],
        applies(0.3, observe=lambda x, y: np.array([(x != y).any()])),
        ONE,
    ),
    "RandomShiftIntensity": (
        lambda x: transforms.RandomShiftIntensity(["image"], 0.5, prob=0.3)({"image": x})["image"],
        applies(0.3, observe=lambda x, y: np.array([(x != y).any()])),
        ONE,
    ),
    "RandomCutOut": (
        cut(0.001),
        unknown(),
        {"shape": (32, 32, 1), "inputs": (0.0, 1.0), "outputs": (0.0, 0.01)},
    ),
}
