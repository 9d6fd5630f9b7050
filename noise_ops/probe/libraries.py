"""Libraries: TensorFlow, Keras and tf_keras as they are installed, loaded by name when they are first needed."""

from __future__ import annotations

import functools
import importlib
import os
from typing import Any, NamedTuple

from noise_ops.probe.errors import CannotRecordError
from noise_ops.probe.keras_json import require_tensorflow_backend
from noise_ops.probe.versions import base, installed_version, major, release

OLDEST = (2, 4)
"""The oldest TensorFlow that can be recorded."""


class _TensorFlow:
    """TensorFlow by the names of its attributes, so that this room can be imported without it."""

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of TensorFlow."""
        return getattr(importlib.import_module("tensorflow"), name)


tf: Any = _TensorFlow()
"""TensorFlow, which `import_tensorflow` sets up before it is used."""


class Library(NamedTuple):
    """A Keras: its name in facts, its module, its version, and whether it is of generation 2 or 3."""

    name: str
    module: Any
    version: str
    generation: int


def import_tensorflow() -> None:
    """Import TensorFlow with two logical CPUs, so that replicas can be observed on one machine."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    require_tensorflow_backend()
    importlib.import_module("tensorflow")
    if tuple(map(int, base(tf.__version__).split(".")[:2])) < OLDEST:
        raise CannotRecordError("TensorFlow {} is older than {}.{}".format(tf.__version__, *OLDEST))
    tf.get_logger().setLevel("ERROR")
    cpus = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(cpus[0], [tf.config.LogicalDeviceConfiguration()] * 2)


@functools.lru_cache(maxsize=None)
def libraries() -> tuple[Library, ...]:
    """Return the Keras of `tf.keras` as "keras", unless that is tf_keras, and tf_keras, where they are installed."""
    found = []
    keras = None
    if major(installed_version("keras")) >= 3:
        keras = _import("keras")
    elif tuple(map(int, base(tf.__version__).split(".")[:2])) < (2, 16):
        keras = tf.keras  # which need not be the package named keras: TensorFlow 2.4 and 2.5 bundle their own
    if keras is not None:
        version = release(getattr(keras, "__version__", None) or installed_version("keras"))
        found.append(Library("keras", keras, version, 3 if major(version) >= 3 else 2))
    tf_keras = _import("tf_keras")
    if tf_keras is not None:
        found.append(Library("tf_keras", tf_keras, release(tf_keras.__version__), 2))
    return tuple(found)


def _import(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except Exception:  # an installed Keras that does not go with this TensorFlow is none
        return None
