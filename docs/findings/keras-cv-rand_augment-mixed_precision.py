"""keras-cv 0.9.0, RandAugment and AugMix: both raise under mixed precision that is given as their dtype.

Documented: nothing of dtypes; a layer of Keras takes a dtype policy.
Cause: keras_cv/src/layers/preprocessing/rand_augment.py and aug_mix.py make inner layers in float32.
"""

import keras
import keras_cv
import tensorflow as tf

keras.utils.set_random_seed(1)
raised = []
for name in ("RandAugment", "AugMix"):
    for dtype in ("mixed_float16", "mixed_bfloat16"):
        try:
            getattr(keras_cv.layers, name)(value_range=(0, 1), dtype=dtype)(tf.ones((4, 16, 16, 3)))
        except Exception as error:
            raised.append(f"{name} in {dtype}: {type(error).__name__}")
print("documented: a layer of Keras computes under any dtype policy")
print(f"seen: {'; '.join(raised) or 'none raises'}")
raise SystemExit(int(bool(raised)))
