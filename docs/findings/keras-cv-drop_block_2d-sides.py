"""keras-cv 0.9.0, DropBlock2D: how much is dropped, and where, depends on which side of the image is longer.

Documented: "rate: float. Probability of dropping a unit", of feature maps of any height and width.
Cause: keras_cv/src/layers/regularization/dropblock_2d.py bounds the rows of a block by the width (`h_i < width - ...`).
"""

import keras
import keras_cv
import numpy as np

keras.utils.set_random_seed(1)
dropped = {}
for height, width in ((12, 5), (5, 12)):
    y = keras_cv.layers.DropBlock2D(0.2, block_size=3, seed=1)(
        np.ones((500, height, width, 4), np.float32), training=True
    )
    dropped[height, width] = (np.asarray(y) == 0).mean(axis=(0, 3))
never = int((dropped[12, 5].max(axis=1) == 0).sum())
print("documented: units are dropped with probability 0.2, wherever they are")
print(f"seen: of 12 x 5, {dropped[12, 5].mean():.3f} are dropped, and {never} of 12 rows never")
print(f"seen: of 5 x 12, {dropped[5, 12].mean():.3f} are dropped")
raise SystemExit(int(never > 0))
