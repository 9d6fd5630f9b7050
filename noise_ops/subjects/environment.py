"""The environment: everything that may explain a difference between two records and is no fact about a layer."""

from __future__ import annotations

import platform
from typing import Any

import numpy as np

from noise_ops.subjects.libraries import distribution, libraries, tf
from noise_ops.subjects.settings import flags


def environment() -> dict[str, Any]:
    """Return what a run was made with: everything that may explain a difference and is no fact about a layer."""
    versions = {library.name: library.version for library in libraries()}
    keras = libraries()[0].module if libraries() else None
    backend = keras.backend if keras else None
    return {
        "tensorflow": tf.__version__,
        "distribution": distribution(),
        "keras": versions.get("keras"),
        "tf_keras": versions.get("tf_keras"),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "platform": machine(),
        "libc": " ".join(platform.libc_ver()).strip(),
        "cpu": " ".join(cpu_features()),
        "device": device(),
        "floatx": backend.floatx() if backend else None,
        "image_data_format": backend.image_data_format() if backend else None,
        "epsilon": repr(float(backend.epsilon())) if backend else None,
        "dtype_policy": _dtype_policy(keras) if keras else None,
        "flags": flags(),
    }


def device() -> str:
    """Return how many GPUs there are, or "CPU"."""
    gpus = len(tf.config.list_physical_devices("GPU"))
    return f"{gpus} GPU" if gpus else "CPU"


def machine() -> str:
    """Return system and architecture."""
    return f"{platform.system()} {platform.machine()}"


def _dtype_policy(keras: Any) -> str:
    own = getattr(keras, "config", None)
    policy = own.dtype_policy() if own and hasattr(own, "dtype_policy") else _global_policy(keras)
    return str(getattr(policy, "name", policy))


def _global_policy(keras: Any) -> Any:
    precision = keras.mixed_precision
    # Keras of TensorFlow 2.4 keeps a deprecated module next to its functions.
    return precision.global_policy() if hasattr(precision, "global_policy") else precision.dtype_policy()


def cpu_features() -> list[str]:
    """Return the instruction sets that decide how TensorFlow and XLA round, where the system names them."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            line = next((line for line in file if line.startswith(("flags", "Features"))), "")
    except OSError:
        return []
    return [name for name in ("avx", "avx2", "fma", "avx512f", "avx512_bf16", "asimd") if name in line.split()]
