"""Keras layers of this package, for the installed `tf.keras`.

keras3.py  for Keras 3
keras2.py  for tf_keras, where that is active, and Keras 2
"""

from typing import TYPE_CHECKING, NoReturn

from noise_ops import patterns
from noise_ops.reference.seeds import installed_keras_generation

if installed_keras_generation() == 3:
    from noise_ops.layers.keras3 import MaskedGaussianNoise
else:
    from noise_ops.layers.keras2 import MaskedGaussianNoise

__all__ = ["MaskedGaussianNoise"]


if not TYPE_CHECKING:  # a type checker knows what is missing by itself

    def __getattr__(name: str) -> NoReturn:
        raise patterns.no_attribute(__name__, name, __all__)


def __dir__() -> list[str]:
    return sorted(__all__)
