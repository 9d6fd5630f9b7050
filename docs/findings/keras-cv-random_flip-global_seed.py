"""keras-cv 0.9.0, image augmentations without a seed: `keras.utils.set_random_seed` does not make them repeat.

Documented, of `keras.utils.set_random_seed`: it "sets all random seeds (Python, NumPy, and backend framework)".
Cause: keras_cv/src/layers/preprocessing/{vectorized_,}base_image_augmentation_layer.py draw from
`tf.random.get_global_generator()`, whose state that function does not set.
"""

import keras
import keras_cv
import numpy as np

x = np.arange(64 * 4 * 4, dtype=np.float32).reshape(64, 4, 4, 1)
drawn = []
for _ in range(2):
    keras.utils.set_random_seed(1)
    drawn.append((np.asarray(keras_cv.layers.RandomFlip()(x)) != x).any(axis=(1, 2, 3)))
print("documented: after set_random_seed(1) twice, the same images are flipped")
print(f"seen: {(drawn[0] != drawn[1]).sum()} of 64 images differ in whether they are")
raise SystemExit(int(not np.array_equal(*drawn)))
