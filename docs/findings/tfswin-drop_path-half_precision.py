"""tfswin 4.1.1, DropPath: in bfloat16 and float16, rate 0.001 drops nothing; in bfloat16, rate 0.01 drops 0.008.

Documented: a path is dropped with probability `rate` (arXiv 1603.09382).
Cause: tfswin/drop.py draws the uniform in the compute dtype and asks `<= keep`, rounded to it.
"""

import numpy as np
import tensorflow as tf
from tfswin.drop import DropPath

tf.random.set_seed(1)
seen = {}
for dtype in ("bfloat16", "float16", "float32"):
    for rate in (0.01, 0.001):
        y = np.asarray(DropPath(rate, dtype=dtype)(tf.ones((200_000, 1), dtype), training=True)).astype(np.float32)
        seen[dtype, rate] = float((y == 0).mean())
print("documented: paths are dropped at the rate")
print("seen:", ", ".join(f"{share:.4f} at {rate} in {dtype}" for (dtype, rate), share in seen.items()))
raise SystemExit(int(seen["bfloat16", 0.001] == 0))
