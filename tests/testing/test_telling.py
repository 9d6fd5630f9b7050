"""Right layers of few independent draws: chance makes their outputs alike, and nothing may call that a mistake."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from noise_ops import laws
from noise_ops.testing import check_layer, telling
from noise_ops.testing.catalog import PROPERTIES
from noise_ops.testing.subject import subject

EXACT = [name for name, prop in PROPERTIES.items() if not prop.statistical and name != "nothing_repeats"]


class PerUnit(keras.layers.Layer):
    """Drops what one uniform of a shape decides: an entry of 0 is a side of the input."""

    def __init__(self, rate=0.5, shape=(0, 1), scaled=True, seed=None, **options):
        if not 0 <= rate <= 1:
            raise ValueError(f"rate is a probability, not {rate}.")
        super().__init__(**options)
        self.rate, self.shape, self.scaled, self.seed = rate, tuple(shape), scaled, seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, x, training=None):
        if not training:
            return x
        shape = [ops.shape(x)[axis] if side == 0 else side for axis, side in enumerate(self.shape)]
        kept = keras.random.uniform(shape, seed=self.seed_generator) >= self.rate
        factor = 1 / (1 - self.rate) if self.scaled and self.rate < 1 else 1.0
        return ops.where(kept, x * factor, ops.zeros_like(x))

    def get_config(self):
        own = {"rate": self.rate, "shape": self.shape, "scaled": self.scaled, "seed": self.seed}
        return {**super().get_config(), **own}


class Constant(PerUnit):
    """Draws what it drew in its first call."""

    def call(self, x, training=None):
        kept = self.seed_generator.state.value + 0
        y = super().call(x, training)
        self.seed_generator.state.assign(kept)
        return y


def numpy_of(rate, sides):
    """A dropout of NumPy that draws one uniform for all sides but some."""

    def drop(x, seed):
        shape = [side if axis in sides else 1 for axis, side in enumerate(x.shape)]
        kept = np.random.default_rng(seed).random(shape) >= rate
        return np.where(kept, x / np.float32(1 - rate), 0).astype(x.dtype)

    return drop


def stateless_of(rate):
    """A dropout of a stateless op that drops samples."""

    def drop(x, seed):
        kept = tf.random.stateless_uniform((tf.shape(x)[0], 1), seed=[seed, 0]) >= rate
        return tf.where(kept, x / tf.cast(1 - rate, x.dtype), tf.zeros_like(x))

    return drop


def flips(p):
    """An augmentation of NumPy."""
    return lambda x, seed: np.where(np.random.default_rng(seed).random((len(x), 1)) < p, x[:, ::-1], x)


def selects_one(x, seed):
    """Keeps one of the elements of each row."""
    chosen = np.random.default_rng(seed).integers(0, x.shape[1], len(x))
    return np.where(np.arange(x.shape[1]) == chosen[:, None], x, 0).astype(x.dtype)


def layer_of(rate, shape, **options):
    return lambda seed=None: PerUnit(rate, shape, seed=seed, **options)


RATES = (0.01, 0.1, 0.5, 0.99)
RIGHT = [
    *((layer_of(rate, (1, 1, 1)), laws.drops(rate, (0, 1, 2)), {"shape": (None, 3, 2)}) for rate in RATES),
    *((layer_of(rate, (0, 0)), laws.drops(rate), {"shape": (1, 1)}) for rate in RATES),
    *((layer_of(rate, (0, 0), scaled=False), laws.drops(rate, scaled=False), {"shape": (1, 1)}) for rate in RATES),
    (layer_of(0.5, (0, 0)), laws.drops(0.5), {"shape": (2, 2)}),
    (layer_of(0.5, (1, 0)), laws.drops(0.5, (0,)), {"shape": (None, 2)}),
    (layer_of(0.5, (1, 1)), laws.unknown(), {"shape": (None, 2)}),
    *((numpy_of(rate, ()), laws.drops(rate, (0, 1)), {"shape": (None, 2)}) for rate in RATES),
    *((numpy_of(rate, (0, 1)), laws.drops(rate), {"shape": (1, 1)}) for rate in RATES),
    *((stateless_of(rate), laws.drops(rate, (1,)), {"shape": (1, 1)}) for rate in RATES),
    (numpy_of(0.5, (0, 1)), laws.drops(0.5), {"shape": (2, 2)}),
    *((flips(p), laws.applies(p, to=lambda x: x[:, ::-1]), {"shape": (1, 2)}) for p in RATES),
    (selects_one, laws.selects(1), {"shape": (1, 2)}),
    (selects_one, laws.selects(1), {"shape": (None, 2)}),
    (selects_one, laws.selects(1), {"shape": (2, 3)}),
]


NAMES = [f"{law!r}-{number}" for number, (_, law, _) in enumerate(RIGHT)]


def _asked(factory, law, options):
    report = check_layer(factory, law, properties=EXACT, on_fail="report", **options)
    assert {each.property: each.message for each in report.findings} == {}


@pytest.mark.long
@pytest.mark.parametrize("right", RIGHT, ids=NAMES)
def test_chance_that_makes_outputs_alike_is_no_mistake(right):
    _asked(*right)


@pytest.mark.parametrize("right", RIGHT[16:24], ids=NAMES[16:24])
def test_one_draw_a_call_of_a_function_is_no_mistake(right):
    _asked(*right)


def test_one_draw_a_batch_of_a_layer_is_no_mistake():
    _asked(layer_of(0.5, (1, 1, 1)), laws.drops(0.5, (0, 1, 2)), {"shape": (None, 3, 2)})


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_one_draw_a_batch_is_still_seen_to_be_constant(rate):
    asked = ["new_call_new_noise", "works_in_function", "works_in_dataset"]
    law, options = laws.drops(rate, (0, 1, 2)), {"shape": (None, 3, 2), "properties": asked, "on_fail": "report"}
    found = check_layer(lambda seed=None: Constant(rate, (1, 1, 1), seed=seed), law, **options).findings
    told = {each.property: each.message for each in found}
    if "new_call_new_noise" in told:  # the one draw is no drop, with probability 1 - rate
        assert "calls return the same" in told["new_call_new_noise"]
        assert all(", as they do eagerly." in told[name] for name in asked[1:])


@pytest.mark.parametrize(
    ("law", "options", "bits", "units"),
    [
        (laws.drops(0.5, (0, 1)), {"shape": (None, 7)}, 1.0, 1),
        (laws.drops(0.5, (1,)), {"shape": (None, 7)}, 64.0, 64),
        (laws.drops(0.5), {"shape": (1, 1)}, 1.0, 1),
        (laws.selects(1), {"shape": (3, 2)}, 3.0, 6),
        (laws.selects(2), {"shape": (1, 4)}, math.log2(6), 4),
        (laws.drops(0.99, (0, 1)), {"shape": (None, 7)}, -math.log2(0.99), 1),
    ],
)
def test_the_bits_of_a_call_are_those_of_its_independent_draws(law, options, bits, units):
    one = subject(lambda x, seed: x + np.float32(seed % 2), law, options)
    assert one.bits == pytest.approx(bits)
    assert one._small.units * (one._batch / 16 if one._small.grows else 1) == units


def test_calls_are_compared_until_chance_is_excluded():
    one = subject(layer_of(0.5, (1, 1)), laws.drops(0.5, (0, 1)), {"shape": (None, 7)})
    calls = one.calls_that_tell()
    assert 0.5 ** (calls - 1) <= 2.0**-telling.SURE < 0.5 ** (calls - 3)
    rare = subject(layer_of(0.001, (1, 1)), laws.drops(0.001, (0, 1)), {"shape": (None, 7)})
    assert rare.calls_that_tell() is None
