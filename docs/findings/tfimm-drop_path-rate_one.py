"""tfimm 0.2.14, DropPath: at rate 1 every output is nan.

Documented: "Per sample stochastic depth when applied in main path of residual blocks"; at 1 all are 0.
Cause: tfimm/layers/drop.py divides by 1 - rate, which is 0.
"""

import numpy as np
import tensorflow as tf
from tfimm.layers.drop import DropPath

y = DropPath(1.0)(tf.ones((4, 3)), training=True).numpy()
print("documented: all outputs are 0, or the constructor refuses the rate")
print(f"seen: {np.isnan(y).sum()} of {y.size} outputs are nan")
raise SystemExit(int(np.isnan(y).any()))
