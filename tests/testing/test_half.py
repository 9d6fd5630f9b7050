"""half.py: how often a layer drops in half precision, of its own rate and of a rare one, and whose doing that is."""

import re

import keras
import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from noise_ops import laws
from noise_ops.stats.designs import BETA
from noise_ops.stats.exact import Binomial
from noise_ops.testing import check_layer, half
from tests.testing import _layers

BOTH = {f"mask_density_in_{dtype}": dtype for dtype in ("float16", "bfloat16")}


def outcomes(factory, law, **options):
    """What comes of both dtypes."""
    asked = [*BOTH, "input_untouched"]  # since a report of nothing is an error
    report = check_layer(factory, law, properties=asked, on_fail="report", **options)
    return {BOTH[each.property]: each for each in report.outcomes if each.property in BOTH}


class Half(_layers.Right):
    """Draws its uniforms in the dtype in which it computes."""

    def mask(self, x, shape, by=1.0):
        drawn = keras.random.uniform(shape, dtype=x.dtype, seed=self.seed_generator)
        return keras.ops.cast(drawn >= self.rate, x.dtype)


def test_a_layer_that_draws_in_float32_keeps_its_rate():
    for found in outcomes(_layers.Right, laws.drops(0.3), args={"rate": 0.3}).values():
        assert found.outcome == "passed"
        assert "with rate=0.001, it drops 0.1" in found.message or "it drops 0.09" in found.message


def test_uniforms_of_the_dtype_are_told_with_what_keras_does_and_a_script_that_shows_it():
    found = outcomes(Half, laws.drops(0.3), args={"rate": 0.3})
    for dtype, share in (("float16", r"0\.[12]\d+"), ("bfloat16", r"0\.7\d+")):
        assert found[dtype].outcome == "failed"
        assert re.match(rf"In {dtype}, with rate=0.001, it drops {share}% of [\d,]+ units, where", found[dtype].message)
        assert f"Dropout of Keras ({dtype}-mask-density)" in found[dtype].message
        assert "rate=0.001" in found[dtype].finding.script
        assert f"set_global_policy('{dtype}')" in found[dtype].finding.script
        assert found[dtype].row.dtype == dtype


@pytest.mark.parametrize(
    ("factory", "law"),
    [
        (lambda seed: keras.layers.Dropout(0.3, seed=seed), laws.drops(0.3)),
        (lambda seed: keras.layers.SpatialDropout1D(0.2, seed=seed), laws.drops(0.2, shared_axes=(1,))),
        (lambda: tf_keras.layers.Dropout(0.3), laws.drops(0.3)),
    ],
    ids=["Dropout", "SpatialDropout1D", "tf_keras"],
)
def test_what_a_layer_of_keras_does_is_known(factory, law):
    found = outcomes(factory, law)
    assert {each.outcome for each in found.values()} == {"expected"}
    for dtype, each in found.items():
        assert re.match(
            rf"it holds \w+\.layers\.\w+, of which this is known \({dtype}-mask-density\): In", each.message
        )


def test_alpha_dropout_draws_in_float32_in_every_dtype():
    found = outcomes(lambda seed: keras.layers.AlphaDropout(0.2, seed=seed), laws.drops_affinely(0.2))
    assert {each.outcome for each in found.values()} == {"passed"}


def test_a_function_is_asked_at_its_own_rate_alone():
    found = outcomes(lambda x: tf.nn.dropout(x, 0.01), laws.drops(0.01))["bfloat16"]
    assert found.outcome == "failed"
    assert re.match(r"In bfloat16 it drops 1\.5\d+% of", found.message)
    right = outcomes(lambda x, seed: np.where(np.random.default_rng(seed).random(x.shape) < 0.3, 0, x), laws.drops(0.3))
    assert {dtype: each.outcome for dtype, each in right.items()} == {"float16": "passed", "bfloat16": "skipped"}


def test_one_mask_for_a_batch_is_not_counted_as_many():
    asked = {"properties": [*BOTH, "outputs_finite"], "on_fail": "report", "args": {"rate": 0.3}}
    report = check_layer(_layers.Shared, laws.drops(0.3), **asked)
    found = {each.property: each for each in report.outcomes}
    assert {found[name].outcome for name in BOTH} == {"skipped"}
    assert all("samples are copies of each other" in found[name].message for name in BOTH)


class Swapped(_layers.Right):
    """Drops what it should keep."""

    def mask(self, x, shape, by=1.0):
        return 1 - super().mask(x, shape)


class Quiet(_layers.Right):
    """Draws nothing."""

    def noisy(self, x):
        return x


class Unsaid(_layers.Right):
    """Makes no number of what it drops."""

    def noisy(self, x):
        return x / self.mask(x, keras.ops.shape(x)) * 0


@pytest.mark.parametrize("factory", [Swapped, Quiet, Unsaid])
def test_what_is_as_wrong_in_float32_is_not_laid_at_the_door_of_half_precision(factory):
    for dtype, found in outcomes(factory, laws.drops(0.3), args={"rate": 0.3}).items():
        assert found.outcome == "failed"
        assert " In float32 it is no better. A right layer" in found.message, dtype
        assert "Draw uniforms" not in found.message


class Coin(_layers.Right):
    """Drops whole batches, where it should drop samples."""

    def mask(self, x, shape, by=1.0):
        return super().mask(x, (1,) * len(x.shape))


def test_few_draws_that_a_batch_shares_are_not_counted_as_many():
    for found in outcomes(Coin, laws.drops(0.2, shared_axes=(1, 2)), args={"rate": 0.2}).values():
        assert (found.outcome, found.message) == (
            "skipped",
            "samples are copies of each other, as samples_draw_apart says",
        )


def test_a_layer_that_raises_in_a_dtype_is_told_once():
    class Refusing(_layers.Right):
        def call(self, x, training=None):
            if x.dtype == "float16":
                raise TypeError("float16")
            return super().call(x, training)

    found = outcomes(Refusing, laws.drops(0.3), args={"rate": 0.3})
    assert (found["float16"].outcome, found["bfloat16"].outcome) == ("skipped", "passed")


@pytest.mark.parametrize(
    ("dtype", "seen"), [("float16", 2 / 1024), ("bfloat16", 1 / 128), ("bfloat16", 0), ("float16", 0)]
)
def test_so_many_units_surely_tell_the_rare_rate_from_those_that_few_bits_have(dtype, seen):
    test = Binomial(half.RARE_UNITS[dtype], half.RARE)
    low, high = test.critical(1e-10 / 4)  # of a session of 5000 statistical properties, two tests each
    departure = seen / half.RARE - 1
    missed = test.lower(high - 1, departure) if departure > 0 else test.upper(low + 1, departure)
    assert missed <= BETA
