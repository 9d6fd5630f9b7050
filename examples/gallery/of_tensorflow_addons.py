"""tensorflow-addons 0.23.0: stochastic depth, noisy weights and cutout."""

import numpy as np
import tensorflow as tf
import tensorflow_addons as tfa

from noise_ops.laws import drops, unknown


def cut(x, seed):
    """Cut a square of 2 x 2 out of each image."""
    return tfa.image.random_cutout(x, (2, 2), seed=seed)


def rows(y):
    """Return which of the first and the last row are cut, of each image."""
    return (y == 0).any(axis=(2, 3))[:, [0, -1]]


ENTRIES = {
    "StochasticDepth": (
        lambda: tfa.layers.StochasticDepth(0.7),
        drops(0.3, observe=lambda x, y: y[0, 0] == 0),
        {
            "inputs": [np.zeros((4, 3), np.float32), np.ones((4, 3), np.float32)],
            "inference": "expectation",
            "units": 2**11,
        },
    ),
    "random_cutout": (cut, drops(1 / 7, observe=lambda x, y: rows(y)), {"shape": (256, 8, 8, 1), "units": 2**12}),
    "random_cutout, traced": (
        tf.function(cut),
        drops(1 / 49, observe=lambda x, y: ((y == 0).any(axis=(2, 3)) & (y == 0).any(axis=(1, 3)))[:, :1]),
        {"shape": (256, 8, 8, 1), "units": 2**12},
    ),
    "NoisyDense": (lambda: tfa.layers.NoisyDense(3), unknown(), {"shape": (None, 4), "inference": "noisy"}),
    "NoisyDense(use_bias=False)": (
        lambda: tfa.layers.NoisyDense(3, use_bias=False),
        unknown(),
        {"shape": (None, 4), "inference": "noisy"},
    ),
    "LayerNormLSTMCell": (
        lambda: tf.keras.layers.RNN(tfa.rnn.LayerNormLSTMCell(4, dropout=0.5)),
        unknown(),
        {"shape": (None, 3, 5), "inference": "noisy"},
    ),
}
