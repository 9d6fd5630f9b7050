"""keras-cv 0.9.0, all image augmentations: a doubtful one, since they draw in `predict` too.

Documented: `augment_image()` "augments one single image during the training". Layers of that name in Keras are still at
inference. In keras-cv they take no `training` argument, and are meant for a tf.data pipeline, which is not said.
Cause: `call(self, inputs)` in keras_cv/src/layers/preprocessing/base_image_augmentation_layer.py.
"""

import keras
import keras_cv
import numpy as np

x = np.random.default_rng(1).uniform(0, 1, (16, 8, 8, 3)).astype(np.float32)
model = keras.Sequential(
    [keras.Input((8, 8, 3)), keras_cv.layers.RandomFlip(seed=1), keras_cv.layers.RandomCutout(0.5, 0.5)]
)
one, other = (model.predict(x, verbose=0) for _ in range(2))
print("documented: images are augmented during the training")
print(f"seen: two calls of predict differ in {(one != other).mean():.0%} of the outputs")
raise SystemExit(int(not np.array_equal(one, other)))
