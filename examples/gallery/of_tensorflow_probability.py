"""tensorflow-probability 0.25.0: variational layers, and layers whose output is a distribution."""

import tensorflow_probability as tfp
from scipy import stats

from noise_ops.laws import draws, unknown

NOISY = {"inference": "noisy"}

ENTRIES = {
    "DenseFlipout": (lambda seed=None: tfp.layers.DenseFlipout(3, seed=seed), unknown(), {"shape": (None, 4), **NOISY}),
    "DenseReparameterization": (
        lambda: tfp.layers.DenseReparameterization(3),
        unknown(),
        {"shape": (None, 4), **NOISY},
    ),
    "DenseLocalReparameterization": (
        lambda: tfp.layers.DenseLocalReparameterization(3),
        unknown(),
        {"shape": (None, 4), **NOISY},
    ),
    "Convolution2DFlipout": (
        lambda seed=None: tfp.layers.Convolution2DFlipout(3, 3, seed=seed),
        unknown(),
        {"shape": (None, 5, 9, 2), **NOISY},
    ),
    "DistributionLambda": (
        lambda: tfp.layers.DistributionLambda(lambda loc: tfp.distributions.Normal(loc, 1.0)),
        draws(stats.norm()),
        {"shape": (None, 7), **NOISY},
    ),
}
