"""keras-aug 1.1.1, RandomErasing: `p` is ignored, and every image is erased.

Documented: "p: A float specifying the probability. Defaults to 0.5".
Cause: keras_aug/_src/layers/vision/random_erasing.py stores `p` and never reads it.
"""

import keras_aug
import numpy as np

x = np.random.default_rng(1).uniform(0.1, 1, (1000, 16, 16, 3)).astype(np.float32)
erased = {
    p: float((np.asarray(keras_aug.layers.vision.RandomErasing(p=p, seed=1)(x)) != x).any(axis=(1, 2, 3)).mean())
    for p in (0.0, 0.5, 1.0)
}
print("documented: images are erased with probability p")
print("seen:", ", ".join(f"p={p} erases {share:.3f}" for p, share in erased.items()))
raise SystemExit(int(erased[0.0] > 0))
