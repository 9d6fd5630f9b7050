"""keras-cv 0.9.0, RandomBrightness and four more: the seed changes nothing at all.

Documented: "seed: Integer. Used to create a random seed".
Cause: keras_cv/src/layers/preprocessing/random_{brightness,contrast,...}.py do not hand it to `parse_factor`.
"""

import keras
import keras_cv
import numpy as np

x = np.random.default_rng(1).uniform(0.2, 0.8, (8, 8, 8, 3)).astype(np.float32)
layers = keras_cv.layers
made = {
    "RandomBrightness": lambda seed: layers.RandomBrightness(0.3, (0, 1), seed=seed),
    "RandomContrast": lambda seed: layers.RandomContrast((0, 1), 0.5, seed=seed),
    "RandomSaturation": lambda seed: layers.RandomSaturation((0.3, 0.7), seed=seed),
    "RandomSharpness": lambda seed: layers.RandomSharpness(0.5, (0, 1), seed=seed),
    "RandomColorDegeneration": lambda seed: layers.RandomColorDegeneration(0.5, seed=seed),
}


ignoring = []
for name, make in made.items():
    drawn = []
    for seed in range(1, 5):
        keras.utils.set_random_seed(1)
        drawn.append(np.asarray(make(seed)(x)))
    ignoring += [name] * all(np.array_equal(drawn[0], each) for each in drawn)
print("documented: another seed draws other noise")
print(f"seen: seeds 1 to 4 draw the same of {', '.join(ignoring) or 'none'}")
raise SystemExit(int(bool(ignoring)))
