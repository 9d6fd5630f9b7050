"""Layers of Keras as subjects: elementwise, spatial, and those with weights that let their noise be seen."""

from __future__ import annotations

from typing import Any

from noise_ops.probe.inputs import MIXED, RATE, SEED
from noise_ops.probe.libraries import Library
from noise_ops.probe.subjects.subject import Subject


class LayerSubject(Subject):
    """An elementwise or spatial noise layer."""

    class_name = ""

    def source(self) -> Any:
        """Return the layer's class."""
        assert self.library is not None
        return getattr(self.library.module.layers, self.class_name or self.name.rpartition(".")[2])

    def make(self, dtype: str = "float32", seed: Any = SEED, **changes: Any) -> Any:
        """Return a new layer."""
        assert self.library is not None
        policy = self.library.module.mixed_precision.Policy(dtype) if dtype in MIXED else dtype
        arguments = {**self.arguments, **changes, "dtype": policy}
        if self.takes("seed"):
            arguments["seed"] = seed
        return self.source()(**arguments)


class SpatialSubject(LayerSubject):
    """A layer that drops whole maps."""

    def units(self, y: Any) -> Any:
        """Return one element of each (batch, channel)."""
        return y[(slice(None), *[0] * (y.ndim - 2), slice(None))]


class WeightedSubject(LayerSubject):
    """A layer with weights, which are set so that its output shows its noise in every bit.

    The name carries the argument that is observed: "keras.layers.LSTM(recurrent_dropout)".
    """

    elementwise = False

    def __init__(self, library: Library, class_name: str, argument: str, shape: tuple[int, ...]) -> None:
        name = f"{library.name}.layers.{class_name}({argument})"
        super().__init__(name, "mask", shape, {argument: RATE}, library)
        self.class_name = class_name

    def make(self, dtype: str = "float32", seed: Any = SEED, **changes: Any) -> Any:
        """Return a new layer, built and with its weights set."""
        return self.weighted(super().make(dtype, seed, **{**self.fixed(), **changes}))

    def rebuilt(self, layer: Any) -> Any:
        """Return the layer of a config, with the weights that no config holds."""
        return self.weighted(super().rebuilt(layer))

    def weighted(self, layer: Any) -> Any:
        """Build a layer and set its weights."""
        self.build(layer)
        layer.set_weights(self.weights(layer))
        return layer

    def build(self, layer: Any) -> None:
        """Make a layer's weights."""
        layer.build((None, *self.shape[1:]))

    def fixed(self) -> dict[str, Any]:
        """Return the arguments that make the layer show its noise."""
        raise NotImplementedError

    def weights(self, layer: Any) -> list[Any]:
        """Return the weights that make the layer show its noise."""
        raise NotImplementedError
