"""Functions of keras.random as subjects, which draw with the seed of a generator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from noise_ops.probe.inputs import RATE
from noise_ops.probe.libraries import Library, libraries
from noise_ops.probe.subjects.functions import FunctionSubject
from noise_ops.probe.subjects.subject import Subject, exists


def keras_functions() -> list[Subject]:
    """Return the functions of `keras.random` that are there."""
    found: list[Subject] = []
    for library in libraries():
        if library.generation == 3:
            for method, family, arguments in (
                ("uniform", "uniform", {}),
                ("normal", "normal", {}),
                ("dropout", "mask", {"rate": RATE}),
            ):
                function = _with_generator(library, method)
                name = "keras.random." + method
                found.append(FunctionSubject(name, family, arguments, function, library, stateful=True))
    return [subject for subject in found if exists(subject)]


def _with_generator(library: Library, method: str) -> Callable[..., Any]:
    def bind(seed: Any, arguments: dict[str, Any]) -> tuple[Callable[..., Any], dict[str, Any]]:
        generator = library.module.random.SeedGenerator(seed)
        draw = getattr(library.module.random, method)
        if method == "dropout":
            return (lambda x, **rest: draw(x, seed=generator, **rest)), arguments
        return (lambda x, **rest: draw(tuple(x.shape), dtype=x.dtype.name, seed=generator, **rest)), arguments

    return bind
