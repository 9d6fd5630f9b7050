"""Right layers of Keras 3, of every law: nothing may object to one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import keras
import numpy as np
from keras import ops
from scipy import stats

from noise_ops import laws
from noise_ops.laws.law import Law
from noise_ops.sabotage.own.adding import LATENT, OF_LATENT, Learned, Reparameterized
from noise_ops.sabotage.own.layer import OwnLayer
from noise_ops.sabotage.own.layer import right as _right
from noise_ops.sabotage.own.right import OF, Add, Drop, Flip, Multiply, Noise, Select, made
from noise_ops.sabotage.own.samples import CHANGES, FLIPS, LABELS, MIXED, MIXES, SELECTS, Labels, MixUp


def _control(name: str, description: str, factory: Any, law: Law, **options: Any) -> OwnLayer:
    return _right(OF, name, description, factory, law, **options)


class Drawn(Noise):
    """Adds to its input, or multiplies it by, what another distribution draws."""

    def draw(self, x: Any) -> Any:
        return self.uniform(ops.shape(x))

    def noised(self, x: Any) -> Any:
        return x + ops.cast(self.draw(x), x.dtype)


class Factor(Drawn):
    def noised(self, x: Any) -> Any:
        return x * ops.cast(self.draw(x), x.dtype)


class Drawing(Drawn):
    def noised(self, x: Any) -> Any:
        return ops.cast(self.draw(x), x.dtype)


def _beta(layer: Any, x: Any) -> Any:
    return keras.random.beta(ops.shape(x), 0.2, 0.2, seed=layer.seed_generator)


def _gamma(layer: Any, x: Any) -> Any:
    return keras.random.gamma(ops.shape(x), 2.0, seed=layer.seed_generator) / 2


def _lognormal(layer: Any, x: Any) -> Any:
    return ops.exp(0.3 * ops.cast(layer.normal(x), "float32") - 0.045)


def _laplace(layer: Any, x: Any) -> Any:
    centred = layer.uniform(ops.shape(x)) - 0.5
    return -0.2 * ops.sign(centred) * ops.log1p(-2 * ops.abs(centred))


def _gumbel(layer: Any, x: Any) -> Any:
    return -ops.log(-ops.log(ops.maximum(layer.uniform(ops.shape(x)), 2.0**-24)))


class Masked(Add):
    """Adds normal noise to a share of the elements."""

    def __init__(self, rate: float = 0.3, stddev: float = 0.5, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(stddev, seed, **kwargs)
        if not 0 <= rate <= 1:
            raise ValueError(f"rate is a probability, not {rate}.")
        self.rate = rate

    def noised(self, x: Any) -> Any:
        return ops.where(self.uniform(ops.shape(x)) < self.rate, super().noised(x), x)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate}


class Unscaled(Drop):
    def scaled(self, x: Any) -> Any:
        return x


class Expecting(Unscaled):
    def call(self, x: Any, training: bool = False) -> Any:
        return self.noised(x) if training else x * (1 - self.rate)


class MonteCarlo(Drop):
    def call(self, x: Any, training: bool = False) -> Any:
        return self.noised(x)


class ToValue(Unscaled):
    """Replaces units by 1, as a mask token does."""

    def noised(self, x: Any) -> Any:
        return ops.where(self.dropped(x), ops.ones_like(x), x)


class NoisyWeights(Noise):
    """A dense layer without a bias whose kernel, of zeros here, is noisy in training."""

    def build(self, shape: Any) -> None:
        self.kernel = self.add_weight(shape=(shape[-1], 16), initializer="zeros")

    def noised(self, x: Any) -> Any:
        return x @ (self.kernel + 0.5 * self.normal(self.kernel))

    def call(self, x: Any, training: bool = False) -> Any:
        return self.noised(x) if training else x @ self.kernel


class Latent(Noise):
    """Draws from a mean and the logarithm of a variance, and cannot be told that it trains."""

    def call(self, inputs: Any) -> Any:  # type: ignore[override]
        return inputs[0] + ops.exp(inputs[1] / 2) * self.normal(inputs[0])


class TwoOutputs(Noise):
    """Takes a dictionary, and returns a latent sample beside its divergence."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        mean, logarithm = inputs["mean"], inputs["logarithm"]
        z = mean + ops.exp(logarithm / 2) * self.normal(mean) if training else mean
        return z, -0.5 * ops.mean(1 + logarithm - ops.square(mean) - ops.exp(logarithm))


class Rounding(Noise):
    """Rounds up with a probability of the fraction, and else down."""

    def noised(self, x: Any) -> Any:
        return ops.floor(x + ops.cast(self.uniform(ops.shape(x)), x.dtype))


