"""tf-models-official 2.20.0, StochasticDepth: at rate 1 every output is nan.

Documented: "stochastic_depth_drop_rate: A `float` of drop rate"; at 1 each sample is dropped, to 0.
Cause: official/vision/modeling/layers/nn_layers.py divides by 1 - rate, which is 0.
"""

import numpy as np
import tensorflow as tf
from official.vision.modeling.layers.nn_layers import StochasticDepth

y = StochasticDepth(1.0)(tf.ones((4, 3)), training=True).numpy()
print("documented: all outputs are 0, or the constructor refuses the rate")
print(f"seen: {np.isnan(y).sum()} of {y.size} outputs are nan")
raise SystemExit(int(np.isnan(y).any()))
