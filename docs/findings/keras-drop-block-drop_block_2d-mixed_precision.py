"""keras-drop-block 0.7.0, DropBlock1D and DropBlock2D: they raise in float16, bfloat16 and mixed precision.

Documented: nothing of dtypes.
Cause: keras_drop_block/drop_block.py multiplies the input by a mask of `K.floatx()`.
"""

import tensorflow as tf
from keras_drop_block import DropBlock2D

raised = []
for dtype in ("float16", "mixed_float16", "mixed_bfloat16"):
    try:
        DropBlock2D(3, 0.8, dtype=dtype)(tf.ones((2, 8, 8, 1)), training=True)
    except Exception as error:
        raised.append(f"{dtype}: {type(error).__name__}")
print("documented: a layer of Keras computes under any dtype policy")
print(f"seen: {'; '.join(raised) or 'none raises'}")
raise SystemExit(int(bool(raised)))
