"""keras-drop-block 0.7.0, DropBlock1D and DropBlock2D: `fit` trains the mask, and so changes what is dropped.

Documented: "keep_prob: Probability of keeping the original feature", an argument and no weight.
Cause: keras_drop_block/drop_block.py makes its constants `ones` and `zeros` by `K.ones` and `K.zeros`, which are
trainable variables, and as attributes of the layer its weights.
"""

import numpy as np
import tensorflow as tf
from keras_drop_block import DropBlock2D

tf.keras.utils.set_random_seed(1)
layer = DropBlock2D(3, 0.8)
model = tf.keras.Sequential([tf.keras.Input((8, 8, 1)), layer, tf.keras.layers.Conv2D(1, 1)])
model.compile(tf.keras.optimizers.Adam(0.1), "mse")
x = np.random.default_rng(1).uniform(size=(64, 8, 8, 1))
before = layer(tf.ones((2000, 8, 8, 1)), training=True).numpy()
model.fit(x, x, epochs=20, verbose=0)
after = layer(tf.ones((2000, 8, 8, 1)), training=True).numpy()
print("documented: what is dropped becomes 0, with keep_prob=0.8")
print(f"seen: the trainable weights are {[weight.name for weight in layer.trainable_weights]}")
print(f"seen: before fit {(before == 0).mean():.3f} are 0, and outputs have {np.unique(before.round(4)).size} values")
print(
    f"seen: after 20 epochs {(after == 0).mean():.3f} are 0, and outputs have {np.unique(after.round(4)).size} values"
)
raise SystemExit(int(bool(layer.trainable_weights)))
