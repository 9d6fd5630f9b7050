"""tensorflow-addons 0.23.0, NoisyDense: use_bias=False raises.

Documented: "use_bias: Boolean, whether the layer uses a bias vector".
Cause: tensorflow_addons/layers/noisy_dense.py `reset_noise` assigns to `eps_bias`, which is None without a bias.
"""

import tensorflow as tf
import tensorflow_addons as tfa

print("documented: the layer works without a bias")
try:
    tfa.layers.NoisyDense(3, use_bias=False)(tf.ones((2, 4)))
except AttributeError as error:
    print(f"seen: AttributeError: {error}")
    raise SystemExit(1) from None
print("seen: it works")
