"""keras-cv 0.9.0, StochasticDepth: a doubtful one, since the documentation contradicts itself.

Documented: "rate: float, the probability of the residual branch being dropped" and, further down, "b_l is a random
Bernoulli variable with probability P(b_l = 1) = rate", where b_l = 1 keeps the branch.
Seen: the first is true. keras_cv/src/layers/regularization/stochastic_depth.py keeps with probability 1 - rate.
"""

import keras
import keras_cv
import tensorflow as tf

keras.utils.set_random_seed(1)
layer = keras_cv.layers.StochasticDepth(0.2)
zero, one = tf.zeros((1, 1)), tf.ones((1, 1))
kept = sum(float(layer([zero, one], training=True)[0, 0]) for _ in range(500)) / 500
print("documented: P(b_l = 1) = 0.2")
print(f"seen: the branch is kept in {kept:.2f} of 500 calls")
raise SystemExit(int(kept > 0.5))
