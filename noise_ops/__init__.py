"""noise_ops: predicts the noise TensorFlow and Keras draw, and holds them to it.

The ops below are NumPy in, NumPy out, and equal the layers of Keras bit for bit; `laws` says what noise promises, and
`testing` holds a layer of yours to it. None of it imports TensorFlow before it is needed. The command `noise-ops check`
holds the installed TensorFlow and Keras to the ops.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from noise_ops import laws
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
    "laws",
    "masked_gaussian_noise",
    "set_seed",
    "spatial_dropout",
    "testing",
]


def __getattr__(name: str) -> Any:
    # The pytest plugin makes every pytest run of an environment import this package: it must cost nothing.
    if name not in __all__:
        raise AttributeError(f"module 'noise_ops' has no attribute {name!r}")
    if name in ("laws", "testing"):
        return import_module(f"noise_ops.{name}")
    of_seeds = name == "set_seed" or name.endswith("Seed")
    return getattr(import_module(f"noise_ops.reference.{'seeds' if of_seeds else 'ops'}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
