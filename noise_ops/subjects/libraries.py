"""Which of TensorFlow, Keras 3 and tf_keras are installed, and how they are loaded.

Since TensorFlow 2.16 the three are versioned apart, so every subject belongs to one of them by name.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from noise_ops.errors import UserError

Generation = Literal[2, 3]

TENSORFLOW_DISTRIBUTIONS = (
    "tensorflow",
    "tensorflow-cpu",
    "tf-nightly",
    "tf-nightly-cpu",
    "tensorflow-intel",
    "tensorflow-macos",
    "tensorflow-rocm",
    "intel-tensorflow",
)
"""Distributions that install a package named `tensorflow`; two of them overwrite each other's files."""

GLOBAL_SEED = 20261123
"""What `tf.random.set_seed` is given before each run, so that stateful ops start from a known state."""


class UnusableEnvironmentError(UserError):
    """TensorFlow or Keras cannot be held to anything here; the message says why and what helps."""


@dataclass(frozen=True)
class Library:
    """A Keras that can be imported.

    Attributes:
      name: "keras" or "tf_keras".
      generation: 3 for Keras 3, 2 for tf_keras and Keras 2; it decides how seeds are used.
      module: the imported package.
    """

    name: str
    generation: Generation
    module: Any


def installed_version(distribution: str) -> str | None:
    """Return the version of an installed distribution, None without it; imports nothing."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def installed_tensorflows() -> dict[str, str]:
    """Return the TensorFlow distributions here with their versions; imports nothing."""
    return {name: version for name in TENSORFLOW_DISTRIBUTIONS if (version := installed_version(name))}


def require_tensorflow() -> None:
    """Raise UnusableEnvironmentError if no TensorFlow is installed, or Keras is set to another; imports nothing."""
    path, written = _keras_json()
    _require_backend(os.environ.get("KERAS_BACKEND") or written.get("backend", "tensorflow"))
    for name, values in _KERAS_JSON.items():
        if written.get(name, values[0]) not in values:
            raise UnusableEnvironmentError(
                f"Keras cannot use {name}={written[name]!r} of {path}: it takes {' or '.join(values)}."
            )
    if importlib.util.find_spec("tensorflow") is None:
        raise UnusableEnvironmentError(
            "TensorFlow is not installed; run: pip install tensorflow (or: pip install 'noise_ops[tensorflow]')."
        )


_KERAS_JSON = {
    "floatx": ("float32", "float16", "float64", "bfloat16"),
    "image_data_format": ("channels_last", "channels_first"),
}
"""What the entries of a keras.json may be; with others, TensorFlow ends in an assertion that does not name the file."""


def _keras_json() -> tuple[Path, dict[str, Any]]:
    """Return the path and the entries of the user's keras.json, none where it cannot be read."""
    path = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras").expanduser() / "keras.json"
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # Keras goes on with its defaults, too
        return path, {}
    return path, written if isinstance(written, dict) else {}


@cache
def tensorflow() -> Any:
    """Import TensorFlow with two logical CPUs, so that replicas can be tested on one machine.

    Raises:
      UnusableEnvironmentError: if there is none, or its import fails.
    """
    require_tensorflow()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # its start-up log would bury the report
    try:
        with _quiet_stderr():
            tf = importlib.import_module("tensorflow")
    except Exception as error:  # whatever a broken installation raises
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UnusableEnvironmentError(
            f"TensorFlow is installed but its import fails: {reason.rstrip('.')}."
        ) from error
    if not tf.executing_eagerly():
        raise UnusableEnvironmentError(
            "TensorFlow's eager execution is switched off in this process (tf.compat.v1.disable_eager_execution); "
            "noise_ops needs it: run noise-ops check in a process of its own."
        )
    tf.get_logger().setLevel("ERROR")
    cpus = tf.config.list_physical_devices("CPU")
    with contextlib.suppress(RuntimeError):  # already initialised by the host program: one CPU, no replicas
        tf.config.set_logical_device_configuration(cpus[0], [tf.config.LogicalDeviceConfiguration()] * 2)
    return tf


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Discard what is written to stderr below Python: the start-up log that no setting turns off."""
    try:
        kept = os.dup(2)
    except OSError:  # closed by whoever started Python
        yield
        return
    if sys.stderr is not None:
        sys.stderr.flush()
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(sink)


@cache
def load(name: str) -> Library | None:
    """Import a Keras by name; None if it is not installed.

    Raises:
      UnusableEnvironmentError: if its import fails, or Keras is configured for another backend than TensorFlow.
    """
    tensorflow()
    if installed_version(name) is None:
        return None
    try:
        module = importlib.import_module(name)
    except Exception as error:  # a keras.json that it cannot use, or another backend than TensorFlow
        reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise UnusableEnvironmentError(f"{name} is installed but its import fails: {reason}.") from error
    generation: Generation = 3 if name == "keras" and int(module.__version__.split(".")[0]) >= 3 else 2
    if generation == 3:
        _require_backend(module.backend.backend())
    return Library(name, generation, module)


def _require_backend(backend: str) -> None:
    if backend != "tensorflow":
        raise UnusableEnvironmentError(
            f"Keras is configured for the {backend} backend; noise_ops judges TensorFlow: set KERAS_BACKEND=tensorflow."
        )


def reset_random_state() -> None:
    """Put TensorFlow's stateful ops at the start of `GLOBAL_SEED`, forgetting every cached kernel."""
    tensorflow().random.set_seed(GLOBAL_SEED)
