"""keras-cv 0.9.0, GridMask: fill_mode="gaussian_noise" raises at every call.

Documented: "fill_mode: ... one of {"constant", "gaussian_noise"}".
Cause: keras_cv/src/layers/preprocessing/grid_mask.py calls `random_normal` of a Generator, which has `normal`.
"""

import keras_cv
import tensorflow as tf

print("documented: pixels inside the grid are filled with Gaussian noise")
try:
    keras_cv.layers.GridMask(fill_mode="gaussian_noise", seed=1)(tf.ones((2, 16, 16, 3)))
except AttributeError as error:
    print("seen:", next(line.strip() for line in str(error).splitlines() if "has no attribute" in line))
    raise SystemExit(1) from None
print("seen: it does not raise")
