"""keras-cv 0.9.0, RandomShear: in a model the shape of its output is not known, so that no Dense can follow.

Documented: "Output shape: 3D (unbatched) or 4D (batched) tensor with shape: (..., height, width, channels)".
Cause: keras_cv/src/layers/preprocessing/random_shear.py does not set the shape that its transformation loses, as
RandomTranslation, beside it, does.
"""

import keras
import keras_cv

raised = []
for name in ("RandomTranslation", "RandomShear"):
    layer = getattr(keras_cv.layers, name)(0.2, 0.2)
    try:
        keras.Sequential([keras.Input((8, 8, 3)), layer, keras.layers.Flatten(), keras.layers.Dense(1)])
    except ValueError as error:
        raised.append(f"{name}, ValueError: {str(error)[:66]}")
print("documented: the shape of the output is that of the input")
print(f"seen: {'; '.join(raised) or 'both are built'}")
raise SystemExit(int(bool(raised)))
