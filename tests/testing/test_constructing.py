"""choices.py, constructing.py: what a class promises beside its noise, and what is no promise of it."""

from typing import Literal

import keras
import numpy as np
import pytest
import tensorflow as tf

from noise_ops import laws
from noise_ops.testing import check_layer, choices
from noise_ops.testing.constructing import _takes
from tests.testing import _layers

DROPS = laws.drops(0.1)


def outcome(factory, name, law=DROPS, **options):
    """What comes of one property."""
    report = check_layer(factory, law, properties=[name, "support_and_scale"], on_fail="report", **options)
    return next(each for each in report.outcomes if each.property == name)


class Annotated:
    """Says by an annotation what it takes."""

    def __init__(self, mode: Literal["sum", "mean", 3] = "sum"):
        self.mode = mode


class Refusing:
    """Says by a ValueError what it takes."""

    def __init__(self, mode="sum"):
        if mode not in ("sum", "mean"):
            raise ValueError(f"Refusing takes a `mode` of 'sum' or \"mean\", not {mode!r}.")


class Raising:
    """Says nothing of what it takes."""

    def __init__(self, mode="sum"):
        if mode != "sum":
            raise KeyError(mode)


@pytest.mark.parametrize(
    ("cls", "arguments", "found"),
    [
        (Annotated, {"mode": "sum"}, ["mean"]),
        (Refusing, {"mode": "mean"}, ["sum"]),
        (Raising, {"mode": "sum"}, []),
        (dict, {"mode": "sum"}, []),
        (Refusing, {"mode": 3}, []),
        (dict, {"data_format": None}, ["channels_first"]),
        (dict, {"data_format": "channels_first"}, ["channels_last"]),
    ],
)
def test_other_texts_are_those_of_an_annotation_or_of_a_refusal(cls, arguments, found):
    assert choices.others(cls, arguments, next(iter(arguments))) == found


class HandingOn(_layers.Right):
    """Hands on whatever it is given."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)


class HandingNothing(_layers.Right):
    """Hands nothing on."""

    def __init__(self, rate=0.1):
        super().__init__(rate)


@pytest.mark.parametrize(
    ("cls", "taken"),
    [
        (_layers.Right, {"rate", "seed", "name", "dtype"}),
        (HandingOn, {"rate", "seed", "name", "dtype"}),
        (HandingNothing, {"rate"}),
        (keras.layers.SpatialDropout2D, {"rate", "seed", "data_format", "name", "dtype"}),
    ],
)
def test_what_a_constructor_takes_it_may_hand_on_to_its_base(cls, taken):
    names = ("rate", "seed", "data_format", "name", "dtype")
    assert {name for name in names if _takes(cls, name)} == taken


class NamedByItself(_layers.Right):
    """Names itself."""

    def __init__(self, rate=0.1, seed=None):
        super().__init__(rate, seed, name="mine")

    def get_config(self):
        return {"rate": self.rate, "seed": self.seed}


def test_a_name_that_a_class_gives_is_told_and_one_that_a_factory_gives_is_not():
    told = outcome(NamedByItself, "two_in_a_model")
    assert told.message == "Two layers are both named 'mine', and no model takes two of one name."
    assert outcome(lambda seed: _layers.Right(0.1, seed, name="mine"), "two_in_a_model").outcome == "passed"


class RefusingNothing(_layers.Right):
    """Refuses to be made without a rate."""

    def __init__(self, rate=None, seed=None, **options):
        if rate is None:
            raise ValueError("rate is needed.")
        super().__init__(rate, seed, **options)


def test_a_default_may_be_refused_by_a_value_error():
    found = outcome(RefusingNothing, "defaults_make_a_layer", args={"rate": 0.1})
    assert (found.outcome, "refuses by a ValueError" in found.message) == ("skipped", True)


class OfFixedSides(_layers.Right):
    """Needs to know how long a sequence is."""

    def noisy(self, x):
        return x * self.mask(x, (tf.shape(x)[0], int(x.shape[1]), x.shape[2])) / (1 - self.rate)


def test_sides_that_are_named_are_not_left_open():
    name = "works_with_unknown_sides"
    assert outcome(OfFixedSides, name, shape=(None, 7, 5)).outcome == "skipped"
    told = outcome(OfFixedSides, name, shape=(None, None, 5))
    assert told.outcome == "failed"
    assert told.message.startswith("In a model whose sides are not known, the layer raises TypeError")


class TwoInputs(keras.layers.Layer):
    """Samples by a mean and a logarithm of a variance, with noise of float32."""

    def call(self, inputs, training=None):
        mean, logarithm = inputs
        return mean + tf.exp(logarithm) * tf.random.normal(tf.shape(mean))


def test_several_inputs_are_asked_under_mixed_precision():
    inputs = [np.zeros((4, 3), np.float32)] * 2
    told = outcome(TwoInputs, "in_mixed_float16", laws.unknown(), inputs=inputs, inference="noisy")
    assert (told.outcome, told.finding.code) == ("failed", "raises")


class Filling(_layers.Right):
    """Fills what it drops with zeros or with a value, which says nothing of zeros."""

    def __init__(self, rate=0.1, fill_mode="zeros", fill_value=0.0, seed=None, **options):
        super().__init__(rate, seed, **options)
        if fill_mode not in ("zeros", "value"):
            raise ValueError(f"fill_mode is 'zeros' or 'value', not {fill_mode!r}.")
        self.fill_mode, self.fill_value = fill_mode, fill_value

    def noisy(self, x):
        kept = self.mask(x, tf.shape(x))
        return kept * x / (1 - self.rate) + (1 - kept) * self.filled()

    def filled(self):
        return self.fill_value if self.fill_mode == "value" else 0.0

    def get_config(self):
        return {**super().get_config(), "fill_mode": self.fill_mode, "fill_value": self.fill_value}


class FillingNothing(Filling):
    """Forgets the value whatever the mode is."""

    def filled(self):
        return 0.0


def test_an_argument_that_another_makes_idle_is_no_argument_that_is_ignored():
    assert outcome(Filling, "arguments_matter", args={"rate": 0.1}).outcome == "passed"
    told = outcome(FillingNothing, "arguments_matter", args={"rate": 0.1})
    assert told.message == (
        "With fill_value=0.25 the layer does what it does with fill_value=0, to the bit: it is ignored."
    )
