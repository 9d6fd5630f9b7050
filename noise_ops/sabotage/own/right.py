"""Right layers of Keras 3, as a user writes them; a broken one replaces a part of one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from noise_ops import laws
from noise_ops.laws.law import Law
from noise_ops.sabotage.mutant import Kind
from noise_ops.sabotage.own.layer import OwnLayer, broken

OF = "Keras 3"

RATE = 0.3
"""How often the dropouts drop."""


class Noise(keras.layers.Layer):  # type: ignore[misc]
    """Does something to its input in training, and nothing without."""

    def __init__(self, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, x: Any, training: bool = False) -> Any:
        return self.noised(x) if training else x

    def noised(self, x: Any) -> Any:
        return x

    def normal(self, x: Any) -> Any:
        return keras.random.normal(ops.shape(x), dtype=x.dtype, seed=self.seed_generator)

    def uniform(self, shape: Any) -> Any:
        return keras.random.uniform(shape, dtype="float32", seed=self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "seed": self.seed}


class Drop(Noise):
    """Drops elements, or units along some axes, and scales the others."""

    def __init__(
        self,
        rate: float = 0.3,
        noise_shape: tuple[int | None, ...] | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, **kwargs)
        if not 0 <= rate <= 1:
            raise ValueError(f"rate is a probability, not {rate}.")
        self.rate, self.noise_shape = rate, noise_shape

    def units(self, x: Any) -> Any:
        sides = self.noise_shape or (None,) * len(x.shape)
        return tuple(ops.shape(x)[axis] if side is None else side for axis, side in enumerate(sides))

    def dropped(self, x: Any) -> Any:
        return self.uniform(self.units(x)) < self.rate

    def scaled(self, x: Any) -> Any:
        return x / (1 - self.rate) if self.rate < 1 else x

    def noised(self, x: Any) -> Any:
        return ops.where(self.dropped(x), ops.zeros_like(x), self.scaled(x))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "noise_shape": self.noise_shape}


class Add(Noise):
    """Adds normal noise to each element."""

    def __init__(self, stddev: float = 0.5, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(seed, **kwargs)
        self.stddev = stddev

    def standard(self, x: Any) -> Any:
        return self.normal(x)

    def noised(self, x: Any) -> Any:
        return x + self.stddev * ops.cast(self.standard(x), x.dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "stddev": self.stddev}


class Multiply(Add):
    """Multiplies each element by a normal of mean 1."""

    def noised(self, x: Any) -> Any:
        return x * (1 + self.stddev * ops.cast(self.standard(x), x.dtype))


class Flip(Noise):
    """Turns some samples from left to right."""

    def __init__(self, p: float = 0.5, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(seed, **kwargs)
        if not 0 <= p <= 1:
            raise ValueError(f"p is a probability, not {p}.")
        self.p = p

    def chosen(self, x: Any) -> Any:
        return self.uniform((ops.shape(x)[0],) + (1,) * (len(x.shape) - 1)) < self.p

    def turned(self, x: Any) -> Any:
        return ops.flip(x, axis=2)

    def noised(self, x: Any) -> Any:
        return ops.where(self.chosen(x), self.turned(x), x)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "p": self.p}


class Select(Noise):
    """Keeps some of the elements along the last axis, and makes the others 0."""

    def __init__(self, count: int = 3, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(seed, **kwargs)
        self.count = count

    def scores(self, x: Any) -> Any:
        return self.uniform(ops.shape(x))

    def noised(self, x: Any) -> Any:
        ranks = ops.argsort(ops.argsort(self.scores(x), axis=-1), axis=-1)
        return ops.where(ranks < self.count, x, ops.zeros_like(x))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "count": self.count}


def with_parts(base: type[Any], **parts: Any) -> Callable[..., Any]:
    """Return a class in which some parts of another are replaced."""
    return type(base.__name__, (base,), {"__doc__": base.__doc__, **parts})


def made(base: type[Any], arguments: dict[str, Any] | None = None, **parts: Any) -> Callable[..., Any]:
    """Return what makes a layer with a seed: that of a class with some parts replaced, with some arguments."""
    cls = with_parts(base, **parts) if parts else base
    return lambda seed=None: cls(**{**(arguments or {}), "seed": seed})


def dropout(
    name: str,
    kind: Kind,
    description: str,
    expected: str,
    law: Law = laws.drops(RATE),  # noqa: B008
    options: dict[str, Any] | None = None,
    arguments: dict[str, Any] | None = None,
    **parts: Any,
) -> OwnLayer:
    """Return a broken dropout, in which some parts of a right one are replaced; for the arguments see `broken`."""
    return broken(OF, name, kind, description, expected, made(Drop, arguments, **parts), law, **(options or {}))
