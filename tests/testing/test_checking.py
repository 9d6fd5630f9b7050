"""check_layer: a right layer keeps its law, and a wrong one is told in a sentence that names what is wrong."""

import re

import keras
import numpy as np
import pytest
import tensorflow as tf
import tf_keras
from keras import ops
from scipy import stats

from noise_ops import laws
from noise_ops.testing import LayerError, LayerFailedError, NoiseWarning, check_layer
from noise_ops.testing.catalog import PROPERTIES
from tests.testing import _layers

DROPS = laws.drops(0.1)
EXACT = [name for name, prop in PROPERTIES.items() if not prop.statistical]


AT_ONE = {"expected_failures": {"rate_one_drops_everything": "the call raises"}}


def reported(factory, law, **options):
    """The report of a layer."""
    return check_layer(factory, law, on_fail="report", **options)


def broken(report):
    """What a report found, by property."""
    return {finding.property: finding for finding in report.findings}


@pytest.mark.parametrize(
    ("factory", "law", "options"),
    [
        (_layers.Right, DROPS, {"args": {"rate": 0.1}}),
        (lambda seed: keras.layers.Dropout(0.3, seed=seed), laws.drops(0.3), {}),
        (lambda: keras.layers.GaussianNoise(0.2), laws.adds_normal(0.2), {}),
        (lambda seed: keras.layers.GaussianDropout(0.2, seed=seed), laws.multiplies_normal(0.2), {}),
        (lambda seed: keras.layers.SpatialDropout1D(0.2, seed=seed), laws.drops(0.2, shared_axes=(1,)), {}),
        # Known deviations, which noise_ops/deviations.toml describes: rate-one-divides-by-zero and rate-one-raises.
        (lambda seed: keras.layers.AlphaDropout(0.2, seed=seed), laws.drops_affinely(0.2), AT_ONE),
        (lambda seed: tf_keras.layers.Dropout(0.3, seed=seed), laws.drops(0.3), AT_ONE),
        (lambda: keras.Sequential([keras.layers.Dropout(0.2)]), laws.drops(0.2), {}),
        (lambda x, seed: tf.nn.experimental.stateless_dropout(x, 0.3, [seed, 0]), laws.drops(0.3), {}),
        (lambda x: tf.nn.dropout(x, 0.4), laws.drops(0.4), {}),
        (lambda x, seed: tf.random.stateless_normal(tf.shape(x), [seed, 1]), laws.draws(stats.norm()), {}),
        (
            lambda x, seed: x + np.random.default_rng(seed).laplace(0, 0.1, x.shape).astype(x.dtype),
            laws.adds(stats.laplace(0, 0.1)),
            {},
        ),
    ],
    ids=[
        *(
            "own",
            "Dropout",
            "GaussianNoise",
            "GaussianDropout",
            "SpatialDropout1D",
            "AlphaDropout",
            "tf_keras",
            "model",
        ),
        *("stateless", "stateful", "sampler", "numpy"),
    ],
)
def test_a_right_layer_keeps_its_law(factory, law, options):
    report = reported(factory, law, **options)
    assert broken(report) == {}
    assert sum(each.outcome == "passed" for each in report.outcomes) >= 12


@pytest.mark.parametrize(
    ("factory", "law", "name", "says"),
    [
        (
            _layers.RateOff,
            DROPS,
            "mask_density",
            r"Drops 10\.[12]\d+% of [\d,]+ units; 10\.0000% is documented \(\+[12]\.\d",
        ),
        (_layers.Shared, DROPS, "samples_draw_apart", r"All \d+ samples of a batch get the same noise"),
        (_layers.AtInference, DROPS, "identity_at_inference", r"With training=False two calls differ"),
        (_layers.SeedIgnored, DROPS, "same_seed_same_noise", r"Two layers with seed 7 draw different noise"),
        (
            _layers.Unscaled,
            DROPS,
            "support_and_scale",
            r"nor x \* 1\.11111; what is kept is multiplied by 1: it is not",
        ),
        (_layers.Forgetful, laws.drops(0.3), "config_round_trip", r"rebuilt from its config does something else"),
        (
            lambda seed: _layers.StddevOff(0.2, seed=seed),
            laws.adds_normal(0.2),
            "noise_variance",
            r"standard deviation of the noise is 0\.202\d*; 0\.2 is documented \(\+[01]\.\d+%\)",
        ),
    ],
    ids=["rate", "shared", "inference", "seed", "scale", "config", "stddev"],
)
def test_a_wrong_layer_is_told_what_is_wrong_and_by_how_much(factory, law, name, says):
    args = {"args": {"rate": law.rate}} if isinstance(factory, type) else {}
    found = broken(reported(factory, law, properties=[name], **args))
    assert list(found) == [name]
    assert re.search(says, found[name].message)
    assert found[name].message.endswith(".")
    compile(found[name].script, name, "exec")
    assert "noise_ops" not in found[name].script


