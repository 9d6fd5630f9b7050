"""tf-models-official 2.20.0, augment.gaussian_noise: it adds no noise, and blurs.

Documented: "Add Gaussian noise to image(s)".
Cause: official/vision/ops/augment.py calls `gaussian_filter2d`. The width of the filter comes from `np.random`,
and so is a constant of a traced graph, such as that of a tf.data pipeline.
"""

import numpy as np
import tensorflow as tf
from official.vision.ops import augment

y = augment.gaussian_noise(tf.fill((16, 16, 3), 0.5)).numpy()[2:-2, 2:-2]
step = tf.function(augment.gaussian_noise)
image = tf.reshape(tf.range(768.0) % 7, (16, 16, 3))
same = all(np.array_equal(step(image), step(image)) for _ in range(5))
print("documented: Gaussian noise is added")
print(
    f"seen: of a gray image every pixel stays within {np.ptp(y):.1g}; ten traced calls {'agree' if same else 'differ'}"
)
raise SystemExit(int(np.ptp(y) < 1e-5))
