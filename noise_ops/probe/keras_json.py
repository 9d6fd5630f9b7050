"""The user's keras.json, which sets the backend of Keras before anything can be asked of it."""

from __future__ import annotations

import json
import os
from typing import Any

from noise_ops.probe.errors import CannotRecordError
from noise_ops.probe.texts import plain
from noise_ops.probe.versions import installed_version, major

USUAL = {
    "floatx": "float32",
    "epsilon": 1e-7,
    "backend": "tensorflow",
    "image_data_format": "channels_last",
}
"""What Keras writes into its file of settings when there is none."""


def keras_json() -> dict[str, Any]:
    """Return the settings in the user's keras.json, as Keras finds it; none if it cannot be read."""
    home = os.path.expanduser("~")
    home = home if os.access(home, os.W_OK) else "/tmp"
    folder = os.environ.get("KERAS_HOME", os.path.join(home, ".keras"))
    try:
        with open(os.path.join(folder, "keras.json"), encoding="utf-8") as file:
            settings = json.load(file)
    except (OSError, ValueError):
        return {}
    return settings if isinstance(settings, dict) else {}


def require_tensorflow_backend() -> None:
    """Refuse to record a Keras 3 that the user has set to another backend, by variable or by file."""
    backend = os.environ.get("KERAS_BACKEND") or keras_json().get("backend", "tensorflow")
    if backend != "tensorflow" and major(installed_version("keras")) >= 3:
        raise CannotRecordError(
            f"Keras is configured for the {plain(backend)} backend, and noise is recorded of TensorFlow; "
            "set KERAS_BACKEND=tensorflow"
        )
