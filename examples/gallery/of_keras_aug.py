"""keras-aug 1.1.1: augmentations of images, which draw whether a model trains or not."""

import tensorflow as tf
from keras_aug.layers import vision

from noise_ops.laws import adds_normal, applies, unknown

IMAGES = {"shape": (None, 8, 8, 3), "inputs": (0.2, 0.8)}
BLACK = {
    "shape": (None, 8, 8, 1),
    "inputs": (1.0, 1.0),
    "output": lambda y: tf.reduce_mean(tf.cast(y == 0, y.dtype), [1, 2, 3]),
}

ENTRIES = {
    "RandomErasing": (
        lambda seed=None: vision.RandomErasing(p=0.5, seed=seed),
        applies(0.5),
        IMAGES,
    ),
    "RandomErasing of a quarter": (
        lambda seed=None: vision.RandomErasing(p=1.0, scale=(0.25, 0.25), ratio=(1.0, 1.0001), seed=seed),
        unknown(),
        {**BLACK, "outputs": (0.25, 0.25)},
    ),
    "RandomFlip": (
        lambda seed=None: vision.RandomFlip(p=0.3, data_format="channels_first", seed=seed),
        applies(0.3, lambda x: x[..., ::-1]),
        {"shape": (None, 3, 4, 5)},
    ),
    "RandomInvert": (
        lambda seed=None: vision.RandomInvert(p=0.3, seed=seed),
        applies(0.3, lambda x: 1 - x),
        IMAGES,
    ),
    "RandomGrayscale": (lambda seed=None: vision.RandomGrayscale(p=0.3, seed=seed), applies(0.3), IMAGES),
    "GaussianNoise": (
        lambda seed=None: vision.GaussianNoise(sigma=0.1, clip=False, seed=seed),
        adds_normal(0.1),
    ),
    "RandomChannelPermutation": (
        lambda seed=None: vision.RandomChannelPermutation(3, seed=seed),
        applies(1 / 3, observe=lambda x, y: (y == x)[..., 0].all(axis=(1, 2))),
        IMAGES,
    ),
    "RandomRotation": (lambda seed=None: vision.RandomRotation(20.0, seed=seed), unknown(), IMAGES),
    "RandAugment": (lambda seed=None: vision.RandAugment(seed=seed), unknown(), IMAGES),
}
