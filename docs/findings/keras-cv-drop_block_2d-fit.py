"""keras-cv 0.9.0, DropBlock2D: under Keras 3 with TensorFlow it raises in `fit` and in any tf.function.

Documented: "DropBlock2D can be used inside a `keras.Model`".
Cause: keras_cv/src/layers/regularization/dropblock_2d.py calls `int` of a tensor, which has no value in a graph.
Under Keras 2.15 it trains.
"""

import keras
import keras_cv
import numpy as np

layers = [keras.Input((12, 12, 4)), keras_cv.layers.DropBlock2D(0.2, 3), keras.layers.Flatten(), keras.layers.Dense(1)]
model = keras.Sequential(layers)
model.compile("sgd", "mse")
print("documented: a model with it trains")
try:
    model.fit(np.ones((8, 12, 12, 4)), np.ones((8, 1)), verbose=0)
except TypeError as error:
    print("seen: TypeError:", next(line for line in str(error).splitlines() if "int()" in line).strip("\x1b[01m"))
    raise SystemExit(1) from None
print("seen: it trains")
