"""keras-cv 0.9.0, RandomFlip and five more: seed=0 is taken for no seed at all.

Documented: "seed: Integer. Used to create a random seed".
Cause: keras_cv/src/layers/preprocessing/vectorized_base_image_augmentation_layer.py asks `if seed:`.
"""

import keras_cv
import numpy as np

x = np.arange(64 * 4 * 4, dtype=np.float32).reshape(64, 4, 4, 1)
layers = {
    "RandomFlip": keras_cv.layers.RandomFlip,
    "RandomRotation": lambda seed: keras_cv.layers.RandomRotation(0.2, seed=seed),
    "RandomTranslation": lambda seed: keras_cv.layers.RandomTranslation(0.2, 0.2, seed=seed),
    "RandomZoom": lambda seed: keras_cv.layers.RandomZoom(0.2, seed=seed),
    "RandomCrop": lambda seed: keras_cv.layers.RandomCrop(2, 2, seed=seed),
    "ChannelShuffle": lambda seed: keras_cv.layers.ChannelShuffle(3, seed=seed),
}
three = np.arange(64 * 4 * 4 * 3, dtype=np.float32).reshape(64, 4, 4, 3)
broken, told = [], {True: "agree", False: "differ"}
print("documented: two layers of one seed agree")
for name, layer in layers.items():
    data = three if name == "ChannelShuffle" else x
    same = {seed: np.array_equal(layer(seed=seed)(data), layer(seed=seed)(data)) for seed in (0, 1)}
    print(f"seen: {name}, two of seed 1 {told[same[1]]}, two of seed 0 {told[same[0]]}")
    broken += [name] * (same[1] and not same[0])
raise SystemExit(int(bool(broken)))
