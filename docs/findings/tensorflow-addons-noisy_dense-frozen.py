"""tensorflow-addons 0.23.0, NoisyDense: a doubtful one, since the noise is drawn once and stays, in `predict` as well.

Documented: a "dense layer that injects random noise to the weights"; the paper that it refers to (arXiv 1706.10295)
draws anew before each step. `reset_noise` and `remove_noise` are methods, which it does not mention.
Cause: tensorflow_addons/layers/noisy_dense.py draws in `build` alone, and `call` knows no `training`.
"""

import numpy as np
import tensorflow as tf
import tensorflow_addons as tfa

tf.keras.utils.set_random_seed(1)
layer = tfa.layers.NoisyDense(3)
model = tf.keras.Sequential([tf.keras.Input((4,)), layer])
model.compile("sgd", "mse")
before = layer.eps_kernel.numpy()
model.fit(np.ones((16, 4)), np.ones((16, 3)), epochs=5, verbose=0)
same = np.array_equal(before, layer.eps_kernel.numpy())
print("documented: random noise is injected")
print(f"seen: 5 epochs of fit {'never draw' if same else 'draw'} new noise")
raise SystemExit(int(same))
