"""Functions of keras.random as subjects, which draw with the seed of a generator."""

from __future__ import annotations

from typing import Any

from noise_ops.subjects.functions import Function, FunctionSubject
from noise_ops.subjects.libraries import Library


class KerasFunction(FunctionSubject):
    """A function of `keras.random`."""

    checked = False  # a check predicts what is given a seed, and these are given a generator


def keras_functions(library: Library) -> list[KerasFunction]:
    """Return the functions of `keras.random`, which came with Keras 3."""
    if library.generation != 3:
        return []
    rows = (("uniform", "uniform"), ("normal", "normal"), ("dropout", "dropout"))
    return [
        KerasFunction(library, f"keras.random.{method}", op, "keras-3", _with_generator(method)) for method, op in rows
    ]


def _with_generator(method: str) -> Function:
    def bind(library: Library, seed: Any) -> Function:
        generator = library.module.random.SeedGenerator(seed)
        draw = getattr(library.module.random, method)
        if method == "dropout":
            return lambda x, **rest: draw(x, seed=generator, **rest)
        return lambda x, **rest: draw(tuple(x.shape), dtype=x.dtype.name, seed=generator, **rest)

    return bind
