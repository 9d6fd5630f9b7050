"""classes.py: a new layer is one entry, from which everything that names, records and explains layers follows."""

import pytest

from noise_ops.comparison.script_parts import Layer, maker
from noise_ops.predictions import outputs
from noise_ops.predictions.rules import Rule
from noise_ops.probe import steps
from noise_ops.subjects import catalog, classes

NAME = "keras.layers.GroupQueryAttention(dropout)"
ENTRY = {"head_dim": 16, "num_query_heads": 2, "num_key_value_heads": 2, "use_bias": False}


@pytest.fixture
def one_entry_more(monkeypatch):
    """The classes with a layer that is not among them."""
    assert catalog.named(NAME) is None
    for kept in (catalog.every, catalog.recorded, outputs._noise):
        monkeypatch.setattr(kept.__module__ + "." + kept.__name__, kept.__wrapped__)
    monkeypatch.setitem(classes.ATTENTION, "GroupQueryAttention", ENTRY)


@pytest.mark.usefixtures("one_entry_more")
def test_a_layer_of_one_entry_is_recorded_and_its_stream_explained():
    assert NAME in steps.subject_names()
    [stream] = [step for step in steps.steps({NAME}, {"eager"}) if step.name == "stream"]
    mask = stream.facts()["mask"]
    [explanation] = outputs.explanations(NAME, "float32", "eager", "stream", mask)
    assert explanation.rule is Rule.KERAS_3


@pytest.mark.usefixtures("one_entry_more")
def test_a_layer_of_one_entry_has_a_script():
    layer = Layer.of(NAME)
    assert layer.called() == "layer(x, x, training=True)"
    assert layer.shape == catalog.named(NAME).shape
    assert 'dict(dropout=0.3, dtype="float32", head_dim=16, num_query_heads=2' in "\n".join(maker(layer, "float32"))


@pytest.mark.usefixtures("one_entry_more")
def test_whether_a_layer_of_one_entry_is_checked_follows_from_its_kind():
    assert not catalog.named(NAME).checked
    assert NAME not in catalog.names()


def test_the_layers_that_are_checked_and_those_that_are_recorded_overlap_in_all_but_a_kind():
    left_out = {type(subject).__name__ for subject in catalog.every() if not subject.checked}
    assert left_out == {"RecurrentSubject", "AttentionSubject", "KerasFunction"}
    assert {type(subject).__name__ for subject in catalog.every() if not subject.recorded} == {"OwnLayer"}