class Factor(_layers.Right):
    """Multiplies what it keeps by a factor of its own."""

    by = staticmethod(lambda rate: 1.0)

    def noisy(self, x):
        return x * self.mask(x, ops.shape(x)) * self.by(self.rate)


@pytest.mark.parametrize(
    ("by", "scaled", "says"),
    [
        (lambda rate: 1, True, "by 1: it is not rescaled."),
        (lambda rate: 1 / rate, True, "by 4, as 1 / rate would."),
        (lambda rate: 1 - rate, True, "by 0.75, as 1 - rate would."),
        (lambda rate: 1 / (1 - rate), False, "by 1.33333, as 1 / (1 - rate) would."),
        (lambda rate: 1.1, True, "by 1.1."),
    ],
)
def test_a_wrong_factor_is_told_with_the_mistake_that_it_is_of(by, scaled, says):
    factory = type("Factor", (Factor,), {"by": staticmethod(by)})
    asked = {"args": {"rate": 0.25}, "properties": ["support_and_scale"]}
    [finding] = reported(factory, laws.drops(0.25, scaled=scaled), **asked).findings
    assert finding.message.endswith(f"what is kept is multiplied {says}")


def test_what_keras_wraps_around_an_error_does_not_hide_it():
    class Closed(keras.layers.Layer):
        """Takes no argument of its base."""

        def __init__(self, rate=0.1, seed=None):
            super().__init__()
            self.inner = keras.layers.Dropout(rate, seed=seed)

        def call(self, x, training=None):
            return self.inner(x, training=training)

    found = broken(reported(Closed, DROPS, properties=["config_round_trip", "saved_and_loaded", "arguments_survive"]))
    assert {"config_round_trip", "saved_and_loaded"} <= found.keys()
    for finding in found.values():
        assert re.search(r"unexpected keyword argument '\w+'\.$", finding.message)
        assert "config=" not in finding.message


def test_a_failure_is_raised_warned_of_or_reported():
    asked = {"args": {"rate": 0.1}, "properties": ["support_and_scale", "identity_at_inference"]}
    with pytest.raises(LayerFailedError, match="Unscaled breaks 1 of the properties"):
        check_layer(_layers.Unscaled, DROPS, **asked)
    with pytest.warns(NoiseWarning, match="support_and_scale"):
        check_layer(_layers.Unscaled, DROPS, on_fail="warn", **asked)
    assert "support_and_scale: " in str(reported(_layers.Unscaled, DROPS, **asked))


def test_an_expected_failure_is_strict():
    asked = {"args": {"rate": 0.1}, "properties": ["support_and_scale"]}
    reason = {"support_and_scale": "scaled by the next layer"}
    assert not reported(_layers.Unscaled, DROPS, expected_failures=reason, **asked).findings
    [finding] = reported(_layers.Right, DROPS, expected_failures=reason, **asked).findings
    assert finding.code == "unobserved"


def test_what_does_not_apply_has_a_reason():
    report = reported(lambda x: tf.nn.dropout(x, 0.4), laws.drops(0.4))
    skipped = {each.property: each.message for each in report.outcomes if each.outcome == "skipped"}
    assert "no seed can be given to it" in skipped["same_seed_same_noise"]
    assert all(skipped.values())


