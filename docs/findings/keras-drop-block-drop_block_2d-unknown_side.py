"""keras-drop-block 0.7.0, DropBlock1D and DropBlock2D: maps whose height and width are not known raise.

Documented: nothing of shapes; convolutions and SpatialDropout2D take them.
Cause: keras_drop_block/drop_block.py makes constants of the static height and width in `build`.
"""

import tensorflow as tf
from keras_drop_block import DropBlock2D

print("documented: a fully convolutional model may have Input((None, None, 1))")
try:
    tf.keras.Sequential([tf.keras.Input((None, None, 1)), DropBlock2D(3, 0.8)])
except Exception as error:
    print(f"seen: {type(error).__name__}: {str(error).splitlines()[0][:90]}")
    raise SystemExit(1) from None
print("seen: it can be built")
