"""Broken layers of Keras 3 whose noise is added, multiplied or drawn otherwise than their law says."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from keras import ops
from scipy import stats

from noise_ops import laws
from noise_ops.laws.law import Law
from noise_ops.sabotage.mutant import Kind
from noise_ops.sabotage.own.layer import OwnLayer, broken
from noise_ops.sabotage.own.right import OF, Add, Multiply, Noise, made

STDDEV = 0.5
NORMAL = laws.adds_normal(STDDEV)
DROPOUT = laws.multiplies_normal(0.2)
LAPLACE = laws.adds(stats.laplace(0, 0.5))


def _add(
    name: str,
    kind: Kind,
    description: str,
    expected: str,
    law: Law = NORMAL,
    options: dict[str, Any] | None = None,
    **parts: Any,
) -> OwnLayer:
    return broken(OF, name, kind, description, expected, made(Add, **parts), law, **(options or {}))


def _multiply(
    name: str, kind: Kind, description: str, expected: str, options: dict[str, Any] | None = None, **parts: Any
) -> OwnLayer:
    return broken(OF, name, kind, description, expected, made(Multiply, **parts), DROPOUT, **(options or {}))


def _student(layer: Any, x: Any, degrees: int = 6) -> Any:
    """Return noise of a Student's t of variance 1."""
    squares = sum(ops.square(layer.normal(x)) for _ in range(degrees))
    return layer.normal(x) / ops.sqrt(squares / degrees) * math.sqrt((degrees - 2) / degrees)


def _truncated(layer: Any, x: Any) -> Any:
    """Return normals of less than 2.5, of variance 1, as truncated_normal makes them of less than 2."""
    cut = 2.5
    spread = math.sqrt(1 - 2 * cut * stats.norm.pdf(cut) / (2 * stats.norm.cdf(cut) - 1))
    low, high = stats.norm.cdf(-cut), stats.norm.cdf(cut)
    quantiles = low + (high - low) * layer.uniform(ops.shape(x))
    return ops.cast(math.sqrt(2) * ops.erfinv(2 * quantiles - 1), x.dtype) / spread


def _uniform(layer: Any, x: Any) -> Any:
    return ops.cast(math.sqrt(12) * (layer.uniform(ops.shape(x)) - 0.5), x.dtype)


def _skewed(layer: Any, x: Any) -> Any:
    """Return the sum of 10 squares, centred and of variance 1: a bell that leans."""
    return (sum(ops.square(layer.normal(x)) for _ in range(10)) - 10) / math.sqrt(20)


def _of_four_uniforms(layer: Any, x: Any) -> Any:
    return math.sqrt(3) * (sum(layer.uniform(ops.shape(x)) for _ in range(4)) - 2)


def _follows(share: float, axis: int) -> Any:
    """Return noise that leans on its neighbour along an axis, of variance 1."""

    def standard(layer: Any, x: Any) -> Any:
        own = layer.normal(x)
        return math.sqrt(1 - share**2) * own + share * ops.roll(own, 1, axis=axis)

    return standard


def _laplace(layer: Any, x: Any, scale: float) -> Any:
    centred = layer.uniform(ops.shape(x)) - 0.5
    return x - ops.cast(scale * ops.sign(centred) * ops.log1p(-2 * ops.abs(centred)), x.dtype)


def _first_column(x: Any, inside: float, others: float) -> Any:
    return ops.where(ops.arange(x.shape[-1]) == 0, inside, others)


