"""medicai 0.0.4, RandomCutOut: gaussian_std changes nothing, and the fill always spans the range of the image.

Documented: "gaussian_std: Standard deviation for Gaussian fill noise".
Cause: medicai/transforms/random/random_cutout.py rescales the noise to the minimum and maximum of the image.
"""

import medicai
import tensorflow as tf

image = tf.reshape(tf.linspace(0.0, 1.0, 32 * 32), (32, 32, 1))
spread = {}
for std in (0.001, 0.1, 10.0):
    tf.random.set_seed(1)
    cut = medicai.transforms.RandomCutOut(
        keys=["image", "label"], mask_size=(32, 32), num_cuts=8, prob=1.0, fill_mode="gaussian", gaussian_std=std
    )
    filled = cut({"image": image, "label": tf.zeros((32, 32, 1))})["image"]
    spread[std] = float(tf.math.reduce_std(filled[filled != image]))
print("documented: what is filled in has the standard deviation gaussian_std")
print("seen:", ", ".join(f"gaussian_std={std} fills with {seen:.3f}" for std, seen in spread.items()))
raise SystemExit(int(spread[0.001] > 0.05))
