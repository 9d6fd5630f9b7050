"""keras-aug 1.1.1, RandomErasing: a part of the rectangle lies outside, so that less than `scale` is erased.

Documented: "scale: ... lower and upper bounds for the range of proportion of erased area against input images".
Cause: keras_aug/_src/layers/vision/random_erasing.py draws the corner as round(u * (height - h + 1)), which reaches
height - h + 1, one past the last place at which the rectangle fits, and is half as often at the first.
"""

import keras_aug
import numpy as np

layer = keras_aug.layers.vision.RandomErasing(p=1.0, scale=(0.25, 0.25), ratio=(1.0, 1.0001), seed=1)
erased = (np.asarray(layer(np.ones((5000, 8, 8, 1), np.float32))) == 0).sum(axis=(1, 2, 3))
print("documented: with scale=(0.25, 0.25), 16 of 64 pixels of each image are erased")
print(
    "seen:",
    ", ".join(
        f"{n} pixels in {c / erased.size:.1%}" for n, c in zip(*np.unique(erased, return_counts=True), strict=True)
    ),
)
raise SystemExit(int((erased < 16).any()))
