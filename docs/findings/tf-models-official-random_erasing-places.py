"""tf-models-official 2.20.0, RandomErasing: a fifth of the rows, at the bottom, is never erased; the columns alike.

Documented: "Applies RandomErasing to a single image" (arXiv 1708.04896), whose rectangle lies anywhere in the image.
Cause: official/vision/ops/augment.py draws the corner of the rectangle, and then takes it for the center.
"""

import numpy as np
import tensorflow as tf
from official.vision.ops.augment import RandomErasing

tf.random.set_seed(1)
erasing = RandomErasing(probability=1.0, min_area=0.1, max_area=0.1, min_aspect=1.0, max_aspect=1.0001)
step = tf.function(lambda: erasing.distort(tf.zeros((20, 20, 3))))
erased = np.array([(step().numpy() != 0).any(axis=-1) for _ in range(2000)])
rows = erased.any(axis=2).mean(axis=0)
print("documented: rectangles of 6 x 6 lie anywhere, and erase 0.09 of an image of 20 x 20")
print(f"seen: rows {np.flatnonzero(rows == 0)} are never erased, row 0 in {rows[0]:.2f}; {erased.mean():.3f} is erased")
raise SystemExit(int((rows == 0).any()))
