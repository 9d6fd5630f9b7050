"""tfimm 0.2.14, DropPath: in bfloat16, rate 0.01 drops 0.0156, and 0.001 nothing.

Documented: "Per sample stochastic depth", which drops with probability `drop_prob`.
Cause: tfimm/layers/drop.py draws the uniform in the compute dtype, of 7 bits, and rounds its sum with 1 - rate.
"""

import numpy as np
import tensorflow as tf
from tfimm.layers.drop import DropPath

tf.random.set_seed(1)
seen = {}
for rate in (0.01, 0.001):
    y = DropPath(rate, dtype="bfloat16")(tf.ones((200_000, 1), "bfloat16"), training=True).numpy().astype(np.float32)
    seen[rate] = float((y == 0).mean())
print("documented: paths are dropped at the rate")
print("seen:", ", ".join(f"{share:.4f} at {rate}" for rate, share in seen.items()))
raise SystemExit(int(seen[0.001] == 0))
