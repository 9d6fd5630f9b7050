"""keras-cv-attention-models 1.4.3, random_crop_and_resize_image: the last row and column of an image are never seen.

Documented: a random crop and resize, which `imagenet.init_dataset` applies by default.
Cause: keras_cv_attention_models/imagenet/tf_data.py draws the corner below height - cropped height, and
`tf.random.uniform` leaves out the upper end, at which the crop would still fit.
"""

import numpy as np
import tensorflow as tf
from keras_cv_attention_models.imagenet.tf_data import random_crop_and_resize_image

tf.random.set_seed(1)
image = tf.tile(tf.reshape(tf.range(16.0), (16, 1, 1)), (1, 16, 3))  # each pixel holds the number of its row
step = tf.function(lambda: random_crop_and_resize_image(image, (11, 11), (0.5, 0.5), (1.0, 1.0001), "nearest")[0])
rows = np.array([step().numpy()[..., 0] for _ in range(2000)])
print("documented: a crop of 11 rows out of 16 begins at row 0 to 5, and ends at row 10 to 15")
print(f"seen: 2000 crops begin at rows {np.unique(rows[:, 0, 0])} and end at row {int(rows.max())} at most")
raise SystemExit(int(rows.max() < 15))
