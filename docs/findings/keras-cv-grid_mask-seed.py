"""keras-cv 0.9.0, GridMask: two layers of one seed mask different pixels.

Documented: "seed: Integer. Used to create a random seed".
Cause: keras_cv/src/layers/preprocessing/grid_mask.py does not hand its seed to the sampler of `ratio_factor`.
"""

import keras_cv
import numpy as np
import tensorflow as tf

x = tf.ones((8, 32, 32, 1))
one, other = (np.asarray(keras_cv.layers.GridMask(seed=1)(x)) for _ in range(2))
print("documented: two layers of one seed agree")
print(f"seen: {(one != other).mean():.1%} of the pixels differ")
raise SystemExit(int(not np.array_equal(one, other)))
