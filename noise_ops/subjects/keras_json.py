"""The user's keras.json, which sets the backend of Keras before anything can be asked of it."""

from __future__ import annotations

import json
import os
from typing import Any

from noise_ops.errors import UnusableEnvironmentError
from noise_ops.subjects.texts import ascii_line
from noise_ops.subjects.versions import installed_version, major

USUAL = {
    "floatx": "float32",
    "epsilon": 1e-7,
    "backend": "tensorflow",
    "image_data_format": "channels_last",
}
"""What Keras writes into its file of settings when there is none."""

_TAKEN = {
    "floatx": ("float32", "float16", "float64", "bfloat16"),
    "image_data_format": ("channels_last", "channels_first"),
}
"""What the entries may be; with others, TensorFlow ends in an assertion that does not name the file."""


def path() -> str:
    """Return where Keras looks for its settings."""
    home = os.path.expanduser("~")
    home = home if os.access(home, os.W_OK) else "/tmp"
    folder = os.environ.get("KERAS_HOME") or os.path.join(home, ".keras")
    return os.path.join(os.path.expanduser(folder), "keras.json")


def keras_json() -> dict[str, Any]:
    """Return the settings in the user's keras.json; none if it cannot be read, as Keras then goes on without."""
    try:
        with open(path(), encoding="utf-8") as file:
            settings = json.load(file)
    except (OSError, ValueError):
        return {}
    return settings if isinstance(settings, dict) else {}


def require_usable() -> None:
    """Refuse what the user has set, by variable or by file, if no Keras works with it on TensorFlow.

    Raises:
      UnusableEnvironmentError: if there is such a setting.
    """
    settings = keras_json()
    if major(installed_version("keras")) >= 3:
        require_backend(os.environ.get("KERAS_BACKEND") or settings.get("backend", "tensorflow"))
    for name, values in _TAKEN.items():
        if settings.get(name, values[0]) not in values:
            raise UnusableEnvironmentError(
                "Keras cannot use {}={!r} of {}: it takes {}.".format(name, settings[name], path(), " or ".join(values))
            )


def require_backend(backend: str) -> None:
    """Refuse another backend than TensorFlow.

    Raises:
      UnusableEnvironmentError: if it is another.
    """
    if backend != "tensorflow":
        raise UnusableEnvironmentError(
            f"Keras is configured for the {ascii_line(backend)} backend, and noise_ops looks at TensorFlow: "
            "set KERAS_BACKEND=tensorflow."
        )
