"""Functions of keras.random as subjects, which draw with the seed of a generator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from noise_ops.probe.libraries import Library


def keras_random(library: Library, method: str) -> Callable[..., Any]:
    """Return a function that makes a generator and binds a function of `keras.random` to it."""

    def bind(seed: Any, arguments: dict[str, Any]) -> tuple[Callable[..., Any], dict[str, Any]]:
        generator = library.module.random.SeedGenerator(seed)
        draw = getattr(library.module.random, method)
        if method == "dropout":
            return (lambda x, **rest: draw(x, seed=generator, **rest)), arguments
        return (lambda x, **rest: draw(tuple(x.shape), dtype=x.dtype.name, seed=generator, **rest)), arguments

    return bind
