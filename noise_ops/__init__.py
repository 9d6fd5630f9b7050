"""noise_ops: predicts the noise TensorFlow and Keras draw, and holds them to it.

What there is to call (the packages that help() lists below are the inside):

dropout, spatial_dropout, gaussian_dropout, gaussian_noise, alpha_dropout, masked_gaussian_noise
                  NumPy in, NumPy out: the output of a training call of the layer, bit for bit
KerasSeed, KerasGlobalSeed, StatelessSeed, LegacySeed, Keras2Seed, GeneratorSeed
                  what these take as `seed=` to follow a source of noise through its calls
set_seed          seeds Python, NumPy, TensorFlow and Keras, and `seed=None` of the ops
check, compare    hold what is installed to the ops, and say what an upgrade changes, as the commands `noise-ops check`
                  and `noise-ops compare` do, and return what they found
laws, testing     what noise promises; hold a layer of yours to it
layers            masked_gaussian_noise as a layer

None of it but `layers` imports TensorFlow before it is needed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from noise_ops.version import __version__ as __version__

if TYPE_CHECKING:
    from noise_ops import laws, testing
    from noise_ops import layers as layers
    from noise_ops.judging import check, compare
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

__all__ = [
    "GeneratorSeed",
    "Keras2Seed",
    "KerasGlobalSeed",
    "KerasSeed",
    "LegacySeed",
    "StatelessSeed",
    "alpha_dropout",
    "check",
    "compare",
    "dropout",
    "gaussian_dropout",
    "gaussian_noise",
    "laws",
    "masked_gaussian_noise",
    "set_seed",
    "spatial_dropout",
    "testing",
]


_ROOMS = ("laws", "layers", "testing")
"""What is an attribute and a room; `layers`, which loads Keras, is not in `__all__`, and so not in a star import."""


if not TYPE_CHECKING:  # a type checker knows the names above, and no others

    def __getattr__(name: str) -> Any:
        # The pytest plugin makes every pytest run of an environment import this package: it must cost nothing.
        if name in _ROOMS:
            return import_module(f"noise_ops.{name}")
        if name not in __all__:
            raise import_module("noise_ops.patterns").no_attribute(__name__, name, __dir__())
        if name in ("check", "compare"):
            return getattr(import_module("noise_ops.judging"), name)
        of_seeds = name == "set_seed" or name.endswith("Seed")
        return getattr(import_module(f"noise_ops.reference.{'seeds' if of_seeds else 'ops'}"), name)


def __dir__() -> list[str]:
    return sorted({*__all__, *_ROOMS, "__version__"})
