"""kapre 0.4.1, ChannelSwap: in `fit` and any tf.function the channels are swapped once for ever.

Documented: "Randomly swap the channel", "apply random channel-swap augmentation".
Cause: kapre/augmentation.py draws by `np.random.permutation`, which is a constant of the traced graph. No seed of
TensorFlow reaches it, and all samples of a batch get one permutation.
"""

import kapre
import numpy as np
import tensorflow as tf

layer = kapre.augmentation.ChannelSwap()
x = tf.tile(tf.reshape(tf.range(6.0), (1, 1, 1, 6)), (16, 1, 1, 1))
step = tf.function(lambda x: layer(x, training=True))
traced = {tuple(row) for _ in range(20) for row in np.asarray(step(x)).reshape(16, 6)}
called = {tuple(row) for _ in range(20) for row in np.asarray(layer(x, training=True)).reshape(16, 6)}
print("documented: channels are swapped at random")
print(f"seen: 20 traced calls of 16 samples show {len(traced)} permutation, 20 eager ones {len(called)}")
raise SystemExit(int(len(traced) == 1))
