"""Outputs that keep a law, made from its definition with NumPy alone."""

import numpy as np
from scipy import stats

from noise_ops import laws

SHAPE = (4000, 25)
RNG = np.random.default_rng(20261123)  # of tests of ours: what is drawn is never asked of TensorFlow


def _dropped(rate):
    return RNG.random(SHAPE) < rate


def _row(rate):
    return RNG.random((SHAPE[0], 1)) < rate


def _flipped(x):
    return x[:, ::-1]


def _selected(count):
    order = RNG.random(SHAPE).argsort(axis=1)
    return order < count


BETA, LAPLACE = stats.beta(0.2, 0.2), stats.laplace(0, 0.3)
KEPT = {
    "drops": (laws.drops(0.3), lambda x: np.where(_dropped(0.3), 0, x * (1 / 0.7))),
    "drops, unscaled": (laws.drops(0.3, scaled=False), lambda x: np.where(_dropped(0.3), 0, x)),
    "drops to -1": (laws.drops(0.1, scaled=False, value=-1.0), lambda x: np.where(_dropped(0.1), -1, x)),
    "drops rows": (laws.drops(0.5, shared_axes=(1,)), lambda x: np.where(_row(0.5), 0, 2 * x)),
    "adds": (laws.adds(LAPLACE), lambda x: x + LAPLACE.rvs(SHAPE, RNG)),
    "adds_normal": (laws.adds_normal(0.7), lambda x: x + 0.7 * RNG.standard_normal(SHAPE)),
    "adds_to_share": (
        laws.adds_to_share(0.2, LAPLACE),
        lambda x: np.where(_dropped(0.2), x + LAPLACE.rvs(SHAPE, RNG), x),
    ),
    "multiplies": (laws.multiplies(BETA), lambda x: x * BETA.rvs(SHAPE, RNG)),
    "multiplies_normal": (laws.multiplies_normal(0.2), lambda x: x * (1 + 0.5 * RNG.standard_normal(SHAPE))),
    "draws": (laws.draws(LAPLACE), lambda x: LAPLACE.rvs(SHAPE, RNG)),
    "draws, cut": (laws.draws(stats.uniform(), below=0.1), lambda x: RNG.random(SHAPE)),
    "applies": (laws.applies(0.4), lambda x: np.where(_row(0.4), x + 1, x)),
    "applies a flip": (
        laws.applies(0.4, to=_flipped),
        lambda x: np.where(_row(0.4), _flipped(x), x),
    ),
    "selects": (laws.selects(5).on(SHAPE), lambda x: np.where(_selected(5), x, 0)),
}
"""By name: a law, and a function from an input to an output that keeps it."""
