"""keras-cv-attention-models 1.4.3: its drop path, and the augmentations of its training."""

import numpy as np
import tensorflow as tf
from keras_cv_attention_models.attention_layers import drop_block
from keras_cv_attention_models.imagenet import tf_data

from noise_ops.laws import applies, drops


def path():
    """Return a model of the drop path alone."""
    inputs = tf.keras.Input((3, 2))
    return tf.keras.Model(inputs, drop_block(inputs, 0.3))


ROWS = np.tile(np.arange(16, dtype=np.float32).reshape(16, 1, 1), (1, 16, 3))

ENTRIES = {
    "drop_block": (path, drops(0.3, shared_axes=(1, 2)), {"shape": (None, 3, 2)}),
    "random_crop_and_resize_image": (
        lambda x: tf_data.random_crop_and_resize_image(x, (11, 11), (0.5, 0.5), (1.0, 1.0001), "nearest")[0],
        applies(1 / 6, observe=lambda x, y: np.array([y.max() == 15])),
        {"inputs": ROWS, "shape": ROWS.shape, "units": 2**12},
    ),
    "random_erasing_per_pixel": (
        lambda x: tf_data.random_erasing_per_pixel(x, probability=1.0, scale=(0.1, 0.1), ratio=(1.0, 1.0001)),
        drops(1 / 15, observe=lambda x, y: (y != x).any(axis=(1, 2))[[0, -1]]),
        {"shape": (20, 20, 3), "units": 2**12},
    ),
}
