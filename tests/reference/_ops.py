"""What the tests of ops share: each op with its layer, and one way to call both."""

import keras
import numpy as np
import pytest

import noise_ops
from tests.reference._helpers import assert_same_bits, numpy_dtype

LAYERS = {
    "dropout": lambda x: keras.layers.Dropout,
    "gaussian_dropout": lambda x: keras.layers.GaussianDropout,
    "gaussian_noise": lambda x: keras.layers.GaussianNoise,
    "alpha_dropout": lambda x: keras.layers.AlphaDropout,
    "spatial_dropout": lambda x: getattr(keras.layers, f"SpatialDropout{x.ndim - 2}D"),
}
ALL_OPS = (*LAYERS, "masked_gaussian_noise")
each_layer = pytest.mark.parametrize("op", LAYERS)
each_op = pytest.mark.parametrize("op", ALL_OPS)


def predict(op, x, level, **arguments):
    """The op at a rate (or stddev) of `level`; where it takes both, `level` is both."""
    levels = (level, level) if op == "masked_gaussian_noise" else (level,)
    return getattr(noise_ops, op)(x, *levels, **arguments)


def assert_equals_layer(op, x, level, seed, **arguments):
    layer = LAYERS[op](x)(level, seed=seed, dtype=x.dtype.name, **arguments)
    assert_same_bits(predict(op, x, level, seed=seed, **arguments), layer(x, training=True))


def normal_input(shape, dtype, seed=0):
    return np.asarray(np.random.default_rng(seed).standard_normal(shape) * 3).astype(numpy_dtype(dtype))
