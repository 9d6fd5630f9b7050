"""tensorflow-addons 0.23.0, random_cutout: with a seed in a tf.function or tf.data, masks lie on the diagonal.

Documented: "The location where the mask will be applied is randomly chosen uniformly over the whole images."
Cause: tensorflow_addons/image/cutout_ops.py draws the rows and the columns of the centers with the same seed, and in a
graph operations of one seed draw the same numbers.
"""

import tensorflow as tf
import tensorflow_addons as tfa

tf.random.set_seed(1)
step = tf.function(lambda: tfa.image.random_cutout(tf.ones((2000, 16, 16, 1)), (2, 2), seed=5))
cut = step().numpy()[..., 0] == 0
rows, columns = cut.any(axis=2).argmax(axis=1), cut.any(axis=1).argmax(axis=1)
print("documented: row and column are drawn independently")
print(f"seen: row and column agree in {(rows == columns).mean():.0%} of 2000 images")
raise SystemExit(int((rows == columns).all()))
