"""concretedropout 0.2.1, ConcreteDenseDropout: after a first eager call no other batch size is taken.

Documented: nothing of the batch.
Cause: concretedropout/tensorflow.py makes an InputSpec of the whole shape in `build`, with the batch.
"""

import tensorflow as tf
from concretedropout.tensorflow import ConcreteDenseDropout

layer = ConcreteDenseDropout(tf.keras.layers.Dense(3))
layer(tf.ones((4, 4)), training=True)
print("documented: a layer of Keras takes batches of any size")
try:
    layer(tf.ones((5, 4)), training=True)
except ValueError as error:
    print(f"seen: ValueError: {str(error).splitlines()[0][:110]}")
    raise SystemExit(1) from None
print("seen: it takes another one")
