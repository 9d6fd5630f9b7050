"""Settings of the user: those that a check pins while it runs, and those that it can only name.

A keras.json, an environment variable, a conftest or a neighbouring test may change what a layer draws by default, in
which engine, or how it rounds. What is told of TensorFlow is to depend on TensorFlow alone, so each check runs under
the defaults, and afterwards everybody finds again what they had set.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from noise_ops.subjects.libraries import KERAS, Library, load, tensorflow
from noise_ops.subjects.settings import variables

_PINNED = ("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH")
"""Variables that set what is pinned."""


@dataclass(frozen=True)
class Setting:
    """A setting of a library that a check pins.

    Attributes:
      name: as users know it, such as "keras.config.floatx".
      pinned: the default, under which layers are checked.
      read: returns what is set.
      write: sets it.
      default: what is told of `pinned` where that is None, for nothing set.
    """

    name: str
    pinned: Any
    read: Callable[[], Any]
    write: Callable[[Any], None]
    default: str = ""

    def departs(self, value: Any) -> bool:
        """Return whether a value is another than the default."""
        return _told(value) not in (_told(self.pinned), self.default)


def _told(value: Any) -> str:
    """Return what is told of a value: of a policy its name."""
    return str(getattr(value, "name", value))


@contextlib.contextmanager
def pinned() -> Iterator[None]:
    """Run what is inside under the defaults, and give the user's settings and random state back afterwards.

    NumPy's own error state, print options and the filters of warnings are among them; TensorFlow's global seed, which
    checks set, is given back as well. Settings that cannot be pinned are those of `kept`.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"))
        stack.enter_context(np.printoptions(precision=8, floatmode="maxprec", suppress=False, formatter=None))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # a warning is no finding, also where the user makes errors of them
        stack.enter_context(_global_seed_kept())
        for setting in settings():
            stack.enter_context(_one_pinned(setting))
        yield


@contextlib.contextmanager
def _one_pinned(setting: Setting) -> Iterator[None]:
    value = setting.read()
    if setting.departs(value):
        setting.write(setting.pinned)
    try:
        yield
    finally:
        if setting.read() is not value:
            setting.write(value)


@contextlib.contextmanager
def _global_seed_kept() -> Iterator[None]:
    from tensorflow.python.eager import context  # no public way to read the global seed

    eager = context.context()
    names = [name for name in ("_seed", "_rng") if hasattr(eager, name)]
    before = {name: getattr(eager, name) for name in names}
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(eager, name, value)


@lru_cache(maxsize=None)
def settings() -> tuple[Setting, ...]:
    """Return the settings that this TensorFlow and the installed Keras have. Imports them."""
    found = [*_of_tensorflow(tensorflow())]
    for name in KERAS:
        library = load(name)
        if library is not None:
            found += _of_keras_3(library) if library.generation == 3 else _of_keras_2(library)
    return tuple(found)


def departures() -> dict[str, str]:
    """Return the settings that differ now from the defaults under which layers are checked, with their values."""
    values = {setting: setting.read() for setting in settings()}
    return {setting.name: _told(value) for setting, value in values.items() if setting.departs(value)}


def kept() -> dict[str, str]:
    """Return the settings that may decide a verdict and cannot be pinned: environment variables and switches."""
    found = {name: value for name, value in variables(os.environ).items() if name not in _PINNED}
    return {**found, **{name: "on" for name, is_on in _SWITCHES.items() if is_on()}}


def _deterministic() -> bool:
    from tensorflow.python.framework import config

    return bool(getattr(config, "is_op_determinism_enabled", lambda: False)())


def _numpy_behaviour() -> bool:
    return hasattr(tensorflow().Tensor, "ravel")  # one of the methods that it adds


_SWITCHES: dict[str, Callable[[], bool]] = {
    "tf.config.experimental.enable_op_determinism": _deterministic,
    "tf.experimental.numpy.experimental_enable_numpy_behavior": _numpy_behaviour,
}
"""Switches that can be thrown once in a process."""


