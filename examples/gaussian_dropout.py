"""GaussianDropout, predicted: multiplies each element by a normal of mean 1 and variance rate / (1 - rate).

Its noise has the mean and variance of Dropout's, but is continuous, so nothing is dropped and every element changes
a little. Unlike GaussianNoise it multiplies: the noise grows with the element, and a zero stays zero.

    output = x * (1 + z * sqrt(rate / (1 - rate))),  z standard normal
"""

import numpy as np
import tensorflow as tf

from noise_ops import gaussian_dropout, set_seed

data = np.arange(10).reshape(5, 2).astype(np.float32)

set_seed(0)
drawn = tf.keras.layers.GaussianDropout(0.05)(data, training=True)

set_seed(0)
predicted = gaussian_dropout(data, 0.05)

print(np.all(drawn.numpy() == predicted))