@dataclass(frozen=True, repr=False)
class Rounds(Law):
    """A law of a user's own: a quarter is rounded up to 1 with probability 1/4, and else down to 0."""

    origin: ClassVar[float] = 0.25
    probability: float = 0.25
    state: str = "y == 1"

    def elements(self, x: Any, y: Any, *, fused: bool = False) -> Any:
        return np.asarray(y > x)


def _model(seed: int | None = None) -> Any:
    inputs = keras.Input((33,))
    return keras.Model(inputs, keras.layers.Dropout(0.3, seed=seed)(keras.layers.Activation("linear")(inputs)))


_NEARLY = laws.drops(0.999)

ALL = (
    _control("elements", "a dropout", made(Drop), laws.drops(0.3)),
    _control("class-itself", "a dropout, given as its class", Drop, laws.drops(0.3)),
    _control("without-seed", "a dropout that is made without a seed", lambda: Drop(0.3), laws.drops(0.3)),
    _control("rarely", "a dropout of rate 0.001", made(Drop, {"rate": 0.001}), laws.drops(0.001)),
    _control("nearly-all", "a dropout of rate 0.999", made(Drop, {"rate": 0.999}), _NEARLY),
    _control(
        "another-order",
        "a dropout that multiplies by 1 / (1 - rate)",
        made(Drop, scaled=lambda s, x: x * (1 / (1 - s.rate)) if s.rate < 1 else x),
        laws.drops(0.3),
    ),
    _control(
        "by-product",
        "a dropout that multiplies by its mask",
        made(Drop, noised=lambda s, x: s.scaled(x) * ops.cast(~s.dropped(x), x.dtype)),
        laws.drops(0.3),
    ),
    _control("unscaled", "a dropout that does not scale", made(Unscaled), laws.drops(0.3, scaled=False)),
    _control("to-one", "units that become 1", made(ToValue), laws.drops(0.3, scaled=False, value=1.0)),
    _control(
        "channels",
        "whole channels are dropped",
        made(Drop, {"noise_shape": (None, 1, 1, None)}),
        laws.drops(0.3, shared_axes=(1, 2)),
        units=2**15,
        shape=(None, 12, 10, 3),
    ),
    _control(
        "steps",
        "whole steps are dropped",
        made(Drop, {"noise_shape": (None, None, 1)}),
        laws.drops(0.3, shared_axes=(2,)),
        units=2**15,
        shape=(None, 7, 11),
    ),
    _control(
        "branches",
        "branches are dropped",
        made(Drop, {"noise_shape": (None, 1, 1, 1)}),
        laws.drops(0.3, shared_axes=(1, 2, 3)),
        units=2**15,
        shape=(None, 4, 3, 2),
    ),
    _control(
        "branches-nearly-never",
        "branches are dropped one time in 100",
        made(Drop, {"rate": 0.01, "noise_shape": (None, 1, 1, 1)}),
        laws.drops(0.01, shared_axes=(1, 2, 3)),
        units=2**15,
        shape=(None, 4, 3, 2),
    ),
    _control(
        "one-mask-a-batch",
        "all samples of a batch have one mask, as they should",
        made(Drop, {"noise_shape": (1, None, None)}),
        laws.drops(0.3, shared_axes=(0,)),
        shape=(None, 7, 11),
    ),
    _control(
        "one-draw-a-batch",
        "a branch is dropped for a whole batch, as in stochastic depth, one time in two",
        made(Drop, {"rate": 0.5, "noise_shape": (1, 1, 1)}),
        laws.drops(0.5, shared_axes=(0, 1, 2)),
        units=2**11,
        shape=(None, 3, 2),
    ),
    _control(
        "one-draw-a-batch-rarely",
        "a branch is dropped for a whole batch, as in stochastic depth, one time in 100",
        made(Drop, {"rate": 0.01, "noise_shape": (1, 1, 1)}),
        laws.drops(0.01, shared_axes=(0, 1, 2)),
        units=2**11,
        shape=(None, 3, 2),
    ),
    _control("one-element", "of one element", made(Drop, {"rate": 0.5}), laws.drops(0.5), shape=(1, 1), units=2**11),
    _control(
        "select-one-of-two",
        "1 of 2 is selected",
        made(Select, {"count": 1}),
        laws.selects(1),
        shape=(1, 2),
        units=2**11,
    ),
    _control("flip-one", "one image is turned, or not", made(Flip), FLIPS, shape=(1, 4, 3, 2), units=2**11),
    _control(
        "expectation",
        "an unscaled dropout that multiplies by 1 - rate at inference",
        made(Expecting),
        laws.drops(0.3, scaled=False),
        inference="expectation",
    ),
    _control(
        "noisy-at-inference",
        "a dropout that drops at inference, as it should",
        made(MonteCarlo),
        laws.drops(0.3),
        inference="noisy",
    ),
    _control("model", "a model with a dropout in it", _model, laws.drops(0.3), shape=(None, 33)),
    _control("add-normal", "normal noise is added", made(Add), laws.adds_normal(0.5)),
    _control("learned", "normal noise of a spread that is learned", made(Learned), laws.adds_normal(0.5)),
    _control(
        "add-normal-tiny",
        "normal noise of standard deviation 1e-4 is added",
        made(Add, {"stddev": 1e-4}),
        laws.adds_normal(1e-4),
    ),
    _control(
        "add-normal-to-images",
        "normal noise is added to images",
        made(Add),
        laws.adds_normal(0.5),
        inputs=(0.0, 255.0),
        shape=(None, 12, 10, 3),
    ),
    _control("add-uniform", "uniform noise is added", made(Drawn), laws.adds(stats.uniform(0, 1))),
    _control("add-laplace", "Laplace noise is added", made(Drawn, draw=_laplace), laws.adds(stats.laplace(0, 0.2))),
    _control("add-beta", "noise of Beta(0.2, 0.2) is added", made(Drawn, draw=_beta), laws.adds(stats.beta(0.2, 0.2))),
    _control("multiply-normal", "normal factors", made(Multiply), laws.multiplies_normal(0.2)),
    _control(
        "multiply-gamma",
        "factors of a gamma distribution",
        made(Factor, draw=_gamma),
        laws.multiplies(stats.gamma(2, scale=0.5)),
    ),
    _control(
        "multiply-lognormal",
        "lognormal factors",
        made(Factor, draw=_lognormal),
        laws.multiplies(stats.lognorm(0.3, scale=math.exp(-0.045))),
    ),
    _control(
        "multiply-beta", "factors of Beta(0.2, 0.2)", made(Factor, draw=_beta), laws.multiplies(stats.beta(0.2, 0.2))
    ),
    _control("draw-gumbel", "Gumbel noise is drawn", made(Drawing, draw=_gumbel), laws.draws(stats.gumbel_r())),
    _control(
        "masked-noise", "normal noise is added to a share", made(Masked), laws.adds_to_share(0.3, stats.norm(0, 0.5))
    ),
    _control("flip", "half of the images are turned", made(Flip), FLIPS, shape=(None, 4, 3, 2)),
    _control(
        "flip-rarely",
        "one image in 100 is turned",
        made(Flip, {"p": 0.01}),
        laws.applies(0.01, to=lambda x: x[:, :, ::-1]),
        shape=(None, 4, 3, 2),
    ),
    _control(
        "flip-nearly-all",
        "99 of 100 images are turned",
        made(Flip, {"p": 0.99}),
        laws.applies(0.99, to=lambda x: x[:, :, ::-1]),
        shape=(None, 4, 3, 2),
    ),
    _control(
        "brighten",
        "half of the images are brightened, which no function of the input says",
        made(Flip, turned=lambda s, x: x + ops.cast(s.uniform((ops.shape(x)[0], 1, 1, 1)), x.dtype)),
        laws.applies(0.5),
        shape=(None, 4, 3, 2),
    ),
    _control("select", "3 of 7 are selected", made(Select), SELECTS, shape=(None, 7)),
    _control(
        "select-in-rows",
        "2 of 3 channels are selected for each step",
        made(Select, {"count": 2}),
        laws.selects(2),
        shape=(None, 5, 3),
    ),
    _control("mixup", "samples are mixed by a weight of Beta(0.2, 0.2)", made(MixUp), MIXES, inputs=MIXED),
    _control("labels", "one label in five becomes another", made(Labels), CHANGES, inputs=LABELS, outputs=(0, 9)),
    _control("latent", "a latent sample of a mean and a variance", made(Reparameterized), OF_LATENT, inputs=LATENT),
    _control("latent-always", "a latent sample that is drawn at inference too", made(Latent), OF_LATENT, inputs=LATENT),
    _control(
        "two-outputs",
        "a latent sample beside its divergence, of a dictionary",
        made(TwoOutputs),
        OF_LATENT,
        inputs={"mean": LATENT[0], "logarithm": LATENT[1]},
        output=0,
    ),
    _control(
        "noisy-weights",
        "a dense layer with noise on its weights, given one sample of each unit",
        made(NoisyWeights),
        laws.draws(stats.norm(0, 0.5)),
        inputs=np.eye(64, dtype="float32"),
        inference="expectation",
    ),
    _control("own-law", "stochastic rounding, by a law of the user's own", made(Rounding), Rounds()),
    _control("unknown", "a dropout of which nothing is promised", made(Drop), laws.unknown()),
)
