"""Files of models, as Keras writes their configs."""

import json


def layer(class_name, dtype="float32", module="keras.layers", **config):
    """A layer of Keras 3 in a config."""
    policy = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": dtype}, "registered_name": None}
    config = {"name": class_name.lower(), "trainable": True, "dtype": policy, **config}
    return {"module": module, "class_name": class_name, "config": config, "registered_name": None}


def saved(path, *layers, module="keras", version="3.10.0"):
    """A file with the JSON of a sequential model."""
    config = {"name": "sequential", "layers": list(layers)}
    whole = {"module": module, "class_name": "Sequential", "config": config, "registered_name": None}
    path.write_text(json.dumps({**whole, "keras_version": version}))
    return path
