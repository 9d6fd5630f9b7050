"""The list of all subjects, and those of them that are installed here."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import NamedTuple

from noise_ops import patterns
from noise_ops.subjects import functions
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.libraries import Generation, Library, load
from noise_ops.subjects.subject import Subject


class Entry(NamedTuple):
    """A layer class with the op that predicts it and the rank it needs."""

    class_name: str
    op: str
    rank: int | None = None


KERAS_LAYERS = (
    Entry("Dropout", "dropout"),
    Entry("SpatialDropout1D", "spatial_dropout", 3),
    Entry("SpatialDropout2D", "spatial_dropout", 4),
    Entry("SpatialDropout3D", "spatial_dropout", 5),
    Entry("GaussianDropout", "gaussian_dropout"),
    Entry("GaussianNoise", "gaussian_noise"),
    Entry("AlphaDropout", "alpha_dropout"),
)

LIBRARIES = ("keras", "tf_keras")

_GENERATIONS: dict[str, Generation] = {"keras": 3, "tf_keras": 2}

OWN_LAYERS = ("noise_ops.layers.keras3.MaskedGaussianNoise", "noise_ops.layers.keras2.MaskedGaussianNoise")


def names() -> list[str]:
    """Return the full name of every subject, installed or not."""
    layers = [f"{library}.layers.{entry.class_name}" for library in LIBRARIES for entry in KERAS_LAYERS]
    return [*layers, *OWN_LAYERS, *functions.NAMES]


def matching(pattern: str) -> list[str]:
    """Return the subjects that a user means by a pattern, as `noise_ops.patterns` reads it.

    Raises:
      NoSuchNameError: if there is none; the message names the nearest known ones.
    """
    return patterns.required(pattern, names(), "layer")


@cache
def layers() -> tuple[LayerSubject, ...]:
    """Return the layer subjects of the libraries that are installed. Imports them."""
    found = []
    for name in LIBRARIES:
        library = load(name)
        if library is None:
            continue
        found += [LayerSubject(library, *entry) for entry in KERAS_LAYERS]
        own = import_module(f"noise_ops.layers.keras{library.generation}")
        found.append(LayerSubject(library, "MaskedGaussianNoise", "masked_gaussian_noise", module=own))
    return tuple(found)


def declared() -> list[Subject]:
    """Return every subject, installed or not, as one that can be counted, and not run. Imports no library."""
    found: list[Subject] = []
    for (name, generation), own in zip(_GENERATIONS.items(), OWN_LAYERS, strict=True):
        library = Library(name, generation, None)
        module, _, class_name = own.rpartition(".")
        found += [LayerSubject(library, *entry) for entry in KERAS_LAYERS]
        found.append(
            LayerSubject(library, class_name, "masked_gaussian_noise", module=SimpleNamespace(__name__=module))
        )
    return [*found, *functions.declared()]


def layers_for(ops: Iterable[str]) -> list[Subject]:
    """Return the installed layers that one of `ops` predicts."""
    wanted = set(ops)
    return [subject for subject in layers() if subject.op in wanted]


def functions_for(ops: Iterable[str]) -> list[Subject]:
    """Return TensorFlow's functions that one of `ops` predicts."""
    wanted = set(ops)
    return [subject for subject in functions.functions() if subject.op in wanted]
