"""Dropout, predicted: sets a random share `rate` of the elements to 0 and scales the others by 1 / (1 - rate).

Unlike GaussianDropout and GaussianNoise, its noise takes only two values, so some elements vanish and the rest are
all scaled alike. Like GaussianDropout it multiplies, and so keeps a zero zero, where GaussianNoise adds.

    output = x * mask / (1 - rate),  mask = 1 where uniform >= rate, else 0
"""

import numpy as np
import tensorflow as tf

from noise_ops import dropout, set_seed

data = np.arange(10).reshape(5, 2).astype(np.float32)

set_seed(0)
drawn = tf.keras.layers.Dropout(0.4)(data, training=True)

set_seed(0)
predicted = dropout(data, 0.4)

print(np.all(drawn.numpy() == predicted))
