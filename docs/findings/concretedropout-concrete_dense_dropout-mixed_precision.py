"""concretedropout 0.2.1, ConcreteDenseDropout: it raises under mixed precision.

Documented: nothing of dtypes.
Cause: concretedropout/tensorflow.py multiplies the input by noise of float32.
"""

import tensorflow as tf
from concretedropout.tensorflow import ConcreteDenseDropout

raised = []
for policy in ("mixed_float16", "mixed_bfloat16"):
    try:
        ConcreteDenseDropout(tf.keras.layers.Dense(3), dtype=policy)(tf.ones((2, 4)), training=True)
    except Exception as error:
        raised.append(f"{policy}: {type(error).__name__}")
print("documented: a layer of Keras computes under any dtype policy")
print(f"seen: {'; '.join(raised) or 'none raises'}")
raise SystemExit(int(bool(raised)))