def test_a_reference_predicts_every_bit():
    import noise_ops

    def predicted(x, seed):
        return noise_ops.dropout(x, 0.3, seed=seed)

    asked = {"predict": predicted, "properties": ["predicted_stream"]}
    assert not reported(lambda seed: keras.layers.Dropout(0.3, seed=seed), laws.drops(0.3), **asked).findings
    [finding] = reported(lambda seed: keras.layers.Dropout(0.4, seed=seed), laws.drops(0.4), **asked).findings
    assert finding.code == "stream"


def test_the_error_rate_of_a_call_is_told_and_calls_share_it():
    asked = {"args": {"rate": 0.1}, "properties": ["mask_density"]}
    first, second = (reported(_layers.Right, DROPS, **asked).rows[0] for _ in range(2))
    assert second.alpha < first.alpha <= 0.5e-6
    assert 0 < first.delta < 0.03


@pytest.mark.parametrize(
    ("factory", "law", "options", "says"),
    [
        (3, DROPS, {}, "a callable that makes the layer"),
        (_layers.Right, "drops(0.1)", {}, "law is one of noise_ops.laws"),
        (_layers.Right, DROPS, {"properties": ["mask_densty"]}, "no property 'mask_densty'; there are mask_density"),
        (_layers.Right, DROPS, {"properties": []}, "none of these properties"),
        (_layers.Right, DROPS, {"expected_failures": {"foo": "bar"}}, "no property 'foo'"),
        (_layers.Right, DROPS, {"on_fail": "ignore"}, "on_fail is raise, warn or report"),
        (_layers.Right, DROPS, {"inference": "none"}, "inference is identity, expectation or noisy"),
        (_layers.Right, DROPS, {"shapes": (3, 4)}, "no option 'shapes'"),
        (lambda x: x.nothing, DROPS, {}, "takes no input of rank 2 to 5"),
        (_layers.Right, DROPS, {"shape": (0, 3)}, "is empty"),
    ],
)
def test_bad_input_is_one_sentence(factory, law, options, says):
    with pytest.raises(LayerError, match=says) as refusal:
        check_layer(factory, law, **options)
    assert str(refusal.value).endswith((".", "?"))


@pytest.mark.parametrize(
    ("factory", "options"),
    [
        (lambda: keras.layers.BatchNormalization(), {}),
        (lambda: keras.layers.Dense(3), {}),
        (lambda seed: keras.layers.LSTM(4, dropout=0.5, seed=seed), {"shape": (None, 5, 3)}),
        (lambda seed: keras.layers.RandomContrast(0.5, seed=seed), {"inputs": (0.0, 1.0)}),
        (lambda x, seed: tf.nn.experimental.stateless_dropout(x, 0.3, [seed, 1]), {"shape": ()}),
        (lambda x: 3, {}),
        (lambda x: None, {"shape": (None, 3)}),
    ],
)
def test_whatever_is_given_each_property_has_an_outcome(factory, options):
    report = reported(factory, laws.unknown(), profile="quick", **options)
    assert {each.outcome for each in report.outcomes} <= {"passed", "failed", "skipped"}


def test_images_are_taken_for_batches_of_them():
    def mirrored(x):
        return x[:, :, ::-1]

    flips = laws.applies(0.5, to=mirrored)
    report = reported(lambda seed: keras.layers.RandomFlip("horizontal", seed=seed), flips, profile="quick")
    assert broken(report) == {}


def test_a_layer_that_raises_or_returns_no_array_is_a_finding():
    def raising(x):
        raise RuntimeError("no luck")

    found = broken(reported(raising, DROPS, shape=(None, 4), properties=EXACT))
    assert {name: finding.code for name, finding in found.items()} == {"shape_and_dtype_kept": "raises"}
    assert "RuntimeError: no luck" in found["shape_and_dtype_kept"].message
    found = broken(reported(lambda x: "noise", DROPS, shape=(None, 4), properties=["shape_and_dtype_kept"]))
    assert found["shape_and_dtype_kept"].code == "dtype"
