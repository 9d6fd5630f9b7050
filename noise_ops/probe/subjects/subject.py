"""A subject: something that draws noise, and how it is made and called."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np

from noise_ops.probe.inputs import SEED
from noise_ops.probe.libraries import Library
from noise_ops.probe.tensors import numpy_dtype
from noise_ops.probe.values import ramp

FILL = {"ones": 1.0, "zeros": 0.0, "nan": math.nan, "inf": math.inf, "-inf": -math.inf}
"""Values that fill an input, by its kind."""


class Subject:
    """Something that draws noise, and how it is made and called.

    Attributes:
      name: full name in facts, such as "keras.layers.Dropout" or "keras.layers.LSTM(recurrent_dropout)".
      family: "mask" (0 or a multiple), "affine" (AlphaDropout), "product" and "sum" (Gaussian noise), or a bare draw,
        "uniform", "normal" or "integer".
      shape: shape of the standard input.
      arguments: the standard arguments.
      elementwise: whether output i depends on input i alone.
      library: the Keras of a layer, None of a function.
    """

    elementwise = True

    def __init__(
        self,
        name: str,
        family: str,
        shape: tuple[int, ...],
        arguments: dict[str, Any],
        library: Library | None = None,
    ) -> None:
        self.name = name
        self.family = family
        self.shape = shape
        self.arguments = arguments
        self.library = library

    @property
    def draws(self) -> bool:
        """Whether the subject is a bare draw, which has no input."""
        return self.family in ("uniform", "normal", "integer")

    @property
    def strength(self) -> str | None:
        """The argument that says how strong the noise is, None of bare draws."""
        return next(iter(self.arguments), None)

    @property
    def needs_seed(self) -> bool:
        """Whether there is no noise without a seed."""
        return "stateless" in self.name or "Generator" in self.name

    def takes(self, argument: str) -> bool:
        """Return whether users can give an argument of that name."""
        return argument in parameters(self.source())

    def source(self) -> Any:
        """Return the class or function whose signature users see."""
        raise NotImplementedError

    def make(self, dtype: str = "float32", seed: Any = SEED, **changes: Any) -> Any:
        """Return a new layer, or the function as one, computing in `dtype`."""
        raise NotImplementedError

    def call(self, layer: Any, x: Any, training: bool | None = True) -> Any:
        """Call what `make` returned; None leaves `training` to its default."""
        return layer(x) if training is None else layer(x, training=training)

    def x(self, dtype: str, kind: str = "ramp") -> Any:
        """Return an input: "ramp", "ones", "zeros", or the name of a value that fills it."""
        values = ramp(self.shape) if kind == "ramp" else np.full(self.shape, FILL[kind])
        return values.astype(np.float32).astype(numpy_dtype(dtype))

    def units(self, y: Any) -> Any:
        """Return one element of each group that shares its noise."""
        return y

    def output_shape(self) -> tuple[int, ...]:
        """Return the shape that the output must have."""
        return self.shape

    def rebuilt(self, layer: Any) -> Any:
        """Return what `from_config(get_config())` makes of a layer."""
        return type(layer).from_config(layer.get_config())

    def law_kind(self) -> str:
        """Return the input on which noise is counted."""
        return "zeros" if self.family == "sum" else "ones"


def exists(subject: Subject) -> bool:
    """Return whether the installed library has what a subject is about."""
    try:
        subject.source()
    except AttributeError:
        return False
    return True


def parameters(source: Any) -> dict[str, inspect.Parameter]:
    """Return the parameters of a function or of a class's constructor, without self."""
    # The class of old layers says only *args, **kwargs, as its __new__ does.
    named = inspect.signature(source.__init__ if inspect.isclass(source) else source).parameters
    return {name: parameter for name, parameter in named.items() if name != "self"}
