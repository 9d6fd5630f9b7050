"""Keras layers of this package, for the installed `tf.keras`: Keras 3, or tf_keras where that is active."""

from noise_ops.reference.seeds import installed_keras_generation

if installed_keras_generation() == 3:
    from noise_ops.layers.keras3 import MaskedGaussianNoise
else:
    from noise_ops.layers.keras2 import MaskedGaussianNoise

__all__ = ["MaskedGaussianNoise"]
