"""concretedropout 0.2.1, ConcreteSpatialDropout2D: data_format="channels_last" is taken for channels_first.

Documented: nothing but the name of the argument, which is that of Keras; the layer has code for "channels_last".
Cause: concretedropout/tensorflow.py has `'channels_last' if data_format is None else 'channels_first'`.
"""

import tensorflow as tf
from concretedropout.tensorflow import ConcreteSpatialDropout2D

tf.keras.utils.set_random_seed(1)
shapes = {}
for given in (None, "channels_last"):
    layer = ConcreteSpatialDropout2D(tf.keras.layers.Conv2D(3, 2), data_format=given)
    shapes[given] = (layer.data_format, [int(side) for side in layer._get_noise_shape(tf.ones((4, 8, 9, 5)))])
print("documented: with channels_last whole channels are dropped, by noise of shape [4, 1, 1, 5]")
print(
    "seen:",
    "; ".join(f"data_format={given!r} is {name}, noise of shape {shape}" for given, (name, shape) in shapes.items()),
)
raise SystemExit(int(shapes["channels_last"][0] != "channels_last"))