def _of_tensorflow(tf: Any) -> Iterator[Setting]:
    config = tf.config
    yield Setting("tf.config.run_functions_eagerly", False, config.functions_run_eagerly, config.run_functions_eagerly)
    yield Setting(
        "tf.config.optimizer.set_jit",
        "",
        config.optimizer.get_jit,
        lambda value: config.optimizer.set_jit(value or False),
    )
    yield Setting(
        "tf.config.optimizer.set_experimental_options(auto_mixed_precision)",
        False,
        lambda: bool(config.optimizer.get_experimental_options().get("auto_mixed_precision", False)),
        lambda value: config.optimizer.set_experimental_options({"auto_mixed_precision": value}),
    )
    float32 = config.experimental
    yield Setting(
        "tf.config.experimental.enable_tensor_float_32_execution",
        True,
        float32.tensor_float_32_execution_enabled,
        float32.enable_tensor_float_32_execution,
    )
    distribute = tf.distribute
    yield Setting(
        "tf.distribute.experimental_set_strategy",
        None,
        lambda: distribute.get_strategy() if distribute.has_strategy() else None,
        distribute.experimental_set_strategy,
    )
    yield Setting("tf.debugging.enable_check_numerics", (), _op_callbacks, _set_op_callbacks)


def _op_callbacks() -> tuple[Any, ...]:
    from tensorflow.python.eager import context

    return tuple(context.context().op_callbacks)


def _set_op_callbacks(callbacks: tuple[Any, ...]) -> None:
    from tensorflow.python.eager import context

    eager = context.context()
    for callback in tuple(eager.op_callbacks):
        eager.remove_op_callback(callback)
    for callback in callbacks:
        eager.add_op_callback(callback)


def _of_keras_3(library: Library) -> Iterator[Setting]:
    config = library.module.config
    for name, default in (
        ("floatx", "float32"),
        ("epsilon", 1e-7),
        ("image_data_format", "channels_last"),
        ("max_epochs", None),
        ("max_steps_per_epoch", None),
    ):
        if hasattr(config, name):  # the last two came with Keras 3.11
            yield Setting(f"keras.config.{name}", default, getattr(config, name), getattr(config, f"set_{name}"))
    # The public way to read the policy fixes it: a later set_floatx would no longer move it.
    state = sys.modules["keras.src.backend.common.global_state"]
    yield _raw(
        "keras.config.dtype_policy",
        lambda: state.get_global_attribute("dtype_policy"),
        lambda value: state.set_global_attribute("dtype_policy", value),
        "float32",
    )
    distribution = library.module.distribution
    yield _raw("keras.distribution.set_distribution", distribution.distribution, distribution.set_distribution)


def _of_keras_2(library: Library) -> Iterator[Setting]:
    backend, policies = library.module.backend, library.module.mixed_precision
    for name, default in (("floatx", "float32"), ("epsilon", 1e-7), ("image_data_format", "channels_last")):
        read, write = getattr(backend, name), getattr(backend, f"set_{name}")
        yield Setting(f"{library.name}.backend.{name}", default, read, write)
    own = sys.modules[policies.global_policy.__module__]
    yield _raw(
        f"{library.name}.mixed_precision.global_policy",
        lambda: own._global_policy,
        policies.set_global_policy,
        "float32",
    )
    internal = sys.modules[backend.learning_phase.__module__]
    yield Setting(
        f"{library.name}.backend.learning_phase",
        0,
        lambda: internal.learning_phase() if internal.global_learning_phase_is_set() else 0,
        internal.deprecated_internal_set_learning_phase,
    )


def _raw(name: str, read: Callable[[], Any], write: Callable[[Any], None], default: str = "") -> Setting:
    """Return a setting that is None where the user set nothing."""
    return Setting(name, None, read, write, default)
