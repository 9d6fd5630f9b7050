"""Layers of Keras as subjects: elementwise, spatial, and those with weights that let their noise be seen."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from noise_ops.subjects.classes import KERAS_LAYERS
from noise_ops.subjects.inputs import MIXED, RATE, SEED
from noise_ops.subjects.libraries import Library
from noise_ops.subjects.subject import Subject


@dataclass(frozen=True)
class LayerSubject(Subject):
    """An elementwise or spatial noise layer of one library.

    Attributes:
      library: the Keras it comes from.
      class_name: name of the layer class.
      op: name of the function of `noise_ops` that predicts it.
      rank: rank of its input where that is fixed, else None.
    """

    library: Library
    class_name: str
    op: str
    rank: int | None = None

    @property
    def keeps_generator(self) -> bool:
        """Whether it, or its cell, has the seed generator of Keras 3 for an attribute."""
        return True

    @property
    def name(self) -> str:  # type: ignore[override]
        """Full name, such as "keras.layers.Dropout"."""
        return f"{self.library.name}.layers.{self.class_name}"

    @property
    def rule(self) -> str:  # type: ignore[override]
        """How its seed is used."""
        return f"keras-{self.library.generation}"

    def source(self) -> Any:
        """Return the layer's class."""
        return getattr(self.library.module.layers, self.class_name)

    def build(self, arguments: dict[str, Any], dtype: str) -> Any:
        """Return a new layer that has these arguments alone and computes in `dtype`."""
        policy = self.library.module.mixed_precision.Policy(dtype) if dtype in MIXED else dtype
        return self.source()(**arguments, dtype=policy)


class OwnLayer(LayerSubject):
    """A layer of noise_ops itself, written for one Keras."""

    recorded = False

    @property
    def module(self) -> str:
        """The module that it is imported from."""
        return f"noise_ops.layers.keras{self.library.generation}"

    @property
    def name(self) -> str:  # type: ignore[override]
        """Full name, such as "noise_ops.layers.keras3.MaskedGaussianNoise"."""
        return f"{self.module}.{self.class_name}"

    @property
    def rule(self) -> str:  # type: ignore[override]
        """How its seed is used: for Keras 2 it gives the seed to an op as it is."""
        return "keras-3" if self.library.generation == 3 else "legacy"

    def source(self) -> Any:
        """Return the layer's class."""
        return getattr(import_module(self.module), self.class_name)


class WeightedSubject(LayerSubject):
    """A layer with weights, which are set so that its output shows its noise in every bit.

    The name carries the argument that is observed: "keras.layers.LSTM(recurrent_dropout)".
    """

    checked = False  # what a check takes for the noise would be the layer's weights as well
    elementwise = False
    argument: str

    @property
    def name(self) -> str:  # type: ignore[override]
        """Full name, such as "keras.layers.LSTM(recurrent_dropout)"."""
        return f"{super().name}({self.argument})"

    @property
    def arguments(self) -> dict[str, float]:
        """The argument that is observed, with its standard value."""
        return {self.argument: RATE}

    def make(self, dtype: str = "float32", seed: Any = SEED, **changes: Any) -> Any:
        """Return a new layer, built and with its weights set."""
        return self.weighted(super().make(dtype, seed, **{**self.fixed(), **changes}))

    def rebuilt(self, layer: Any) -> Any:
        """Return the layer of a config, with the weights that no config holds."""
        return self.weighted(super().rebuilt(layer))

    def weighted(self, layer: Any) -> Any:
        """Build a layer and set its weights."""
        self.prepare(layer)
        layer.set_weights(self.weights(layer))
        return layer

    def prepare(self, layer: Any) -> None:
        """Make a layer's weights."""
        layer.build((None, *self.shape[1:]))

    def fixed(self) -> dict[str, Any]:
        """Return the arguments that make the layer show its noise."""
        raise NotImplementedError

    def weights(self, layer: Any) -> list[Any]:
        """Return the weights that make the layer show its noise."""
        raise NotImplementedError


def layers(library: Library) -> list[LayerSubject]:
    """Return the elementwise and spatial layers of a Keras, and the one of noise_ops for it."""
    return [
        *(LayerSubject(library, *entry) for entry in KERAS_LAYERS),
        OwnLayer(library, "MaskedGaussianNoise", "masked_gaussian_noise"),
    ]
