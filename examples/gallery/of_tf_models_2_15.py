"""tf-models-official 2.15.0: how much is mixed, which release 2.20.0 has mended."""

import numpy as np
import tensorflow as tf
from official.vision.ops.augment import MixupAndCutmix
from scipy import stats

from noise_ops.laws import draws

ENTRIES = {
    "MixupAndCutmix, shares": (
        lambda x: MixupAndCutmix(2, mixup_alpha=8.0)._mixup(x, tf.zeros((4096,), tf.int32))[2],
        draws(stats.beta(8, 8)),
        {"inputs": np.zeros((4096, 1, 1, 1), np.float32), "shape": (4096, 1, 1, 1)},
    ),
}
