"""MaskedGaussianNoise for tf_keras and Keras 2."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

try:
    import tf_keras as keras
except ImportError:  # before TensorFlow 2.16, tf.keras itself is Keras 2
    keras = tf.keras


@keras.utils.register_keras_serializable(package="noise_ops")
class MaskedGaussianNoise(keras.layers.Layer):  # type: ignore[misc]
    """Adds Gaussian noise to a random share of the elements, in training only.

    The draws are `tf.random.uniform` and `tf.random.normal`, so that after `tf.random.set_seed(g)` the
    layer equals `noise_ops.masked_gaussian_noise` with `LegacySeed(g, seed)` in every bit.

    Args:
      rate: share of the elements that get noise, in [0, 1].
      stddev: standard deviation of the noise, at least 0, in units of the input.
      seed: int, the op seed of both draws, or None.
      **kwargs: as of `tf_keras.layers.Layer`.

    Call arguments:
      inputs: floating tensor of any shape.
      training: whether to add noise; otherwise the input is returned as it is.

    Raises:
      ValueError: if `rate` or `stddev` is out of range.
    """

    def __init__(self, rate: float, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= rate <= 1:
            raise ValueError(f"rate must lie between 0 and 1, not {rate!r}.")
        if not 0 <= stddev < float("inf"):
            raise ValueError(f"stddev must be at least 0 and finite, not {stddev!r}.")
        self.rate = rate
        self.stddev = stddev
        self.seed = seed
        self.supports_masking = True

    def call(self, inputs: Any, training: Any = None) -> Any:
        if self.rate == 0 or self.stddev == 0:
            return tf.identity(inputs)
        if training is None:
            training = keras.backend.learning_phase()
        return keras.backend.in_train_phase(lambda: self._noised(inputs), inputs, training=training)

    def _noised(self, inputs: Any) -> Any:
        shape = tf.shape(inputs)
        # The mask is drawn in float32 whatever the compute dtype: half precision would bend the share.
        uniform = tf.random.uniform(shape, seed=self.seed)
        # With one op seed for both, kernels of two kinds would start on the same words and tie the
        # noise to the mask; hence the neighbouring op seed.
        noise = tf.random.normal(
            shape, stddev=self.stddev, dtype=inputs.dtype, seed=None if self.seed is None else self.seed + 1
        )
        return tf.where(uniform < self.rate, inputs + noise, inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "stddev": self.stddev, "seed": self.seed}
