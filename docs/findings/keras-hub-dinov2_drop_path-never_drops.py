"""keras-hub 0.32.0, the drop path of DINOV2Backbone and DINOV3Backbone: no path is ever dropped.

Documented: "rate: float. The drop path rate to use", of "a drop path layer"; the paper (arXiv 1603.09382) drops a path
with that probability and keeps it otherwise.
Cause: keras_hub/src/models/{dinov2/dinov2,dinov3/dinov3}_layers.py multiply by keep_prob + uniform, which others round
down to 0 or 1: `floor` is missing. The mean output is 1.56 times the input at rate 0.1.
"""

import keras
import numpy as np
from keras_hub.src.models.dinov2.dinov2_layers import DINOV2DropPath
from keras_hub.src.models.dinov3.dinov3_layers import DINOV3DropPath

keras.utils.set_random_seed(1)
broken = []
print("documented: of ones, 0.1 become 0 and the others 1.111, with a mean of 1")
for layer in (DINOV2DropPath(0.1), DINOV3DropPath(0.1)):
    y = np.asarray(layer(np.ones((100_000, 2), np.float32), training=True))[:, 0]
    name, zeros = type(layer).__name__, int((y == 0).sum())
    print(f"seen: {name} drops {zeros} of {y.size:,}; outputs {y.min():.3f} to {y.max():.3f}, mean {y.mean():.3f}")
    broken.append(zeros == 0)
raise SystemExit(int(any(broken)))
