"""keras-cv 0.9.0, CutMix and FourierMix: both raise in float16, bfloat16 and mixed precision.

Documented: nothing of dtypes; MixUp, beside them, was given support of mixed precision.
Cause: keras_cv/src/layers/preprocessing/{cut_mix,fourier_mix}.py multiply labels, or masks, of float32 by shares, or
images, of the compute dtype.
"""

import keras_cv
import tensorflow as tf

raised = []
for name in ("MixUp", "CutMix", "FourierMix"):
    for dtype in ("mixed_float16", "mixed_bfloat16"):
        try:
            getattr(keras_cv.layers, name)(dtype=dtype)({"images": tf.ones((4, 8, 8, 1)), "labels": tf.eye(4)})
        except Exception as error:
            raised.append(f"{name} in {dtype}: {type(error).__name__}")
print("documented: a layer of Keras computes under any dtype policy")
print(f"seen: {'; '.join(raised) or 'none raises'}")
raise SystemExit(int(bool(raised)))
