"""noise_ops: predicts the noise TensorFlow and Keras draw, and holds them to it.

The ops below are NumPy in, NumPy out, and equal the layers of Keras bit for bit; nothing here imports
TensorFlow. The command `noise-ops check` holds the installed TensorFlow and Keras to them.
"""

from noise_ops.reference.ops import (
    alpha_dropout,
    dropout,
    gaussian_dropout,
    gaussian_noise,
    masked_gaussian_noise,
    spatial_dropout,
)
from noise_ops.reference.seeds import (
    GeneratorSeed,
    Keras2Seed,
    KerasGlobalSeed,
    KerasSeed,
    LegacySeed,
    StatelessSeed,
    set_seed,
)

__version__ = "0.1.0"

__all__ = [
    "GeneratorSeed",
    "Keras2Seed",
    "KerasGlobalSeed",
    "KerasSeed",
    "LegacySeed",
    "StatelessSeed",
    "alpha_dropout",
    "dropout",
    "gaussian_dropout",
    "gaussian_noise",
    "masked_gaussian_noise",
    "set_seed",
    "spatial_dropout",
]
