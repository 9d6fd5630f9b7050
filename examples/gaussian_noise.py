"""GaussianNoise, predicted: adds to each element a normal of mean 0 and standard deviation `stddev`.

Unlike Dropout and GaussianDropout it adds, so its noise is as large for a small element as for a large one, and a
zero does not stay zero. Its argument is a standard deviation in units of the data, and not a drop rate.

    output = x + z * stddev,  z standard normal
"""

import numpy as np
import tensorflow as tf

from noise_ops import gaussian_noise, set_seed

data = np.arange(10).reshape(5, 2).astype(np.float32)

set_seed(0)
drawn = tf.keras.layers.GaussianNoise(0.3)(data, training=True)

set_seed(0)
predicted = gaussian_noise(data, 0.3)

print(np.all(drawn.numpy() == predicted))
