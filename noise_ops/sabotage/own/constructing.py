"""Dropouts of Keras 3, right and broken: what a class promises beside its noise, and how often one of 16 bits drops."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import ops

from noise_ops import laws
from noise_ops.laws.law import Law
from noise_ops.sabotage.mutant import Kind
from noise_ops.sabotage.own.layer import OwnLayer, broken, right
from noise_ops.sabotage.own.right import OF, RATE, Drop, Noise, made

DROPS = laws.drops(RATE)
FIRST, LAST = laws.drops(RATE, shared_axes=(2, 3)), laws.drops(RATE, shared_axes=(1, 2))
MAPS: dict[str, Any] = {"shape": (None, None, None, 3), "units": 2**15}
STEPS: dict[str, Any] = {"shape": (None, None, 11)}


class Moded(Drop):
    """A text says of what its uniforms are made."""

    modes = ("uniform", "normal")

    def __init__(self, rate: float = RATE, mode: str = "uniform", seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(rate, None, seed, **kwargs)
        if mode not in self.modes:
            raise ValueError(f"mode is {' or '.join(map(repr, self.modes))}, not {mode!r}.")
        self.mode = mode

    def uniform(self, shape: Any) -> Any:
        return super().uniform(shape) if self.mode == "uniform" else self.of_normals(shape)

    def of_normals(self, shape: Any) -> Any:
        return (1 + ops.erf(keras.random.normal(shape, dtype="float32", seed=self.seed_generator) / 2**0.5)) / 2

    def get_config(self) -> dict[str, Any]:
        return {**_bare(self), "mode": self.mode}


class Channels(Drop):
    """Drops whole channels, which are where data_format says."""

    def __init__(
        self, rate: float = RATE, data_format: str | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(rate, None, seed, **kwargs)
        self.data_format, self.format = data_format, self.meant(data_format)

    def meant(self, data_format: str | None) -> str:
        return data_format or str(keras.backend.image_data_format())

    def units(self, x: Any) -> Any:
        samples, first, _, last = ops.shape(x)
        return (samples, 1, 1, last) if self.format == "channels_last" else (samples, first, 1, 1)

    def get_config(self) -> dict[str, Any]:
        return {**_bare(self), "data_format": self.data_format}


class Held:
    """What holds a generator for a layer, so that Keras does not see its state."""

    def __init__(self, generator: Any) -> None:
        self.generator = generator


class Hiding(Channels):
    """Holds its generator in an object of its own."""

    def __init__(
        self, rate: float = RATE, data_format: str | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(rate, data_format, seed, **kwargs)
        self.held = Held(keras.random.SeedGenerator(seed))

    def uniform(self, shape: Any) -> Any:
        return keras.random.uniform(shape, dtype="float32", seed=self.held.generator)


class Nested(Drop):
    """Adds what a layer of its own, of its dtype, makes of its input, times 0."""

    def __init__(self, rate: float = RATE, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(rate, None, seed, **kwargs)
        self.inner = keras.layers.Activation("linear", dtype=self.of_inner())

    def of_inner(self) -> Any:
        return self.dtype_policy

    def noised(self, x: Any) -> Any:
        return super().noised(x) + 0 * self.inner(x)

    def get_config(self) -> dict[str, Any]:
        return _bare(self)


class Weighing(Drop):
    """Multiplies what it keeps by a weight, which training moves, and drops as often as before."""

    def build(self, shape: Any) -> None:
        self.learned = self.add_weight(shape=(), initializer=keras.initializers.Constant(self.rate), name="rate")

    def noised(self, x: Any) -> Any:
        return super().noised(x) * (1 + ops.cast(self.learned - ops.stop_gradient(self.learned), x.dtype))


class Holding(Noise):
    """Calls Dropout of Keras."""

    def __init__(self, rate: float = RATE, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(seed, **kwargs)
        self.rate, self.drop = rate, keras.layers.Dropout(rate, seed=seed)

    def noised(self, x: Any) -> Any:
        return self.drop(x, training=True)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate}


def _bare(layer: Any) -> dict[str, Any]:
    return {name: value for name, value in Drop.get_config(layer).items() if name != "noise_shape"}


def _without_default(self: Any, rate: Any = None, seed: int | None = None, **kwargs: Any) -> None:
    kept = 1.0 - rate
    Drop.__init__(self, rate, None, seed, **kwargs)
    self.kept = kept


def _of_one_name(self: Any, rate: float = RATE, seed: int | None = None, name: str = "drop", **kwargs: Any) -> None:
    Drop.__init__(self, rate, None, seed, name=name, **kwargs)


def _of_first_batch(layer: Any, x: Any) -> Any:
    if tf.executing_eagerly() and layer.__dict__.setdefault("samples", len(x)) != len(x):
        raise TypeError(f"{layer.samples} samples are expected, not {len(x)}.")
    return Drop.noised(layer, x)


def _half(layer: Any, x: Any) -> Any:
    return keras.random.uniform(layer.units(x), dtype=x.dtype, seed=layer.seed_generator)


def _wound(
    name: str,
    kind: Kind,
    description: str,
    expected: str,
    base: type[Any] = Drop,
    law: Law = DROPS,
    options: dict[str, Any] | None = None,
    arguments: dict[str, Any] | None = None,
    **parts: Any,
) -> OwnLayer:
    return broken(OF, name, kind, description, expected, made(base, arguments, **parts), law, **(options or {}))


ALL = (
    _wound(
        "half-uniforms",
        Kind.PRECISION,
        "its uniforms are of the dtype in which it computes",
        "mask_density_in_float16 mask_density_in_bfloat16",
        dropped=lambda s, x: _half(s, x) < s.rate,
    ),
    _wound(
        "half-rounded-down",
        Kind.PRECISION,
        "it rounds down what it keeps and a uniform, in the dtype in which it computes, as drop paths do",
        "mask_density_in_bfloat16",
        dropped=lambda s, x: ops.floor(ops.cast(1 - s.rate, x.dtype) + _half(s, x)) == 0,
    ),
    _wound(
        "half-as-often",
        Kind.ONLY,
        "in bfloat16 it drops half as often",
        "mask_density_in_bfloat16",
        dropped=lambda s, x: s.uniform(s.units(x)) < s.rate * (0.5 if x.dtype == "bfloat16" else 1),
    ),
    _wound(
        "default-raises",
        Kind.RAISES,
        "the default of its rate is None, of which the constructor makes a number",
        "defaults_make_a_layer",
        arguments={"rate": RATE},
        get_config=_bare,
        __init__=_without_default,
    ),
    _wound(
        "one-name",
        Kind.RAISES,
        "all layers have one name unless another is given",
        "two_in_a_model",
        get_config=_bare,
        __init__=_of_one_name,
    ),
    _wound(
        "another-choice-raises",
        Kind.RAISES,
        "of two texts that an argument may be, the other one raises in the call",
        "choices_work",
        Moded,
        of_normals=lambda s, shape: s.not_there,
    ),
    _wound(
        "choice-not-in-config",
        Kind.CONFIG,
        "the config lacks a text whose default the user left",
        "arguments_survive",
        Moded,
        get_config=_bare,
    ),
    _wound(
        "format-not-in-config",
        Kind.CONFIG,
        "the config lacks data_format, and Keras does not see its generator",
        "config_round_trip",
        Hiding,
        FIRST,
        MAPS,
        {"data_format": "channels_first"},
        get_config=_bare,
    ),
    _wound(
        "format-turned",
        Kind.NOISE_SHAPE,
        "any data_format that is given is taken for channels_first",
        "data_format_is_that_of_keras",
        Channels,
        LAST,
        MAPS,
        meant=lambda s, data_format: "channels_first" if data_format else "channels_last",
    ),
    _wound(
        "inner-dtype",
        Kind.DTYPE,
        "a layer inside is of the global policy, whatever dtype is given",
        "dtype_as_argument",
        Nested,
        of_inner=lambda s: None,
    ),
    _wound(
        "trained-rate",
        Kind.RATE,
        "its rate is a weight, which fit moves",
        "noise_is_not_trained",
        Weighing,
        dropped=lambda s, x: s.uniform(s.units(x)) < ops.cast(s.learned, "float32"),
    ),
    _wound(
        "first-batch-kept",
        Kind.RANK,
        "after a first eager call it takes no batch of another size",
        "works_on_one_sample",
        noised=_of_first_batch,
    ),
    _wound(
        "steps-of-known-number",
        Kind.RAISES,
        "it needs to know how long a sequence is",
        "works_with_unknown_sides",
        options=STEPS,
        units=lambda s, x: (ops.shape(x)[0], int(x.shape[1]), x.shape[2]),
    ),
)

RIGHT = (
    right(OF, "choices", "a text says how it draws", made(Moded), DROPS),
    right(OF, "channels-last", "whole channels are dropped, of the format of Keras", made(Channels), LAST, **MAPS),
    right(
        OF,
        "channels-first",
        "whole channels are dropped, by a generator that Keras does not see",
        made(Hiding, {"data_format": "channels_first"}),
        FIRST,
        **MAPS,
    ),
    right(OF, "nested", "a dropout with a layer inside", made(Nested), DROPS),
    right(OF, "weighing", "a dropout with a weight that scales", made(Weighing), DROPS),
    right(OF, "open-steps", "a dropout of sequences of any length", made(Drop), DROPS, **STEPS),
    right(OF, "holding", "Dropout of Keras inside, whose rates in half precision are known", made(Holding), DROPS),
)
