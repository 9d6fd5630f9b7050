"""keras-cv 0.9.0, RandomCutout: on a wide image the rectangle is never wider than the image is high.

Documented: "width_factor=0.1 means the rectangle will have a size of 10% of the image width".
Cause: keras_cv/src/layers/preprocessing/random_cutout.py has `width = tf.minimum(width, images_heights)`.
"""

import keras
import keras_cv
import numpy as np

keras.utils.set_random_seed(1)
y = np.asarray(keras_cv.layers.RandomCutout((1.0, 1.0), (1.0, 1.0), seed=1)(np.ones((500, 4, 16, 1), np.float32)))
widest = int((y == 0).any(axis=1)[..., 0].sum(axis=1).max())
print("documented: with width_factor=(1, 1) a rectangle is as wide as the image, 16, less what lies outside of it")
print(f"seen: of 500 images of 4 x 16 the widest rectangle has {widest} columns")
raise SystemExit(int(widest <= 4))
