"""The list of all subjects, and those of them that are installed here."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from types import SimpleNamespace

from noise_ops.subjects.attention import attention_layers
from noise_ops.subjects.functions import FunctionSubject, functions
from noise_ops.subjects.keras_random import keras_functions
from noise_ops.subjects.layers import LayerSubject, layers
from noise_ops.subjects.libraries import KERAS, Library, libraries, load, tensorflow
from noise_ops.subjects.recurrent import recurrent_layers
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.versions import major

_GENERATIONS = {"keras": 3, "tf_keras": 2}


def _of(library: Library) -> list[Subject]:
    """Return the subjects of a library: every one that there is stands here."""
    if library.name == "tensorflow":
        return [*functions(library)]
    return [
        *layers(library),
        *recurrent_layers(library),
        *attention_layers(library),
        *keras_functions(library),
    ]


@functools.lru_cache(maxsize=None)
def every() -> tuple[Subject, ...]:
    """Return every subject, installed or not, as one that can be counted, and not run. Imports no library."""
    known = [*(Library(name, _GENERATIONS[name], None) for name in KERAS), Library("tensorflow", 2, None)]
    return tuple(subject for library in known for subject in _of(library))


def declared() -> list[Subject]:
    """Return those of every subject that checks ask."""
    return [subject for subject in every() if subject.checked]


def of_versions(versions: Mapping[str, str | None]) -> list[Subject]:
    """Return what checks ask of libraries of these versions, to judge what was drawn elsewhere. Imports no library.

    Args:
      versions: by the name of a library, its version; None or no entry where it is not installed.
    """
    found = []
    for name in (*KERAS, "tensorflow"):
        version = versions.get(name)
        if version is not None:
            generation = 3 if name == "keras" and major(version) >= 3 else 2
            found += _of(Library(name, generation, SimpleNamespace(__version__=version)))
    return [subject for subject in found if subject.checked]


def named(name: str) -> Subject | None:
    """Return the subject of a full name among all, None if there is none."""
    return next((subject for subject in every() if subject.name == name), None)


def names() -> list[str]:
    """Return the full names of what checks ask, installed or not: Keras' layers, ours, and functions."""
    found = sorted(declared(), key=lambda subject: (isinstance(subject, FunctionSubject), not subject.recorded))
    return [subject.name for subject in found]


@functools.lru_cache(maxsize=None)
def recorded() -> tuple[Subject, ...]:
    """Return everything that a record of the installed libraries is about, slowest first."""
    installed = (*libraries(), Library("tensorflow", 2, tensorflow()))
    found = [subject for library in installed for subject in _of(library) if subject.recorded and subject.exists]
    return tuple(sorted(found, key=lambda subject: (isinstance(subject, FunctionSubject), subject.elementwise)))


@functools.lru_cache(maxsize=None)
def checked() -> tuple[Subject, ...]:
    """Return what checks ask of the installed libraries. Imports them.

    Raises:
      UnusableEnvironmentError: if one of them does not work.
    """
    installed = [*map(load, KERAS), Library("tensorflow", 2, tensorflow())]
    return tuple(subject for library in installed if library for subject in _of(library) if subject.checked)


def layers_for(ops: Iterable[str]) -> list[Subject]:
    """Return the installed layers that one of `ops` predicts."""
    wanted = set(ops)
    return [subject for subject in checked() if isinstance(subject, LayerSubject) and subject.op in wanted]


def functions_for(ops: Iterable[str]) -> list[Subject]:
    """Return TensorFlow's functions that one of `ops` predicts."""
    wanted = set(ops)
    return [subject for subject in checked() if isinstance(subject, FunctionSubject) and subject.op in wanted]
