"""keras-cv-attention-models 1.4.3, random_erasing_per_pixel: the last row and column are never erased.

Documented: after timm's random_erasing, whose corner may be at the last place at which the rectangle fits.
Cause: keras_cv_attention_models/imagenet/tf_data.py draws the corner below height - hh, which leaves that place out.
"""

import numpy as np
import tensorflow as tf
from keras_cv_attention_models.imagenet.tf_data import random_erasing_per_pixel

tf.random.set_seed(1)
step = tf.function(lambda x: random_erasing_per_pixel(x, scale=(0.1, 0.1), ratio=(1.0, 1.0001), probability=1.0))
blank = tf.fill((20, 20, 3), -1.0)
erased = np.array([(step(blank).numpy() != -1).any(axis=-1) for _ in range(2000)]).any(axis=2).mean(axis=0)
print("documented: the last row is erased as often as the first")
print(f"seen: row 0 in {erased[0]:.3f} of 2000 images, row 19 in {erased[19]:.3f}")
raise SystemExit(int(erased[19] == 0))
