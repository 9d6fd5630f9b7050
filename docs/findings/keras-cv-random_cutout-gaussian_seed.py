"""keras-cv 0.9.0, RandomCutout: the noise of fill_mode="gaussian_noise" ignores the seed.

Documented: "seed: Integer. Used to create a random seed".
Cause: keras_cv/src/layers/preprocessing/random_cutout.py fills by `tf.random.normal` without a seed.
"""

import keras_cv
import numpy as np

x = np.random.default_rng(1).uniform(0, 1, (8, 16, 16, 1)).astype(np.float32)
one, other = (
    np.asarray(keras_cv.layers.RandomCutout((0.5, 0.5), (0.5, 0.5), fill_mode="gaussian_noise", seed=1)(x))
    for _ in range(2)
)
places = np.array_equal(one != x, other != x)
print("documented: two layers of one seed agree")
print(f"seen: they fill {'the same' if places else 'other'} places, and {(one != other).sum()} pixels differ")
raise SystemExit(int(places and not np.array_equal(one, other)))
