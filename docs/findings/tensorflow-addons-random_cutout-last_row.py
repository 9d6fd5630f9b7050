"""tensorflow-addons 0.23.0, random_cutout: the last row and the last column are never cut out.

Documented: "The location where the mask will be applied is randomly chosen uniformly over the whole images."
Cause: tensorflow_addons/image/cutout_ops.py `_random_center` hands height - mask // 2 to `tf.random.uniform`, which
leaves out the upper end; a center there would still have the mask inside.
"""

import tensorflow as tf
import tensorflow_addons as tfa

tf.random.set_seed(1)
cut = tfa.image.random_cutout(tf.ones((20_000, 8, 8, 1)), (2, 2), seed=1).numpy()[..., 0] == 0
rows, columns = cut.any(axis=2).mean(axis=0), cut.any(axis=1).mean(axis=0)
print("documented: a mask of 2 x 2 covers the first row as often as the last, in 1/7 = 0.143 of the images")
print(
    f"seen: row 0 in {rows[0]:.3f}, row 7 in {rows[7]:.3f}; column 0 in {columns[0]:.3f}, column 7 in {columns[7]:.3f}"
)
raise SystemExit(int(rows[7] == 0))
