"""Layers as users write them: each broken one is caught by what must catch it, and each right one is left alone.

A few are asked each time, all of them with --run-long and by `noise-ops selftest`.
"""

import re
from dataclasses import replace

import pytest

from noise_ops import laws
from noise_ops.laws.adding import Adds, AddsToShare
from noise_ops.laws.drawing import Draws
from noise_ops.laws.dropping import Drops
from noise_ops.laws.happening import Applies, Selects, Unknown
from noise_ops.laws.multiplying import Multiplies
from noise_ops.report import kill_matrix
from noise_ops.sabotage import selftest
from noise_ops.sabotage.mutant import Mutant, Wound
from noise_ops.sabotage.outcome import Ending, Matrix
from noise_ops.sabotage.own import catalog as own_catalog
from noise_ops.sabotage.own.catalog import catalog
from noise_ops.sabotage.own.judging import asked_of, judge
from noise_ops.subjects import libraries
from noise_ops.testing.catalog import PROPERTIES
from tests.report.test_of_check import ENVIRONMENT

OWN = {own.name.removeprefix("own layers of "): own for own in catalog()}
BROKEN = [own for own in catalog() if not own.is_control]
RIGHT = [own for own in catalog() if own.is_control]

SAMPLE = (
    "Keras 3/rate-2-percent-off",
    "Keras 3/last-sample-spared",
    "Keras 3/halves-of-batch-alike",
    "Keras 3/a-nan-in-ten-thousand",
    "Keras 3/seed-in-float32",
    "Keras 3/seed-not-in-config",
    "Keras 3/one-sample-squeezed",
    "Keras 3/follows-neighbour",
    "Keras 3/multiplied-for-added",
    "Keras 3/always-the-first",
    "Keras 3/label-becomes-itself",
    "Keras 3/half-rounded-down",
    "Keras 3/default-raises",
    "Keras 3/one-name",
    "Keras 3/another-choice-raises",
    "Keras 3/format-turned",
    "Keras 3/inner-dtype",
    "Keras 3/trained-rate",
    "Keras 3/first-batch-kept",
    "Keras 3/steps-of-known-number",
    "tf_keras/rate-in-bfloat16",
    "NumPy/halves-alike",
    "TensorFlow/mask-per-row",
    "Keras 3/to-one",
    "Keras 3/flip-nearly-all",
    "Keras 3/select",
    "Keras 3/two-outputs",
    "Keras 3/own-law",
    "Keras 3/holding",
    "NumPy/numpy-beta",
)
"""Those that stand for the others in the default test run."""


def test_there_are_enough_of_every_library_and_law():
    assert len(BROKEN) >= 60
    assert len(RIGHT) >= 15
    assert {own.subject for own in BROKEN} == {own.subject for own in RIGHT}
    families = {Drops, Adds, AddsToShare, Multiplies, Draws, Applies, Selects, Unknown}
    assert families <= {type(own.law) for own in RIGHT}


def test_each_has_a_name_of_its_own():
    assert len(OWN) == len(catalog())


def test_what_must_catch_a_layer_is_asked_of_its_law():
    for own in BROKEN:
        assert own.wound.expected, own.name
        for name in own.wound.expected:
            assert PROPERTIES[name].applies(own.law), own.name


def test_nearly_every_property_must_catch_some_layer():
    caught = {name for own in BROKEN for name in own.wound.expected}
    assert PROPERTIES.keys() - caught <= {"predicted_stream"}


@pytest.mark.parametrize("name", SAMPLE)
def test_a_layer_ends_as_it_should(name):
    outcome = selftest.judge(OWN[name])
    assert outcome.is_right, outcome
    assert outcome.ending is (Ending.LEFT_ALONE if OWN[name].is_control else Ending.CAUGHT)


@pytest.mark.long
@pytest.mark.parametrize("name", OWN)
def test_every_layer_ends_as_it_should(name):
    outcome = judge(OWN[name])
    assert outcome.is_right, outcome


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name, own in OWN.items() if not own.is_control])
def test_what_is_said_of_a_broken_layer_is_sentences(name):
    """Whatever is asked beyond what must catch it neither crashes nor passes over it silently."""
    outcomes = asked_of(OWN[name])
    failed = {each.property: each.message for each in outcomes if each.outcome == "failed"}
    assert set(OWN[name].wound.expected) <= failed.keys()
    told = {name: message for name, message in failed.items() if not re.match(r"[A-Z0-9].*\.$", message, re.DOTALL)}
    assert told == {}


def test_a_broken_layer_that_nothing_objects_to_is_missed():
    harmless = replace(OWN["NumPy/in-place"], factory=OWN["NumPy/numpy-dropout"].factory)
    assert judge(harmless).ending is Ending.MISSED


def test_a_broken_layer_is_missed_by_one_property_of_two():
    own = OWN["NumPy/in-place"]
    wound = replace(own.wound, expected=("input_untouched", "same_seed_same_noise"))
    outcome = judge(replace(own, wound=wound))
    assert (outcome.ending, outcome.caught_by) == (Ending.MISSED, ("input_untouched",))


def test_a_right_layer_that_breaks_its_law_is_accused():
    control = replace(OWN["NumPy/numpy-dropout"], law=laws.drops(0.4))
    outcome = judge(control)
    assert (outcome.ending, outcome.is_right) == (Ending.ACCUSED, False)
    assert "mask_density" in outcome.caught_by


def test_a_layer_that_cannot_be_held_is_not_passed_over():
    outcome = judge(replace(OWN["NumPy/numpy-dropout"], factory=lambda x, seed: x.nothing))
    assert outcome.ending is Ending.ACCUSED
    assert "takes no input" in outcome.reason


def test_a_library_that_is_missing_is_told(monkeypatch):
    monkeypatch.setattr(libraries, "load", lambda name: None)
    found = [judge(own) for own in own_catalog.catalog.__wrapped__() if own.missing]
    assert [outcome.ending for outcome in found] == [Ending.NOT_RUN, Ending.NOT_RUN]
    assert "keras 3 is not installed" in found[0].reason


def test_the_answer_counts_them():
    outcomes = [judge(OWN[name]) for name in ("NumPy/in-place", "NumPy/numpy-dropout")]
    told = kill_matrix.summary(Matrix(outcomes, ENVIRONMENT, 2.0))
    assert "1 of 1 broken layers were caught, 1 of 1 controls rightly left alone; 1 and 1 of them are layers" in told
    assert not Mutant("tf.nn.dropout", Wound("scale", OWN["NumPy/in-place"].wound.kind, "", ())).is_own
