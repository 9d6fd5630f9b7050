"""concretedropout 0.2.1: dropout whose rate is learned, around a dense or a convolutional layer.

Without training they are these layers, which "noisy" stands for: no other kind of inference lets an output differ.
"""

import tensorflow as tf
from concretedropout.tensorflow import ConcreteDenseDropout, ConcreteSpatialDropout2D

from noise_ops.laws import unknown

ENTRIES = {
    "ConcreteDenseDropout": (
        lambda: ConcreteDenseDropout(tf.keras.layers.Dense(3), is_mc_dropout=False, temperature=0.5),
        unknown(),
        {"shape": (None, 4), "inference": "noisy"},
    ),
    "ConcreteSpatialDropout2D": (
        lambda: ConcreteSpatialDropout2D(tf.keras.layers.Conv2D(3, 2), data_format="channels_last"),
        unknown(),
        {"shape": (None, 8, 9, 5), "inference": "noisy"},
    ),
}
