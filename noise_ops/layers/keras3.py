"""MaskedGaussianNoise for Keras 3."""

from __future__ import annotations

from typing import Any

import keras


@keras.saving.register_keras_serializable(package="noise_ops")
class MaskedGaussianNoise(keras.layers.Layer):  # type: ignore[misc]
    """Adds Gaussian noise to a random share of the elements, in training only.

    `noise_ops.masked_gaussian_noise(x, rate, stddev, seed=seed)` equals the first call in every bit.

    Args:
      rate: share of the elements that get noise, in [0, 1].
      stddev: standard deviation of the noise, at least 0, in units of the input.
      seed: int or None.
      **kwargs: as of `keras.layers.Layer`.

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
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or self.rate == 0 or self.stddev == 0:
            return inputs
        shape = keras.ops.shape(inputs)
        # The mask is drawn in float32 whatever the compute dtype: half precision would bend the share.
        uniform = keras.random.uniform(shape, dtype="float32", seed=self.seed_generator)
        noise = keras.random.normal(shape, stddev=self.stddev, dtype=inputs.dtype, seed=self.seed_generator)
        return keras.ops.where(uniform < self.rate, inputs + noise, inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "stddev": self.stddev, "seed": self.seed}
