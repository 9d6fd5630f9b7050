"""What is installed and how it is set up: the header of a report, and what `noise-ops doctor` says."""

from __future__ import annotations

import os
import platform
from typing import Any

import numexpr

from noise_ops.checks import needed
from noise_ops.reference import xla
from noise_ops.reference.chunks import available_cores
from noise_ops.subjects import pinning
from noise_ops.subjects.environment import cpu_features, device, machine
from noise_ops.subjects.libraries import KERAS, installed_tensorflows, load, tensorflow
from noise_ops.subjects.versions import installed_version
from noise_ops.version import __version__


def describe() -> dict[str, Any]:
    """Return what determines a run's outcome, as a JSON object. Imports TensorFlow and Keras.

    Under `settings` stand those of the user's settings that a check replaces by the defaults (`pinned`), and those
    that may decide its verdict (`kept`), each with its value.
    """
    return {
        "noise_ops": __version__,
        "tensorflow": tensorflow().__version__,
        "keras": installed_version("keras"),
        "tf_keras": installed_version("tf_keras"),
        "numpy": installed_version("numpy"),
        "python": platform.python_version(),
        "device": device(),
        "platform": machine(),
        "cpu": " ".join(cpu_features()),
        "TF_ENABLE_ONEDNN_OPTS": os.environ.get("TF_ENABLE_ONEDNN_OPTS", "not set"),
        "XLA_FLAGS": os.environ.get("XLA_FLAGS", "not set"),
        "TF_USE_LEGACY_KERAS": os.environ.get("TF_USE_LEGACY_KERAS", "not set"),
        "epoch": __version__,
        "settings": user_settings(),
    }


def user_settings() -> dict[str, dict[str, str]]:
    """Return the user's settings as they are now: those that a check pins, and those that it keeps."""
    return {"pinned": pinning.departures(), "kept": pinning.kept()}


def named() -> str:
    """Return on one line what judges and what is judged, by what is installed. Imports no TensorFlow."""
    versions = {"TensorFlow": ", ".join(f"{version} ({name})" for name, version in installed_tensorflows().items())}
    versions |= {title: installed_version(title.lower()) or "" for title in ("Keras", "tf_keras")}
    told = [f"{title} {version or 'not installed'}" for title, version in versions.items()]
    return " · ".join((__version__, *told, f"epoch {__version__}"))


def warnings() -> list[str]:
    """Return what would spoil a run or a prediction here, one sentence each. Imports no TensorFlow."""
    found = needed.unmet()
    distributions = installed_tensorflows()
    if len(distributions) > 1:
        names = " and ".join(f"{name} {version}" for name, version in distributions.items())
        found.append(
            f"{len(distributions)} TensorFlow distributions are installed ({names}) and overwrite each other's files: "
            "uninstall all of them and install one."
        )
    if numexpr.use_vml:
        found.append(
            "numexpr is built with Intel VML, whose log, sin and cos are not the C library's: normals may differ in "
            "the last bits; install numexpr from PyPI."
        )
    return found


def spoilers() -> list[str]:
    """Return what besides `warnings` may make a run here differ from one that was measured. Imports TensorFlow."""
    found = []
    if (gpus := device()) != "CPU":
        found.append(
            f"{gpus} visible: known deviations and bounds were measured on CPU; CUDA_VISIBLE_DEVICES=-1 hides GPUs."
        )
    features = cpu_features()
    if features and not {"fma", "asimd"} & set(features):
        found.append(
            "the processor has no fused multiply-add: float32 normals under XLA may differ from the prediction by "
            f"{xla.MAX_ULP_WITHOUT_FMA} ulp."
        )
    if "xla_cpu_max_isa" in os.environ.get("XLA_FLAGS", ""):
        found.append("XLA_FLAGS keeps XLA from instructions of the processor: what it rounds may differ by some ulp.")
    return found


_EXTRAS = {
    "h5": ("h5py", "--model reads .h5 files"),
    "dask": ("distributed", "--dask soaks and records on a cluster"),
    "completion": ("shtab", "--completion writes scripts for shells"),
}
"""The extras of the package: what each installs, and what that is for."""


def here() -> list[str]:
    """Return what there is and spoils nothing, one sentence each. Imports TensorFlow."""
    cores = available_cores()
    onednn = {None: "as TensorFlow decides", "0": "off"}.get(os.environ.get("TF_ENABLE_ONEDNN_OPTS"), "as set")
    xdist = installed_version("pytest-xdist")
    shared = f"it shares them by pytest-xdist {xdist}, at most 4 processes" if cores > 1 and xdist else "one process"
    told = [
        f"{device()}, {' '.join(cpu_features()) or 'instruction sets not known'}; oneDNN {onednn}.",
        f"{cores} {'core' if cores == 1 else 'cores'} for a check: {shared}.",
    ]
    for extra, (package, use) in _EXTRAS.items():
        version = installed_version(package)
        told.append(
            f"{use}: {package} {version}."
            if version
            else f"not installed: {package}, by which {use} (pip install 'noise_ops[{extra}]')."
        )
    return told


def skipped() -> list[str]:
    """Return what a run leaves out here and why, one sentence each. Imports TensorFlow and Keras."""
    tf = tensorflow()
    left_out = [
        (
            "predicted_stream under xla of tf_keras.layers.*, tf.nn.dropout, tf.random.uniform and tf.random.normal: "
            "stateful ops under XLA draw from a state that no seed determines."
        ),
    ]
    left_out += [
        f"{name}.layers.*: {name} is not installed (pip install {name})." for name in KERAS if load(name) is None
    ]
    if len(tf.config.list_logical_devices("CPU")) < 2:
        left_out.append("mode mirrored: TensorFlow was initialised before the check, with one logical CPU.")
    return left_out
