"""concretedropout 0.2.1, ConcreteDenseDropout: the config has none of its arguments, and a rebuilt layer the defaults.

Documented: `is_mc_dropout`, `temperature`, `weight_regularizer` and others are arguments; a loaded model keeps them.
Cause: concretedropout/tensorflow.py has no `get_config`, and takes the one of `Wrapper`.
"""

import tensorflow as tf
from concretedropout.tensorflow import ConcreteDenseDropout

given = {"is_mc_dropout": True, "temperature": 0.5, "weight_regularizer": 0.1}
layer = ConcreteDenseDropout(tf.keras.layers.Dense(3), **given)
rebuilt = ConcreteDenseDropout.from_config(layer.get_config())
kept = {name: getattr(rebuilt, name) for name in given}
print(f"documented: a rebuilt layer has {given}")
print(f"seen: it has {kept}")
raise SystemExit(int(kept != given))
