"""Layers of tf_keras as a user writes them: right ones, and broken ones."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
import tf_keras
from scipy import stats

from noise_ops import laws
from noise_ops.sabotage.mutant import Kind
from noise_ops.sabotage.own.layer import broken, right

OF = "tf_keras"
RATE = 0.3


class Drop(tf_keras.layers.Layer):  # type: ignore[misc]
    """Drops elements and scales the others; without a seed, by the global one."""

    def __init__(self, rate: float = RATE, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= rate <= 1:
            raise ValueError(f"rate is a probability, not {rate}.")
        self.rate, self.seed = rate, seed

    def call(self, x: Any, training: bool | None = None) -> Any:
        return self.noised(x) if training else x

    def uniform(self, x: Any) -> Any:
        return tf.random.uniform(tf.shape(x), seed=self.seed)

    def dropped(self, x: Any) -> Any:
        return self.uniform(x) < self.rate

    def noised(self, x: Any) -> Any:
        return tf.where(self.dropped(x), tf.zeros_like(x), x / tf.cast(1 - self.rate or 1, x.dtype))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}


class Laplace(tf_keras.layers.Layer):  # type: ignore[misc]
    """Adds Laplace noise."""

    def __init__(self, scale: float = 0.2, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale, self.seed = scale, seed

    def call(self, x: Any, training: bool | None = None) -> Any:
        if not training:
            return x
        centred = tf.random.uniform(tf.shape(x), seed=self.seed) - 0.5
        return x - tf.cast(self.scale * tf.sign(centred) * tf.math.log1p(-2 * tf.abs(centred)), x.dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "scale": self.scale, "seed": self.seed}


class SeedLost(Drop):
    def get_config(self) -> dict[str, Any]:
        return {name: value for name, value in super().get_config().items() if name != "seed"}


class Rounded(Drop):
    def dropped(self, x: Any) -> Any:
        return tf.cast(self.uniform(x), "bfloat16") < 0.305


class Always(Drop):
    def call(self, x: Any, training: bool | None = None) -> Any:
        return self.noised(x)


class PerBatch(Drop):
    def dropped(self, x: Any) -> Any:
        return super().dropped(x[:1])


class Scaled(Drop):
    def noised(self, x: Any) -> Any:
        return super().noised(x) * (1 - self.rate)


class Half(Drop):
    def noised(self, x: Any) -> Any:
        return tf.cast(super().noised(tf.cast(x, "float16")), "float32")


RIGHT = (
    right(OF, "dropout", "a dropout", Drop, laws.drops(RATE)),
    right(
        OF, "laplace", "Laplace noise is added", lambda seed=None: Laplace(seed=seed), laws.adds(stats.laplace(0, 0.2))
    ),
)

BROKEN = (
    broken(
        OF,
        "seed-not-in-config",
        Kind.CONFIG,
        "the config has no seed",
        "config_round_trip saved_and_loaded",
        SeedLost,
        laws.drops(RATE),
    ),
    broken(
        OF,
        "rate-in-bfloat16",
        Kind.RATE,
        "the uniforms of the mask are rounded to bfloat16",
        "mask_density",
        Rounded,
        laws.drops(RATE),
        units=2**20,
    ),
    broken(
        OF,
        "always-noisy",
        Kind.TRAINING,
        "`training` is taken and ignored: it drops at inference",
        "identity_at_inference nothing_drawn_in_predict",
        Always,
        laws.drops(RATE),
    ),
    broken(
        OF,
        "shared-over-batch",
        Kind.SHARED,
        "all samples of a batch have one mask",
        "samples_draw_apart",
        PerBatch,
        laws.drops(RATE),
    ),
    broken(
        OF, "scale-forgotten", Kind.SCALE, "what is kept is not scaled", "support_and_scale", Scaled, laws.drops(RATE)
    ),
    broken(
        OF,
        "always-float32",
        Kind.DTYPE,
        "it returns float32, whatever it is given",
        "in_float16 in_float64 in_mixed_float16",
        Half,
        laws.drops(RATE),
    ),
)
