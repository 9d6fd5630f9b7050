"""Settings: what the user has set that may change what TensorFlow and Keras do, by name."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping

import numpy as np

from noise_ops.subjects.keras_json import USUAL, keras_json
from noise_ops.subjects.libraries import libraries, tf
from noise_ops.subjects.texts import ascii_line, pathless, plain

_GIVEN = dict(os.environ)
"""Variables as the user has set them: TensorFlow sets some of its own."""

_FLAG = re.compile(
    "TF2_BEHAVIOR|TF_(ENABLE|DISABLE|USE|XLA|DETERMINISTIC|FUNCTION|KERAS|CUDNN|CUBLAS|MLIR|MKL|ONEDNN|FP16|BF16|AUTO"
    "|FORCE|OVERRIDE|EAGER|RUN|JIT|GRAPPLER|CPU)|(XLA|KERAS|ONEDNN|DNNL|MKL)_|NVIDIA_TF32"
)
"""How variables begin that may change which kernels run, or how these round; other programs use TF_ as well."""

_HARMLESS = re.compile("[^=]*(LOG|THREADS|VERBOSE|KERAS_BACKEND|KERAS_HOME|GPU_ALLOW_GROWTH)|TF2_BEHAVIOR=1$")
"""What such variables hold that change no noise, that say where something is which is told itself, or that TensorFlow
sets for the programs it starts."""


def variables(given: Mapping[str, str]) -> dict[str, str]:
    """Return those of the variables that may change which kernels run, or how these round."""
    return {
        name: given[name]
        for name in sorted(given)
        if _FLAG.match(name) and not _HARMLESS.match(f"{name}={given[name]}")
    }


def flags() -> dict[str, str]:
    """Return what the user has set and that may change what TensorFlow and Keras do, by name.

    Besides variables: entries of keras.json that are not the usual ones, libraries that PYTHONPATH brings in place of
    those installed, and a usercustomize, whatever it does.
    """
    named = variables(_GIVEN)
    settings = keras_json()
    named["keras.json"] = " ".join(
        f"{name}={plain(settings[name])}"
        for name in sorted(settings)
        if settings[name] not in (USUAL.get(name), False, None)
    )
    named["PYTHONPATH"] = " ".join(_brought_by(_GIVEN.get("PYTHONPATH", "")))
    named["usercustomize"] = "loaded" if "usercustomize" in sys.modules else ""
    return {ascii_line(name): pathless(named[name]) for name in sorted(named) if named[name]}


def _brought_by(path: str) -> list[str]:
    """Name the libraries that were imported from the folders of a PYTHONPATH."""
    folders = tuple(os.path.join(os.path.abspath(part), "") for part in path.split(os.pathsep) if part)
    modules = {"numpy": np, "tensorflow": tf, **{library.name: library.module for library in libraries()}}
    files = {name: os.path.abspath(getattr(module, "__file__", None) or "") for name, module in modules.items()}
    return sorted(name for name, file in files.items() if file.startswith(folders)) if folders else []
