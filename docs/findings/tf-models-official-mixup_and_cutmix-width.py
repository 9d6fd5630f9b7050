"""tf-models-official 2.20.0, MixupAndCutmix: of a wide image, the box of CutMix is never wider than the image is high.

Documented, in the paper that it refers to (arXiv 1905.04899): the box has the sides W * sqrt(1 - lambda) and
H * sqrt(1 - lambda).
Cause: official/vision/ops/augment.py computes cut_width from the height.
"""

import numpy as np
import tensorflow as tf
from official.vision.ops.augment import MixupAndCutmix

tf.random.set_seed(1)
number = np.arange(400, dtype=np.float32)
images = tf.constant(number[:, None, None, None] * np.ones((1, 8, 64, 3), np.float32))
mixed, _, share = MixupAndCutmix(10)._cutmix(images, tf.zeros((400,), tf.int32))
widest = int((mixed.numpy()[..., 0] != number[:, None, None]).any(axis=1).sum(axis=1).max())
print("documented: of images of 8 x 64, boxes are up to 64 wide, and what stays is uniform between 0 and 1")
print(f"seen: the widest of 400 boxes has {widest} columns, and at least {float(tf.reduce_min(share)):.2f} stays")
raise SystemExit(int(widest <= 8))
