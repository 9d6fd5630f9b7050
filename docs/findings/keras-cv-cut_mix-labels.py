"""keras-cv 0.9.0, CutMix: labels are mixed by the area that was asked for, not by the area that was replaced.

Documented, in the paper that the layer refers to (arXiv 1905.04899, algorithm 1): lambda is adjusted to the box that is
left after it was clipped to the image, `lambda = 1 - (x2 - x1) * (y2 - y1) / (W * H)`.
Cause: keras_cv/src/layers/preprocessing/cut_mix.py computes it before the box is clipped.
"""

import keras
import keras_cv
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(1)
count = 400
number = np.arange(count, dtype=np.float32)
images = tf.constant(number[:, None, None, None] * np.ones((1, 16, 16, 1), np.float32))
mixed = keras_cv.layers.CutMix()({"images": images, "labels": tf.eye(count)})
own = (np.asarray(mixed["images"])[..., 0] == number[:, None, None]).mean(axis=(1, 2))
label = np.diag(np.asarray(mixed["labels"]))
off = np.abs(own - label)
print("documented: the share of a label is the share of pixels that stay")
print(f"seen: they differ by {off.mean():.3f} on average and {off.max():.3f} at most")
raise SystemExit(int(off.mean() > 0.05))
