"""The catalogue: every subject that the installed libraries have."""

from __future__ import annotations

import functools

from noise_ops.probe.inputs import GAUSSIAN_RATE, RATE, SHAPE, SPATIAL_SHAPES, STDDEV
from noise_ops.probe.libraries import Library, libraries
from noise_ops.probe.subjects.attention import AttentionSubject
from noise_ops.probe.subjects.functions import functions
from noise_ops.probe.subjects.keras_random import keras_functions
from noise_ops.probe.subjects.layers import LayerSubject, SpatialSubject
from noise_ops.probe.subjects.recurrent import RecurrentSubject
from noise_ops.probe.subjects.subject import Subject, exists


@functools.lru_cache(maxsize=None)
def subjects() -> tuple[Subject, ...]:
    """Return everything that is observed here, slowest first."""
    layers = [subject for library in libraries() for subject in _layers(library)]
    layers.sort(key=lambda subject: subject.elementwise)
    return (*layers, *functions(), *keras_functions())


def _layers(library: Library) -> list[Subject]:
    def named(class_name: str) -> str:
        return f"{library.name}.layers.{class_name}"

    found: list[Subject] = [
        LayerSubject(named("Dropout"), "mask", SHAPE, {"rate": RATE}, library),
        LayerSubject(named("GaussianDropout"), "product", SHAPE, {"rate": GAUSSIAN_RATE}, library),
        LayerSubject(named("GaussianNoise"), "sum", SHAPE, {"stddev": STDDEV}, library),
        LayerSubject(named("AlphaDropout"), "affine", SHAPE, {"rate": RATE}, library),
    ]
    for rank, shape in SPATIAL_SHAPES.items():
        found.append(SpatialSubject(named(f"SpatialDropout{rank - 2}D"), "mask", shape, {"rate": RATE}, library))
    for class_name in RecurrentSubject.GATES:
        for argument in ("dropout", "recurrent_dropout"):
            found.append(RecurrentSubject(library, class_name, argument))
    found += [AttentionSubject(library, class_name) for class_name in ("Attention", "MultiHeadAttention")]
    return [subject for subject in found if exists(subject)]


def is_layer(subject: Subject) -> bool:
    """Return whether a subject is a Keras layer."""
    return isinstance(subject, LayerSubject)
