"""A process with tf_keras in the place of Keras 3, asked once."""

import json

import pytest

from tests.reference.seeds._draws import in_new_python


@pytest.fixture(scope="session")
def legacy_process():
    """What a process with TF_USE_LEGACY_KERAS=1 draws, before tf.random.set_seed was ever called and after."""
    program = """
import json, numpy as np, tensorflow as tf, noise_ops
assert tf.keras.layers.Dropout.__module__.startswith("tf_keras"), tf.keras.layers.Dropout
never_seeded = [tf.random.uniform([3], seed=5).numpy().tolist() for _ in range(2)]
x = np.ones((4, 5), np.float32)
noise_ops.set_seed(7)
witness = [tf.keras.layers.Dropout(0.4)(x, training=True).numpy() for _ in range(3)]
noise_ops.set_seed(7)
equal = [np.array_equal(noise_ops.dropout(x, 0.4), drawn) for drawn in witness]
print(json.dumps({"never seeded": never_seeded, "equal": equal}))
"""
    return json.loads(in_new_python(program, TF_USE_LEGACY_KERAS="1"))
