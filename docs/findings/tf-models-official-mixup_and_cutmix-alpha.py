"""tf-models-official 2.15.0, MixupAndCutmix: alpha changes nothing, and the share is always uniform.

Documented: "mixup_alpha: For drawing a random lambda (`lam`) from a beta distribution (for each image)".
Cause: official/vision/ops/augment.py `_sample_from_beta` hands alpha to `tf.random.gamma` as the inverse scale, which
falls out of the quotient. Release 2.20.0 is mended.
"""

import tensorflow as tf
from official.vision.ops.augment import MixupAndCutmix

tf.random.set_seed(1)
seen, right = {}, {}
for alpha in (0.2, 1.0, 8.0):
    images, labels = tf.reshape(tf.range(4000.0), (4000, 1, 1, 1)), tf.zeros((4000,), tf.int32)
    _, _, share = MixupAndCutmix(2, mixup_alpha=alpha)._mixup(images, labels)
    seen[alpha], right[alpha] = float(tf.math.reduce_std(share)), (1 / (4 * (2 * alpha + 1))) ** 0.5
print(
    "documented: Beta(alpha, alpha) has a standard deviation of", ", ".join(f"{v:.3f} at {a}" for a, v in right.items())
)
print("seen:", ", ".join(f"{v:.3f} at {a}" for a, v in seen.items()))
raise SystemExit(int(abs(seen[8.0] - right[8.0]) > 0.05))
