"""tf-models-official 2.20.0, cutout_video: masks are twice as large as documented.

Documented: "it is randomly sampled uniformly from [0.25*height, 0.5*height], [0.25*width, 0.5*width], and
[1, 0.25*depth], which represent the height, width, and number of frames".
Cause: official/vision/ops/augment.py takes what is drawn in these ranges for half of a side.
"""

import numpy as np
import tensorflow as tf
from official.vision.ops.augment import cutout_video

tf.random.set_seed(1)
cut = np.array([cutout_video(tf.ones((8, 64, 64, 3))).numpy()[..., 0] == 0 for _ in range(200)])
heights, frames = cut.any(axis=(1, 3)).sum(axis=1), cut.any(axis=(2, 3)).sum(axis=1)
print("documented: masks are 16 to 32 high, of 64, and last 1 to 2 frames, of 8")
print(f"seen: 200 masks are {heights.min()} to {heights.max()} high, and last {frames.min()} to {frames.max()} frames")
raise SystemExit(int(heights.max() > 33))