def _antithetic(noise: Any) -> Any:
    half = noise[: ops.shape(noise)[0] // 2]
    return ops.concatenate([half, -half, noise[2 * ops.shape(half)[0] :]], axis=0)


class Sampled(Noise):
    """Draws Gumbel noise of the shape of its input, as for a choice among logits."""

    def noised(self, x: Any) -> Any:
        return ops.cast(self.gumbel(self.uniform(ops.shape(x))), x.dtype)

    def gumbel(self, u: Any) -> Any:
        return -ops.log(-ops.log(u))


class Reparameterized(Noise):
    """Draws from a normal distribution, given its mean and the logarithm of its variance: a VAE's latent sample."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        mean, logarithm = inputs
        return mean + self.spread(logarithm) * self.normal(mean) if training else mean

    def spread(self, logarithm: Any) -> Any:
        return ops.exp(logarithm / 2)


class Learned(Noise):
    """Adds normal noise of a spread that is learned, one a channel."""

    def build(self, shape: Any) -> None:
        spread = keras.initializers.Constant(STDDEV)
        self.spread = self.add_weight(shape=(shape[-1],), initializer=spread, name="spread")

    def learned(self) -> Any:
        return self.spread

    def noised(self, x: Any) -> Any:
        return x + ops.cast(self.learned(), x.dtype) * self.normal(x)


LATENT = [
    np.random.default_rng(0).uniform(-0.5, 0.5, (4096, 8)).astype("float32"),
    np.full((4096, 8), -1.0, "float32"),
]
"""Means and logarithms of variances, which are one number here: the law says which."""

OF_LATENT = laws.adds_normal(math.exp(-0.5))

ALL = (
    broken(
        OF,
        "learned-and-stopped",
        Kind.GRADIENT,
        "no gradient reaches the spread that is to be learned",
        "weights_have_gradient",
        made(Learned, learned=lambda s: ops.stop_gradient(s.spread)),
        NORMAL,
    ),
    _add(
        "std-1-percent-off",
        Kind.VARIANCE,
        "the standard deviation is 1 % too large",
        "noise_variance",
        options={"units": 2**20},
        standard=lambda s, x: 1.01 * s.normal(x),
    ),
    _add(
        "variance-for-std",
        Kind.VARIANCE,
        "the standard deviation is taken for the variance",
        "noise_variance",
        noised=lambda s, x: x + math.sqrt(s.stddev) * s.normal(x),
    ),
    _add(
        "std-squared",
        Kind.VARIANCE,
        "the noise has the square of the standard deviation",
        "noise_variance",
        noised=lambda s, x: x + s.stddev**2 * s.normal(x),
    ),
    _add(
        "mean-off",
        Kind.MEAN,
        "the mean of the noise is a fiftieth of its standard deviation",
        "mean_preservation",
        standard=lambda s, x: s.normal(x) + 0.02,
    ),
    _add(
        "heavy-tails",
        Kind.SHAPE,
        "the noise is of a Student's t with 6 degrees of freedom",
        "noise_distribution",
        standard=_student,
    ),
    _add(
        "truncated", Kind.SHAPE, "no noise exceeds 2.5 standard deviations", "noise_distribution", standard=_truncated
    ),
    _add(
        "uniform-for-normal",
        Kind.SHAPE,
        "the noise is uniform, of the same variance",
        "noise_distribution",
        standard=_uniform,
    ),
    _add(
        "four-uniforms",
        Kind.SHAPE,
        "a normal is the sum of four uniforms",
        "noise_distribution",
        standard=_of_four_uniforms,
    ),
    _add("skewed", Kind.SHAPE, "the noise leans to one side", "noise_distribution", standard=_skewed),
    _add(
        "half-normal",
        Kind.SHAPE,
        "no noise is negative",
        "noise_distribution mean_preservation",
        standard=lambda s, x: ops.abs(s.normal(x)),
    ),
    _add(
        "clipped",
        Kind.SHAPE,
        "noise of more than three standard deviations is clipped",
        "noise_distribution",
        options={"units": 2**20},
        standard=lambda s, x: ops.clip(s.normal(x), -2.9, 2.9),
    ),
    _add(
        "follows-neighbour",
        Kind.CORRELATION,
        "each noise holds 2 % of its neighbour's",
        "neighbours_independent",
        options={"units": 2**21},
        standard=_follows(0.02, -1),
    ),
    _add(
        "follows-last-sample",
        Kind.CORRELATION,
        "each noise holds 5 % of that of the sample before",
        "neighbours_independent",
        standard=_follows(0.05, 0),
    ),
    _add(
        "negated-halves",
        Kind.COPY,
        "the second half of a batch has the noise of the first, with its sign turned",
        "nothing_repeats",
        standard=lambda s, x: _antithetic(s.normal(x)),
    ),
    _add(
        "multiplied-for-added",
        Kind.OPERATION,
        "it multiplies where it should add",
        "noise_variance noise_ignores_input",
        noised=lambda s, x: x * (1 + s.stddev * s.normal(x)),
    ),
    _add(
        "first-column-quieter",
        Kind.POSITION,
        "the first column has half the noise",
        "evenly_spread",
        standard=lambda s, x: s.normal(x) * _first_column(x, 0.5, 1.0),
    ),
    _add(
        "spread-grows-over-batch",
        Kind.POSITION,
        "the noise grows by a fifth over the columns",
        "evenly_spread",
        standard=lambda s, x: s.normal(x) * np.linspace(0.9, 1.1, x.shape[-1], dtype="float32"),
    ),
    _add(
        "all-channels-one-noise",
        Kind.SHARED,
        "all channels of a step have one noise",
        "axes_shared",
        options={"shape": (None, 7, 11)},
        standard=lambda s, x: s.normal(x[..., :1]),
    ),
    _add(
        "one-noise-a-batch",
        Kind.SHARED,
        "all samples of a batch have one noise",
        "samples_draw_apart",
        standard=lambda s, x: s.normal(x[:1]),
    ),
    _add(
        "grows-with-input",
        Kind.INPUT,
        "noise is added in proportion to the size of the input",
        "noise_ignores_input",
        standard=lambda s, x: s.normal(x) * (1 + ops.abs(x)),
    ),
    _add(
        "leaves-its-range",
        Kind.RETURN,
        "outputs of an image leave the range from 0 to 1",
        "within_bounds",
        LAPLACE,
        {"inputs": (0.0, 1.0), "outputs": (0.0, 1.0)},
        noised=lambda s, x: _laplace(s, x, 0.5),
    ),
    _add(
        "scale-is-no-std",
        Kind.VARIANCE,
        "Laplace noise has a standard deviation of its scale's size",
        "noise_distribution",
        LAPLACE,
        noised=lambda s, x: _laplace(s, x, 0.5 / math.sqrt(2)),
    ),
    _add(
        "one-sided-uniform",
        Kind.SHAPE,
        "uniform noise lies between 0 and 1 in place of -1 and 1",
        "noise_distribution",
        laws.adds(stats.uniform(-1, 2)),
        noised=lambda s, x: x + ops.cast(s.uniform(ops.shape(x)), x.dtype),
    ),
    _multiply(
        "root-forgotten",
        Kind.VARIANCE,
        "the factors have rate / (1 - rate) for a standard deviation",
        "noise_variance",
        standard=lambda s, x: s.normal(x) / 2,
    ),
    _multiply(
        "mean-0.99",
        Kind.MEAN,
        "the factors have mean 0.99",
        "mean_preservation",
        noised=lambda s, x: x * (0.99 + s.stddev * s.normal(x)),
    ),
    _multiply(
        "mean-0",
        Kind.MEAN,
        "the factors have mean 0",
        "mean_preservation",
        noised=lambda s, x: x * s.stddev * s.normal(x),
    ),
    _multiply(
        "added-for-multiplied",
        Kind.OPERATION,
        "it adds where it should multiply",
        "noise_ignores_input gradient_is_noise_factor",
        noised=lambda s, x: x + s.stddev * s.normal(x),
    ),
    _add(
        "masked-share-too-small",
        Kind.RATE,
        "noise is added to 28 % of the elements, not to 30 %",
        "mask_density",
        laws.adds_to_share(0.3, stats.norm(0, STDDEV)),
        noised=lambda s, x: ops.where(s.uniform(ops.shape(x)) < 0.28, Add.noised(s, x), x),
    ),
    _add(
        "masked-noise-scaled",
        Kind.VARIANCE,
        "noise that is added to a share is enlarged by it",
        "noise_variance",
        laws.adds_to_share(0.3, stats.norm(0, STDDEV)),
        noised=lambda s, x: ops.where(s.uniform(ops.shape(x)) < 0.3, x + s.stddev * s.normal(x) / 0.7, x),
    ),
    broken(
        OF,
        "gumbel-mirrored",
        Kind.SHAPE,
        "Gumbel noise has its sign turned",
        "noise_distribution",
        made(Sampled, gumbel=lambda s, u: ops.log(-ops.log(u))),
        laws.draws(stats.gumbel_r()),
        inference="identity",
    ),
    broken(
        OF,
        "variance-of-logarithm",
        Kind.VARIANCE,
        "the standard deviation is exp(logvar), not exp(logvar / 2)",
        "noise_variance",
        made(Reparameterized, spread=lambda s, logarithm: ops.exp(logarithm)),
        OF_LATENT,
        inputs=LATENT,
    ),
    broken(
        OF,
        "latent-shared",
        Kind.SHARED,
        "all samples of a batch have one latent noise",
        "neighbours_independent",
        made(Reparameterized, normal=lambda s, x: Noise.normal(s, x[:1])),
        OF_LATENT,
        inputs=LATENT,
    ),
)
