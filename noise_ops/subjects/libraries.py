"""Which of TensorFlow, Keras and tf_keras are installed, and how they are loaded, by name, when they are first needed.

Since TensorFlow 2.16 the three are versioned apart, so every subject belongs to one of them by name.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from noise_ops.errors import UnusableEnvironmentError
from noise_ops.subjects.keras_json import require_backend, require_usable
from noise_ops.subjects.texts import raised
from noise_ops.subjects.versions import base, installed_version, major, numbers, release

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

OLDEST = (2, 4)
"""The oldest TensorFlow whose noise is looked at."""

_TITLES = {"tf_keras": "tf_keras", "keras": "Keras"}

KERAS = ("keras", "tf_keras")
"""The Keras that there may be: that of `tf.keras`, unless that is tf_keras, and tf_keras."""


@dataclass(frozen=True)
class Library:
    """What subjects come from: a Keras, or TensorFlow.

    Attributes:
      name: "keras", "tf_keras" or "tensorflow".
      generation: 3 for Keras 3, 2 for all else; it decides how seeds are used.
      module: the imported package; None where nothing is to be run.
    """

    name: str
    generation: int
    module: Any

    @property
    def version(self) -> str:
        """The version of a Keras."""
        return release(getattr(self.module, "__version__", None) or installed_version(self.name) or "0")


class _TensorFlow:
    """TensorFlow by the names of its attributes, so that this room can be imported without it."""

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of TensorFlow."""
        return getattr(tensorflow(), name)


tf: Any = _TensorFlow()
"""TensorFlow, which is imported when it is first asked for something."""


def installed_tensorflows() -> dict[str, str]:
    """Return the TensorFlow distributions here with their versions; imports nothing."""
    versions = {name: installed_version(name) for name in TENSORFLOW_DISTRIBUTIONS}
    return {name: version for name, version in versions.items() if version}


def require_tensorflow() -> None:
    """Raise UnusableEnvironmentError if no TensorFlow is installed, or Keras is set to another; imports nothing."""
    require_usable()
    if importlib.util.find_spec("tensorflow") is None:
        raise UnusableEnvironmentError(
            "TensorFlow is not installed; run: pip install tensorflow (or: pip install 'noise_ops[tensorflow]')."
        )


@functools.lru_cache(maxsize=None)
def tensorflow() -> Any:
    """Import TensorFlow with two logical CPUs, so that replicas can be observed on one machine.

    Raises:
      UnusableEnvironmentError: if there is none, it is too old, or its import fails.
    """
    require_tensorflow()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # its start-up log would bury the report
    try:
        with _quiet_stderr():
            module = importlib.import_module("tensorflow")
            version = numbers(module.__version__)
    except (Exception, SystemExit) as error:  # whatever a broken installation raises
        raise _unusable("TensorFlow", error) from error
    if version < OLDEST:
        raise UnusableEnvironmentError("TensorFlow {} is older than {}.{}.".format(module.__version__, *OLDEST))
    if not module.executing_eagerly():
        raise UnusableEnvironmentError(
            "TensorFlow's eager execution is switched off in this process (tf.compat.v1.disable_eager_execution); "
            "noise_ops needs it: run noise-ops check in a process of its own."
        )
    module.get_logger().setLevel("ERROR")
    cpus = module.config.list_physical_devices("CPU")
    with contextlib.suppress(RuntimeError):  # already initialised by the host program: one CPU, no replicas
        module.config.set_logical_device_configuration(cpus[0], [module.config.LogicalDeviceConfiguration()] * 2)
    return module


def _unusable(name: str, error: BaseException) -> UnusableEnvironmentError:
    """Return the refusal of a library whose import raised; where a file is no Python, that of the library it is of."""
    told = raised(error).rstrip(".: ")
    if isinstance(error, SyntaxError) and error.filename:
        told = f"raises {type(error).__name__}: {error.msg} ({error.filename}, line {error.lineno})"
        folders = error.filename.replace("\\", "/").split("/")
        if "tensorflow" not in folders:  # which has folders of Keras of its own
            name = next((title for folder, title in _TITLES.items() if folder in folders), name)
    return UnusableEnvironmentError(f"{name} is installed but its import {told}.")


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


@functools.lru_cache(maxsize=None)
def load(name: str) -> Library | None:
    """Import a Keras by name; None if it is not installed.

    Raises:
      UnusableEnvironmentError: if its import fails, or Keras is configured for another backend than TensorFlow.
    """
    installed = installed_version(name)
    if name == "keras" and major(installed) < 3:
        # It need not be the package named keras: TensorFlow 2.4 and 2.5 bundle their own; from 2.16 on there is none.
        return Library("keras", 2, tf.keras) if numbers(tf.__version__) < (2, 16) else None
    if installed is None:
        return None
    tensorflow()
    try:
        module = importlib.import_module(name)
    except Exception as error:  # a keras.json that it cannot use, or another backend than TensorFlow
        raise _unusable(name, error) from error
    if name == "keras":
        require_backend(module.backend.backend())
    return Library(name, 3 if name == "keras" else 2, module)


@functools.lru_cache(maxsize=None)
def libraries() -> tuple[Library, ...]:
    """Return every Keras that works; an installed one that does not go with this TensorFlow is none."""
    found = []
    for name in KERAS:
        with contextlib.suppress(UnusableEnvironmentError):
            found.append(load(name))
    return tuple(library for library in found if library is not None)


def distribution() -> str | None:
    """Return the distribution that the imported TensorFlow came with."""
    versions = installed_tensorflows()
    return next((name for name in versions if base(versions[name]) == base(tf.__version__)), None)
