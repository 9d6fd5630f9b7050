"""The list of all subjects, and those of them that are installed here."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import NamedTuple

from noise_ops.subjects import functions
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.libraries import load
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

OWN_LAYERS = ("noise_ops.layers.keras3.MaskedGaussianNoise", "noise_ops.layers.keras2.MaskedGaussianNoise")


def names() -> list[str]:
    """Return the full name of every subject, installed or not."""
    layers = [f"{library}.layers.{entry.class_name}" for library in LIBRARIES for entry in KERAS_LAYERS]
    return [*layers, *OWN_LAYERS, *functions.NAMES]


def matching(pattern: str) -> list[str]:
    """Return the subjects that a user means by a name, full or last part, in any case.

    Raises:
      ValueError: if there is none; the message names the nearest known one.
    """
    wanted = pattern.lower()
    found = [name for name in names() if wanted in (name.lower(), name.lower().rsplit(".", 1)[-1])]
    if found:
        return found
    known = {short: name for name in names() for short in (name.rsplit(".", 1)[-1], name)}
    containing = [short for short in known if wanted and wanted in short.lower()]
    nearest = (containing or difflib.get_close_matches(pattern, known, n=1, cutoff=0.0))[0]
    raise ValueError(f"there is no layer {pattern!r} here; the nearest known one is {nearest!r}.")


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


def layers_for(ops: Iterable[str]) -> list[Subject]:
    """Return the installed layers that one of `ops` predicts."""
    wanted = set(ops)
    return [subject for subject in layers() if subject.op in wanted]


def functions_for(ops: Iterable[str]) -> list[Subject]:
    """Return TensorFlow's functions that one of `ops` predicts."""
    wanted = set(ops)
    return [subject for subject in functions.functions() if subject.op in wanted]
