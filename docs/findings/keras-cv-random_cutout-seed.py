"""keras-cv 0.9.0, RandomCutout and three more: two layers of one seed draw different strengths.

Documented: "seed: Integer. Used to create a random seed".
Cause: keras_cv/src/core/factor_sampler/uniform_factor_sampler.py hands the seed to `tf.random.uniform`, whose stream
goes on where another layer of that seed left it, until `tf.random.set_seed` is called.
"""

import keras_cv
import numpy as np

x = np.random.default_rng(1).uniform(0.2, 0.8, (8, 8, 8, 3)).astype(np.float32)
layers = keras_cv.layers
made = {
    "RandomCutout": lambda: layers.RandomCutout(0.5, 0.5, seed=1),
    "RandomShear": lambda: layers.RandomShear(0.5, 0.5, seed=1),
    "RandomHue": lambda: layers.RandomHue(0.5, (0, 1), seed=1),
    "Solarization": lambda: layers.Solarization((0, 1), 0.5, 0.5, seed=1),
}
differ = [name for name, make in made.items() if not np.array_equal(make()(x), make()(x))]
print("documented: two layers of one seed agree")
print(f"seen: they differ of {', '.join(differ) or 'none'}")
raise SystemExit(int(bool(differ)))
