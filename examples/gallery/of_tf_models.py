"""tf-models-official 2.20.0: stochastic depth, and the augmentations of its vision models."""

import numpy as np
import tensorflow as tf
from official.vision.modeling.layers.nn_layers import StochasticDepth
from official.vision.ops import augment

from noise_ops.laws import applies, drops, unknown

COUNT = 64
ERASING = augment.RandomErasing(probability=1.0, min_area=0.1, max_area=0.1, min_aspect=1.0, max_aspect=1.0001)


def numbered(height, width):
    """Return images, each of which holds its number in all pixels."""
    return np.arange(COUNT, dtype=np.float32).reshape(COUNT, 1, 1, 1) * np.ones((1, height, width, 3), np.float32)


def cut_mix(x):
    """Return the share that labels keep less the share that pixels keep, and the widths of boxes."""
    mixed, _, share = augment.MixupAndCutmix(2)._cutmix(x, tf.zeros((COUNT,), tf.int32))
    stays = tf.equal(mixed[..., 0], x[..., 0])
    return share - tf.reduce_mean(tf.cast(stays, tf.float32), [1, 2]), tf.reduce_sum(
        tf.cast(tf.reduce_any(~stays, 1), tf.int32), 1
    )


ENTRIES = {
    "StochasticDepth": (lambda: StochasticDepth(0.3), drops(0.3, shared_axes=(1, 2))),
    "MixupAndCutmix, labels": (
        cut_mix,
        unknown(),
        {"inputs": numbered(16, 16), "shape": (COUNT, 16, 16, 3), "output": 0, "outputs": (-0.05, 0.05)},
    ),
    "MixupAndCutmix of 8 x 64": (
        cut_mix,
        applies(0.5, observe=lambda x, y: np.array([(y > 8).any()])),
        {"inputs": numbered(8, 64), "shape": (COUNT, 8, 64, 3), "output": 1, "units": 2**7},
    ),
    "RandomErasing": (
        lambda x: ERASING.distort(x),
        drops(0.16, observe=lambda x, y: np.array([(y != x).any(axis=-1)[5, 10], (y != x).any(axis=-1)[14, 10]])),
        {"shape": (20, 20, 3), "units": 2**11},
    ),
    "RandomErasing, 2 or 3 times": (
        lambda x: augment.RandomErasing(1.0, min_count=2, max_count=3).distort(x),
        unknown(),
        {"shape": (20, 20, 3)},
    ),
    "gaussian_noise": (lambda x: augment.gaussian_noise(tf.convert_to_tensor(x)), unknown(), {"shape": (16, 16, 3)}),
    "cutout": (
        lambda x: augment.cutout(tf.convert_to_tensor(x), 1),
        drops(1 / 4, observe=lambda x, y: np.array([(y == 0).any(axis=(1, 2))[0]])),
        {"shape": (8, 8, 3), "units": 2**11},
    ),
    "cutout_video": (
        lambda x: tf.reduce_mean(
            tf.cast(tf.reduce_any(tf.equal(augment.cutout_video(x), 0), [0, 2, 3]), x.dtype), keepdims=True
        ),
        unknown(),
        {"shape": (8, 64, 64, 3), "outputs": (0.0, 0.51)},
    ),
}
