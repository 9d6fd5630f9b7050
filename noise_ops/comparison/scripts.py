"""Short programs that show a change with TensorFlow and NumPy alone, to be run on either side of an upgrade.

The last line that a script prints is what the finding says of the side on which it runs.
"""

from __future__ import annotations

import re

from noise_ops.comparison import script_parts as parts
from noise_ops.comparison.changes import Change
from noise_ops.comparison.script_parts import Layer
from noise_ops.comparison.script_shows import SHOWS, stream, tried
from noise_ops.subjects.inputs import SECOND_SEED, SEED

_NAME = re.compile(
    r"(tf_)?keras\.layers\.[A-Za-z0-9]+(\([a-z_]+\))?|keras\.random\.[A-Za-z_]+|tf\.(random|nn)\.[A-Za-z_.]+"
)
_HEAD = [
    "import inspect",
    "import os",
    "import random",
    "import re",
    "import tempfile",
    "import numpy as np",
    "import tensorflow as tf",
]
_REPLICAS = [
    'cpu = tf.config.list_physical_devices("CPU")[0]',
    "tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)",
]


def script(change: Change) -> str:
    """Return a program that prints what changed; empty where no program shows it.

    Names and values come from a fingerprint, which anyone may have written: what is not the name of a subject, or a
    plain value of an argument, is left out.
    """
    if not _NAME.fullmatch(change.subject):
        return ""
    lines = _of_layer(change) if ".layers." in change.subject else _of_function(change)
    body = "\n".join(lines)
    imports = [line for line in _HEAD if re.search(rf"\b{_imported(line)}\.", body)]
    replicas = _REPLICAS if change.mode == "mirrored" else []
    return "\n".join([*imports, *replicas, body]) + "\n"


def _imported(line: str) -> str:
    return line.rsplit(maxsplit=1)[-1]


_ON_ONES = {"mask_density", "noise_is_normal", "gradient_is_noise_factor", "recomputation_keeps_mask", "gate_masks"}
"""Properties that are seen on an input of ones."""


def _shown(change: Change, layer: Layer, new: list[str], dtype: str) -> list[str]:
    """Return lines that make an input and show a property of what `new` makes."""
    first = change.property.partition(" ")[0]
    lines = [*parts.inputs(layer, dtype, "1.0" if first in _ON_ONES else "ramp"), *new]
    shows = SHOWS.get("refused" if change.code == "config-refused" else first, stream)
    return [*lines, *tried(shows(change, layer))]


def _of_layer(change: Change) -> list[str]:
    layer, dtype = Layer.of(change.subject), parts.dtype_of(change)
    if change.property == "signature":
        return [*layer.imports(), f"print(inspect.signature(keras.layers.{layer.name}.__init__))"]
    policy = change.mode if change.mode.startswith("mixed_") else ""
    new = [*(parts.gate_weights(layer) if layer.recurrent else []), *parts.maker(layer, dtype, policy)]
    return [*layer.imports(), *_shown(change, layer, new, "float32" if policy else dtype)]


def _of_function(change: Change) -> list[str]:
    """Return lines that call a function of TensorFlow, or of keras.random."""
    name = change.subject
    imports = parts.KERAS if name.startswith("keras.") else []
    if change.property == "signature":
        return [*imports, f"print(inspect.signature({name}))"]
    if change.property in ("accepts minval=maxval", "accepts minval>maxval"):
        return tried(parts.integers(name, 4 if "=" in change.property else 3, change.mode))
    if name == "tf.random.set_seed":
        seeds = "(None, None, 9, 0, -1, 2**31)"
        return [f"tf.random.set_seed({SECOND_SEED})", f"print([tf.compat.v1.get_seed(seed) for seed in {seeds}])"]
    if name.endswith("SeedGenerator"):
        made = f"generator = keras.random.SeedGenerator({'-1' if change.property.endswith('negative') else SEED})"
        states = "states = [np.array(generator.state), *(np.array(generator.next()) for _ in range(3))]"
        return [*imports, made, states, "print(*np.concatenate(states))"]
    if name == "tf.random.Generator":
        made = f"generator = tf.random.Generator.from_seed({SEED})"
        return [made, "print(generator.state, generator.make_seeds(2), generator.split(2)[1].state)"]
    if name in ("tf.random.stateless_split", "tf.random.stateless_fold_in"):
        return [f"print({name.replace('random.', 'random.experimental.')}([{SEED}, {SECOND_SEED}], 2))"]
    layer = Layer("keras" if imports else "tf", "Dropout" if name.endswith("dropout") else "", "")
    whole = change.property.startswith("words")
    new = [*parts.RESET, *parts.function(name, whole=whole)]
    return [*imports, *_shown(change, layer, new, parts.dtype_of(change))]
