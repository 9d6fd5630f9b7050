"""keras-drop-block 0.7.0, DropBlock1D and DropBlock2D: of even size, blocks never reach the last row and column.

Documented: "keep_prob: Probability of keeping the original feature", wherever it is.
Cause: keras_drop_block/drop_block.py leaves out block_size // 2 places at both ends, which is one too many where the
size is even, while the probability of a block is computed for all places at which one fits.
"""

import tensorflow as tf
from keras_drop_block import DropBlock2D

tf.keras.utils.set_random_seed(1)
share = {}
for size in (2, 3):
    dropped = DropBlock2D(size, 0.8)(tf.ones((4000, 8, 8, 1)), training=True).numpy() == 0
    share[size] = dropped.mean(axis=(0, 2, 3))
    print(f"seen: block_size={size} drops {dropped.mean():.3f}; row 0 {share[size][0]:.3f}, row 7 {share[size][7]:.3f}")
print("documented: 0.2 are dropped, as the paper approximates, and the first row as often as the last")
raise SystemExit(int(share[2][7] == 0))
