"""keras-cv 0.9.0, MixUp, CutMix and FourierMix: the seed decides which samples are mixed, not how much.

Documented: "seed: Integer. Used to create a random seed".
Cause: `_sample_from_beta` in keras_cv/src/layers/preprocessing/{mix_up,cut_mix,fourier_mix}.py calls `tf.random.gamma`
without a seed, and CutMix draws the centers of its boxes without one.
"""

import keras_cv
import numpy as np
import tensorflow as tf

inputs = {"images": tf.reshape(tf.range(8 * 64, dtype=tf.float32), (8, 8, 8, 1)), "labels": tf.eye(8)}
differ = []
for name in ("MixUp", "CutMix", "FourierMix"):
    labels = [np.asarray(getattr(keras_cv.layers, name)(seed=1)(dict(inputs))["labels"]) for _ in range(2)]
    shares = [np.sort(each.max(axis=1)) for each in labels]  # how much of the larger part is mixed in, in any order
    differ += [name] * (not np.allclose(*shares))
print("documented: two layers of one seed mix alike")
print(f"seen: shares differ of {', '.join(differ) or 'none'}")
raise SystemExit(int(bool(differ)))
