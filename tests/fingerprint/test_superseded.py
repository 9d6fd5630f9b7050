"""superseded.py: an early recording is read without what is asked in another way today."""

import pytest

from noise_ops.findings import Verdict
from tests.fingerprint._fingerprints import compared, fingerprint

ATTENTION = "keras.layers.MultiHeadAttention(dropout)"
ALPHA = "keras.layers.AlphaDropout"
LATE = {"epsilon": "1e-07", "dtype_policy": "float32"}


def attention(output_shape, stream, **environment):
    values = {"config": [f"output_shape={output_shape}"], "signature": ["dropout=0.0"], "stream": "a b c"}
    return fingerprint({ATTENTION: {"float32/eager": values, "float32/fit": {"stream": stream}}}, **environment)


@pytest.mark.parametrize("output_shape", ["32", "(32)"])
def test_a_layer_that_the_probe_called_wrongly_breaks_nothing_and_is_noted(output_shape):
    early = attention(output_shape, "raises TypeError: can only concatenate tuple")
    found = compared(early, attention("None", "d e f", **LATE), predict=False)
    assert found.verdict is Verdict.IDENTICAL
    assert found.groups == ()
    assert any(note.startswith("old was recorded by an early probe") for note in found.notes)


def test_what_is_asked_as_before_is_still_compared():
    early = fingerprint({ATTENTION: {"float32/eager": {"config": ["output_shape=32"], "accepts dropout=1": "zeros"}}})
    values = {"config": ["output_shape=None"], "accepts dropout=1": "raises ValueError when called: no"}
    found = compared(early, fingerprint({ATTENTION: {"float32/eager": values}}, **LATE))
    assert [group.code for group in found.groups] == ["rejects"]


def test_a_late_recording_is_read_whole():
    late = attention("32", "raises TypeError: no", **LATE)
    assert late.recorded[ATTENTION]["float32/fit"]["stream"] == "raises TypeError: no"
    assert not compared(late, late).notes


def test_the_axes_of_a_mask_that_were_not_looked_at_are_no_fact():
    name = "accepts noise_shape=None,1"
    early = fingerprint({ALPHA: {"float32/eager": {name: "noise", "config": []}}})
    late = fingerprint({ALPHA: {"float32/eager": {name: "noise, constant along [1]", "config": []}}}, **LATE)
    assert compared(early, late).groups == ()
    assert name in late.recorded[ALPHA]["float32/eager"]


def test_what_recomputation_does_to_gaussian_noise_was_not_seen():
    name, recorded = "recomputation_keeps_mask", {}
    for layer, said in (
        ("GaussianDropout", "same noise"),
        ("GaussianNoise", "other noise"),
        ("Dropout", "other noise"),
    ):
        recorded[f"keras.layers.{layer}"] = {"float32/eager": {name: said, "config": []}}
    late = {
        "keras.layers.GaussianDropout": {"float32/eager": {name: "other noise", "config": []}},
        "keras.layers.GaussianNoise": {"float32/eager": {"config": []}},
        "keras.layers.Dropout": {"float32/eager": {name: "same noise", "config": []}},
    }
    found = compared(fingerprint(recorded), fingerprint(late, **LATE), predict=False)
    assert [(group.code, group.subjects) for group in found.groups] == [("recomputation", ("keras.layers.Dropout",))]
