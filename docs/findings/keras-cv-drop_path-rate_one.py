"""keras-cv 0.9.0, DropPath: at rate 1 every output is nan.

Documented: "rate: float, the probability of the residual branch being dropped"; at 1 each sample is dropped, to 0.
Cause: keras_cv/src/layers/regularization/drop_path.py divides by 1 - rate, which is 0, and then multiplies.
"""

import keras_cv
import numpy as np

y = np.asarray(keras_cv.layers.DropPath(1.0)(np.ones((4, 3), np.float32), training=True))
print("documented: all of 12 outputs are 0, or the constructor refuses rate=1")
print(f"seen: {np.isnan(y).sum()} of {y.size} outputs are nan")
raise SystemExit(int(np.isnan(y).any()))
