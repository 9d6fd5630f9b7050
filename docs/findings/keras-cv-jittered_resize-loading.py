"""keras-cv 0.9.0, JitteredResize, RandomApply and RandomChoice: a model that holds one is saved, and cannot be loaded.

Documented: layers are registered for serialization, and have a config.
Cause: keras_cv/src/layers/preprocessing/jittered_resize.py refuses the list that JSON makes of a tuple; random_apply.py
and random_choice.py have layers in their configs, which `from_config` does not build again.
"""

import tempfile
from pathlib import Path

import keras
import keras_cv

layers = {
    "JitteredResize": lambda: keras_cv.layers.JitteredResize((8, 8), (0.8, 1.25), seed=1),
    "RandomApply": lambda: keras_cv.layers.RandomApply(keras_cv.layers.Grayscale(3), seed=1),
    "RandomChoice": lambda: keras_cv.layers.RandomChoice([keras_cv.layers.RandomFlip()], seed=1),
}
raised = []
for name, make in layers.items():
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "model.keras")
        keras.Sequential([keras.Input((16, 16, 3)), make()]).save(file)
        try:
            keras.models.load_model(file)
        except Exception as error:
            raised.append(f"{name}: {type(error).__name__}")
print("documented: a model that was saved can be loaded")
print(f"seen: {'; '.join(raised) or 'all are loaded'}")
raise SystemExit(int(bool(raised)))
