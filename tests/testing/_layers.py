"""Layers as users write them: a right one, and what goes wrong in it one thing at a time."""

import keras
from keras import ops


class Right(keras.layers.Layer):
    """Dropout as it should be."""

    def __init__(self, rate=0.1, seed=None, **options):
        if not 0 <= rate <= 1:
            raise ValueError(f"rate is between 0 and 1, not {rate}.")
        super().__init__(**options)
        self.rate, self.seed = rate, seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, x, training=None):
        if not training or self.rate == 0:
            return x
        return ops.zeros_like(x) if self.rate == 1 else self.noisy(x)

    def noisy(self, x):
        return x * self.mask(x, ops.shape(x)) / (1 - self.rate)

    def mask(self, x, shape, by=1.0):
        return ops.cast(keras.random.uniform(shape, seed=self.seed_generator) >= self.rate * by, x.dtype)

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}


class RateOff(Right):
    """Drops 2 % too often."""

    def noisy(self, x):
        return x * self.mask(x, ops.shape(x), by=1.02) / (1 - self.rate)


class Shared(Right):
    """Has one mask for a whole batch."""

    def noisy(self, x):
        return x * self.mask(x, (1, *x.shape[1:])) / (1 - self.rate)


class AtInference(Right):
    """Drops at inference as well."""

    def call(self, x, training=None):
        return super().call(x, training=True)


class SeedIgnored(Right):
    """Takes a seed and leaves it."""

    def __init__(self, rate=0.1, seed=None, **options):
        super().__init__(rate, None, **options)
        self.seed = seed


class Unscaled(Right):
    """Forgets to scale what it keeps."""

    def noisy(self, x):
        return x * self.mask(x, ops.shape(x))


class Forgetful(Right):
    """Forgets its rate in its config."""

    def get_config(self):
        config = super().get_config()
        del config["rate"]
        return config


class StddevOff(keras.layers.Layer):
    """Adds normal noise, whose standard deviation is 1 % off."""

    def __init__(self, stddev, seed=None, **options):
        super().__init__(**options)
        self.stddev, self.seed = stddev, seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, x, training=None):
        if not training:
            return x
        noise = keras.random.normal(ops.shape(x), 0.0, self.stddev * 1.01, dtype=x.dtype, seed=self.seed_generator)
        return x + noise

    def get_config(self):
        return {**super().get_config(), "stddev": self.stddev, "seed": self.seed}
