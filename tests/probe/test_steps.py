"""steps/: what the installed release shows is judged elsewhere; here, that it is asked and observed at all."""

import re

import pytest

from noise_ops.fingerprint import schema
from tests.probe._probes import recorded


@pytest.mark.long
def test_transformations_gates_and_ends_are_asked(probe):
    subjects = ("keras.layers.Dropout", "keras.layers.LSTM(recurrent_dropout)", "tf.random.uniform")
    text = recorded(probe, "--subjects", *subjects, "--modes", "eager", "function")
    facts = {fact.key: fact.value for fact in schema.parse(text.encode()).facts()}
    calls = ("in_map_fn", "in_vectorized_map", "in_scan", "in_dataset", "in_accumulation", "in_loop")
    labels = [facts[subjects[0], "float32", "function", f"new_call_new_noise {name}"] for name in calls]
    assert labels[0] == labels[2] == labels[5] == "abc"
    assert all(re.fullmatch("[abcd]{3,4}", label) for label in labels)
    assert facts[subjects[1], "float32", "eager", "gate_masks implementation=1"] in ("aaaa", "abcd")
    assert facts[subjects[1], "float32", "eager", "mask_over_time"] == "aaa"
    assert facts[subjects[0], "float32", "eager", "variables rate=0"].keys() == {"weights", "variables"}
    assert facts[subjects[0], "float32", "function", "changed_attribute"] == "traced as made, eager as changed"
    assert str(facts[subjects[2], "int32", "eager", "accepts minval=maxval"]).startswith("raises InvalidArgumentError")


@pytest.mark.long
def test_recorded_twice_with_other_threads_it_is_the_same_file(probe):
    subset = ("--subjects", "*keras.layers.GaussianNoise", "tf.random.*niform", "--modes", "eager", "function")
    first = recorded(probe, *subset)
    second = recorded(probe, *subset, "--jobs", "1", OMP_NUM_THREADS="1", TF_NUM_INTRAOP_THREADS="1")
    assert first == second
    facts = list(schema.parse(first.encode()).facts())
    assert {"keras.layers.GaussianNoise", "tf.random.uniform"} <= {fact.subject for fact in facts}
    assert all(fact.meaning.name for fact in facts), "noise_ops.properties lacks a property that the probe records"
