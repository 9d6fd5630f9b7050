"""tfswin 4.1.1, DropPath: rate 1 is accepted, and makes every output nan.

Documented: the constructor says "Expected a value between 0 and 1" of rates outside of [0, 1], and so takes 1.
Cause: tfswin/drop.py divides by 1 - rate, which is 0.
"""

import numpy as np
import tensorflow as tf
from tfswin.drop import DropPath

y = np.asarray(DropPath(1.0)(tf.ones((4, 3)), training=True))
print("documented: all outputs are 0")
print(f"seen: {np.isnan(y).sum()} of {y.size} outputs are nan")
raise SystemExit(int(np.isnan(y).any()))
