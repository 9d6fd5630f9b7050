"""What a layer does without training: what is said of it is asked, and what is not said, where it can be known."""

import keras
import pytest
import tensorflow as tf
from keras import ops

from noise_ops import laws
from noise_ops.testing import check_layer
from tests.testing import _layers

NAMES = ["identity_at_inference", "nothing_drawn_in_predict"]


class Untold(_layers.Right):
    """Cannot be told whether it trains: it always drops."""

    def call(self, x):  # type: ignore[override]
        return self.noisy(x)


class Inner(keras.layers.Layer):
    """Cannot be told either, and holds a layer that knows by itself."""

    def __init__(self, rate=0.1, seed=None, **options):
        super().__init__(**options)
        self.inner = keras.layers.Dropout(rate, seed=seed)

    def call(self, x):
        return self.inner(x)


class Adding(Untold):
    """A latent sample: it means to draw whenever it is called."""

    def noisy(self, x):
        return x + keras.random.normal(ops.shape(x), dtype=x.dtype, seed=self.seed_generator)


class Scaling(Untold):
    """Multiplies by normal noise."""

    def noisy(self, x):
        return x * (1 + 0.5 * keras.random.normal(ops.shape(x), dtype=x.dtype, seed=self.seed_generator))


class Expecting(Untold):
    """Returns the mean of training, and never draws."""

    def noisy(self, x):
        return x * (1 - self.rate)


def dropout(x, seed):
    return tf.nn.experimental.stateless_dropout(x, 0.1, [seed, 0])


DROPS, ADDS, SCALES = laws.drops(0.1), laws.adds_normal(1.0), laws.multiplies_normal(0.2)


@pytest.mark.parametrize(
    ("factory", "law", "said", "outcome"),
    [
        (Untold, DROPS, {}, "failed"),
        (Untold, DROPS, {"inference": "identity"}, "failed"),
        (Untold, DROPS, {"inference": "expectation"}, "failed"),
        (Untold, DROPS, {"inference": "noisy"}, "skipped"),
        (Untold, laws.drops(0.1, observe=lambda x, y: y == 0), {}, "skipped"),
        (Scaling, SCALES, {}, "failed"),
        (Scaling, SCALES, {"inference": "noisy"}, "skipped"),
        (Adding, ADDS, {}, "skipped"),
        (Adding, ADDS, {"inference": "identity"}, "failed"),
        (Inner, DROPS, {}, "passed"),
        (Expecting, laws.drops(0.1, scaled=False), {"inference": "expectation"}, "passed"),
        (dropout, DROPS, {}, "skipped"),
        (dropout, DROPS, {"inference": "identity"}, "failed"),
        (_layers.Right, DROPS, {}, "passed"),
        (_layers.Right, DROPS, {"inference": "identity"}, "passed"),
        (_layers.AtInference, DROPS, {}, "failed"),
    ],
)
def test_what_is_said_is_asked_and_what_is_not_said_where_it_can_be_known(factory, law, said, outcome):
    asked = {"properties": [*NAMES, "input_untouched"], "on_fail": "report", "shape": (None, 33), **said}
    found = {each.property: each for each in check_layer(factory, law, **asked).outcomes}
    assert found["identity_at_inference"].outcome == outcome
    if factory is not dropout:
        assert found["nothing_drawn_in_predict"].outcome == outcome


def test_a_layer_that_is_not_said_to_be_noisy_hears_how_to_say_so():
    asked = {"properties": NAMES, "on_fail": "report", "shape": (None, 33)}
    for finding in check_layer(Untold, DROPS, **asked).findings:
        assert finding.message.endswith("since its call takes no `training`; if that is meant, say inference='noisy'.")


def test_what_a_layer_does_without_training_and_is_not_asked_is_no_small_matter():
    asked = {"properties": [*NAMES, "noise_is_drawn"], "on_fail": "report", "shape": (None, 33)}
    report = check_layer(Adding, ADDS, **asked)
    assert report.sentences()[0].startswith("Adding keeps what was asked of adds")
    assert report.sentences()[1].startswith("  Not judged, what it does without training is not asked")
    assert all(name in report.sentences()[1] for name in NAMES)
    assert not check_layer(Adding, ADDS, inference="noisy", **asked).gaps()
