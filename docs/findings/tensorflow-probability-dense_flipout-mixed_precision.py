"""tensorflow-probability 0.25.0, DenseFlipout and two more variational layers: mixed precision raises.

Documented: they are layers of Keras like Dense, which computes under any dtype policy.
Cause: tensorflow_probability/python/layers/dense_variational.py converts the input, which Keras has cast to the compute
dtype, to the dtype of the variables.
"""

import tensorflow as tf
import tensorflow_probability as tfp

raised = []
for name in ("DenseFlipout", "DenseReparameterization", "DenseLocalReparameterization"):
    for policy in ("mixed_float16", "mixed_bfloat16"):
        try:
            getattr(tfp.layers, name)(3, dtype=policy)(tf.ones((2, 4)))
        except Exception as error:
            raised.append(f"{name} in {policy}: {type(error).__name__}")
print("documented: a layer of Keras computes under any dtype policy")
print(f"seen: {'; '.join(raised) or 'none raises'}")
raise SystemExit(int(bool(raised)))
