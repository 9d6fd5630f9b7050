"""tf-models-official 2.20.0, StochasticDepth: in bfloat16, rate 0.01 drops 0.0156, and 0.001 nothing.

Documented: "stochastic_depth_drop_rate: A `float` of drop rate".
Cause: official/vision/modeling/layers/nn_layers.py draws the uniform in the dtype of the input, of 7 bits, and rounds
its sum with 1 - rate.
"""

import numpy as np
import tensorflow as tf
from official.vision.modeling.layers.nn_layers import StochasticDepth

tf.random.set_seed(1)
seen = {}
for rate in (0.01, 0.001):
    y = StochasticDepth(rate, dtype="bfloat16")(tf.ones((200_000, 1), "bfloat16"), training=True).numpy()
    seen[rate] = float((y.astype(np.float32) == 0).mean())
print("documented: samples are dropped at the rate")
print("seen:", ", ".join(f"{share:.4f} at {rate}" for rate, share in seen.items()))
raise SystemExit(int(seen[0.001] == 0))
