"""A subject: something that draws noise, and how it is made and called."""

from __future__ import annotations

import inspect
import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from noise_ops.subjects.classes import OPS
from noise_ops.subjects.inputs import SEED, SHAPE, SPATIAL_SHAPES
from noise_ops.subjects.libraries import Library
from noise_ops.subjects.seeding import forget_kernels
from noise_ops.subjects.tensors import numpy_dtype
from noise_ops.subjects.values import ramp

FILL = {"ones": 1.0, "zeros": 0.0, "nan": math.nan, "inf": math.inf, "-inf": -math.inf}
"""Values that fill an input, by its kind."""


_MASKED = ("dropout", "alpha_dropout")
"""Ops whose mask a noise_shape lays out."""


class Subject(ABC):
    """A layer or function that draws noise.

    Attributes:
      name: full name, such as "keras.layers.Dropout" or "keras.layers.LSTM(recurrent_dropout)".
      library: the library it comes from; its version is what known deviations speak of.
      op: key of `classes.OPS`: name of what predicts it.
      rank: rank of its input where that is fixed (the spatial layers), else None.
      rule: how its seed is used, by the name that `noise_ops.predictions.rules` has for it.
      checked: whether checks know how to ask it.
      recorded: whether it is a part of TensorFlow or Keras, and so of a record.
      elementwise: whether output i depends on input i alone.
    """

    name: str
    library: Library
    op: str
    rank: int | None = None
    rule: str
    checked = True
    recorded = True
    elementwise = True

    @property
    def family(self) -> str:
        """What its noise does to its input."""
        return OPS[self.op].family

    @property
    def arguments(self) -> dict[str, float]:
        """Which of `rate` and `stddev` it takes, with their standard values."""
        return OPS[self.op].arguments

    @property
    def strength(self) -> str | None:
        """The argument that says how strong the noise is, None of bare draws."""
        return next(iter(self.arguments), None)

    @property
    def takes_noise_shape(self) -> bool:
        """Whether a noise_shape lays out its mask."""
        return self.op in _MASKED

    @property
    def layout(self) -> str | None:
        """The argument that says which elements share a mask, "noise_shape" or "data_format", where one does."""
        if self.rank is not None:
            return "data_format" if self.rank > 3 else None
        # The AlphaDropout of tf_keras loses noise_shape in its config and takes no None in it: known deviations.
        return "noise_shape" if self.op in _MASKED[: 1 + (self.library.generation == 3)] else None

    @property
    def draws(self) -> bool:
        """Whether the subject is a bare draw, which has no input."""
        return self.family in ("uniform", "normal")

    @property
    def stateless(self) -> bool:
        """Whether a second call repeats the first, by contract."""
        return self.rule == "stateless"

    @property
    def needs_seed(self) -> bool:
        """Whether there is no noise without a seed."""
        return self.rule in ("stateless", "generator")

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the standard input."""
        return SHAPE if self.rank is None else SPATIAL_SHAPES[self.rank]

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape that the output on the standard input must have."""
        return self.shape

    @property
    def mask_shape(self) -> tuple[int, ...] | None:
        """Shape in which a mask is drawn that is all the output shows; None where that shows more."""
        return None

    @property
    def law_kind(self) -> str:
        """The kind of input on which noise is counted."""
        return "zeros" if self.family == "sum" else "ones"

    def takes(self, argument: str) -> bool:
        """Return whether users can give an argument of that name."""
        return argument in parameters(self.source())

    @property
    def exists(self) -> bool:
        """Whether the installed library has it."""
        try:
            self.source()
        except AttributeError:
            return False
        return True

    @abstractmethod
    def source(self) -> Any:
        """Return the class or function whose signature users see."""

    @abstractmethod
    def build(self, arguments: dict[str, Any], dtype: str) -> Any:
        """Return a new layer, or the function as one, that has these arguments alone and computes in `dtype`."""

    def make(self, dtype: str = "float32", seed: Any = SEED, **changes: Any) -> Any:
        """Return a new layer with the standard arguments, of which some are changed, and a seed where it takes one."""
        seeded = {"seed": seed} if self.takes("seed") else {}
        return self.build({**self.arguments, **changes, **seeded}, dtype)

    def call(self, layer: Any, x: Any, training: bool | None = True) -> Any:
        """Call what `build` returned; None leaves `training` to its default."""
        return layer(x) if training is None else layer(x, training=training)

    def rebuilt(self, layer: Any) -> Any:
        """Return what `from_config(get_config())` makes of a layer."""
        return type(layer).from_config(layer.get_config())

    def x(self, dtype: str, kind: str = "ramp") -> Any:
        """Return a standard input: "ramp", or the name of a value that fills it."""
        values = ramp(self.shape) if kind == "ramp" else np.full(self.shape, FILL[kind])
        return values.astype(np.float32).astype(numpy_dtype(dtype))

    def units(self, y: Any) -> Any:
        """Return one element of each group that shares its noise."""
        # Of a spatial layer, one place of each map.
        return y if self.rank is None else y[(slice(None), *[0] * (y.ndim - 2), slice(None))]

    def reset(self) -> None:
        """Put the random state that a run could inherit from an earlier one at its start."""
        # Forgetting every kernel costs ten calls, and the layers of Keras 3 keep no state in kernels.
        if self.library.generation == 2:
            forget_kernels()


def parameters(source: Any) -> dict[str, inspect.Parameter]:
    """Return the parameters of a function or of a class's constructor, without self."""
    # The class of old layers says only *args, **kwargs, as its __new__ does.
    named = inspect.signature(source.__init__ if inspect.isclass(source) else source).parameters
    return {name: parameter for name, parameter in named.items() if name != "self"}
