"""tensorflow-probability 0.25.0, DenseFlipout: a model that holds one is saved as .keras, and cannot be loaded.

Documented: "get_config: Returns the config of the layer ... The same layer can be reinstantiated later (without its
trained weights) from this configuration."
Cause: the config of tensorflow_probability/python/layers/dense_variational.py has marshalled functions, which come back
from JSON as dictionaries and lists.
"""

import tempfile
from pathlib import Path

import tensorflow_probability as tfp
import tf_keras

print("documented: a layer can be reinstantiated from its configuration")
with tempfile.TemporaryDirectory() as folder:
    file = str(Path(folder) / "model.keras")
    tf_keras.Sequential([tf_keras.Input((4,)), tfp.layers.DenseFlipout(3)]).save(file)
    try:
        tf_keras.models.load_model(file, custom_objects={"DenseFlipout": tfp.layers.DenseFlipout})
    except Exception as error:
        print(f"seen: {type(error).__name__}: {str(error).splitlines()[0][:80] if str(error) else 'no message'}")
        raise SystemExit(1) from None
print("seen: it is loaded")
