"""qkeras 0.9.0: stochastic quantizers."""

import math

import numpy as np
from qkeras.quantizers import bernoulli, stochastic_round

from noise_ops.laws import applies

ENTRIES = {
    "bernoulli": (
        lambda x: bernoulli(alpha=1.0)(x),
        applies(1 / (1 + math.exp(-0.6)), observe=lambda x, y: y == 1),
        {"inputs": np.full((4096, 7), 0.1, np.float32)},
    ),
    "stochastic_round": (
        lambda x: stochastic_round(x),
        applies(0.25, observe=lambda x, y: y == 0.5),
        {"inputs": np.full((4096, 7), 0.125, np.float32)},
    ),
}
