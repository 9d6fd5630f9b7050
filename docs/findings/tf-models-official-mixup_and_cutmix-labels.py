"""tf-models-official 2.20.0, MixupAndCutmix: labels are mixed by the area asked for, not by the area that was replaced.

Documented, in the paper that it refers to (arXiv 1905.04899, algorithm 1): lambda is adjusted to the box that is left
after it was clipped to the image.
Cause: official/vision/ops/augment.py `_cutmix` computes it before the box is clipped.
"""

import numpy as np
import tensorflow as tf
from official.vision.ops.augment import MixupAndCutmix

tf.random.set_seed(1)
number = np.arange(400, dtype=np.float32)
images = tf.constant(number[:, None, None, None] * np.ones((1, 32, 32, 3), np.float32))
mixed, _, share = MixupAndCutmix(10)._cutmix(images, tf.zeros((400,), tf.int32))
off = np.abs((mixed.numpy()[..., 0] == number[:, None, None]).mean(axis=(1, 2)) - share.numpy())
print("documented: the share of a label is the share of pixels that stay")
print(f"seen: they differ by {off.mean():.3f} on average and {off.max():.3f} at most")
raise SystemExit(int(off.mean() > 0.05))
