"""Keras layers of this package, for the installed `tf.keras`.

keras3.py  for Keras 3
keras2.py  for tf_keras, where that is active, and Keras 2
"""

from noise_ops.reference.seeds import installed_keras_generation

if installed_keras_generation() == 3:
    from noise_ops.layers.keras3 import MaskedGaussianNoise
else:
    from noise_ops.layers.keras2 import MaskedGaussianNoise

__all__ = ["MaskedGaussianNoise"]
