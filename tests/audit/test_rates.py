"""audit/rates.py: what a rate means at its own dtype is told with the size that arithmetic gives it."""

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from noise_ops import laws
from noise_ops.audit.judgements import Judged
from noise_ops.audit.kinds import Kind
from noise_ops.audit.rates import concerns
from noise_ops.deviations import known
from noise_ops.expected import installed
from noise_ops.reference.variates import DTYPES
from tests.audit._audits import KERAS_3, TF_KERAS, audited, of_file, told
from tests.audit._models import LIBRARIES, half, layer

DROPPED = {"bfloat16": "bfloat16-mask-density", "float16": "float16-mask-density"}


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_real_dropout_in_half_precision_is_told_with_its_size(library):
    (found,) = of_file(half(library=library)).judgements
    assert found.message == "drop: Dropout(0.01) in mixed_bfloat16 drops 1.56 % in place of 1 % (+56 %); under XLA 1 %."
    assert (found.code, found.deviation) == ("mask-density", "bfloat16-mask-density")


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_size_is_what_the_layer_drops(library):
    """In a million draws, within five standard errors."""
    rate, share, n = 0.01, 2 / 128, 1_000_000
    of = LIBRARIES[library]
    policy = "mixed_bfloat16" if library == "keras" else of.mixed_precision.Policy("mixed_bfloat16")
    y = of.layers.Dropout(rate, seed=1, dtype=policy)(np.ones((1000, n // 1000), np.float32), training=True)
    dropped = float(np.mean(np.asarray(y).astype(np.float32) == 0))
    assert abs(dropped - share) < 5 * math.sqrt(share * (1 - share) / n)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("rate", [0.001, 0.01, 0.1, 0.2, 0.25, 0.3, 0.5, 0.9, 0.999])
def test_the_size_is_that_of_the_law(dtype, rate, monkeypatch):
    found = audited(monkeypatch, KERAS_3, layer("Dropout", rate=rate, dtype=dtype.name, name="a")).judgements
    dropped = laws.drops(rate).p_one(dtype)
    if abs(dropped - rate) < 1e-3 * min(rate, 1 - rate):
        assert found == ()
    else:
        assert dtype.name in DROPPED
        assert f" drops {100 * dropped:.3g} % in place of {100 * rate:.3g} %" in found[0].message
        assert found[0].deviation == DROPPED[dtype.name]


@pytest.mark.parametrize(
    ("class_name", "argument"),
    [
        ("SpatialDropout2D", "rate"),
        ("LSTM", "dropout"),
        ("GRUCell", "recurrent_dropout"),
        ("MultiHeadAttention", "dropout"),
        ("ConvLSTM2D", "dropout"),
    ],
)
@pytest.mark.parametrize("judged", [KERAS_3, TF_KERAS], ids=str)
def test_every_mask_is_drawn_in_the_compute_dtype(class_name, argument, judged, monkeypatch):
    found = audited(monkeypatch, judged, layer(class_name, dtype="mixed_bfloat16", **{argument: 0.01}))
    assert told(found) == [("mask-density", "bfloat16-mask-density")]


@pytest.mark.parametrize("class_name", ["AlphaDropout", "GaussianDropout"])
def test_alpha_and_gaussian_dropout_keep_their_rate(class_name, monkeypatch):
    assert told(audited(monkeypatch, KERAS_3, layer(class_name, rate=0.01, dtype="bfloat16"))) == []


def test_masked_noise_keeps_its_rate(monkeypatch):
    own = layer("MaskedGaussianNoise", None, "noise_ops>MaskedGaussianNoise", rate=0.01, stddev=1, dtype="bfloat16")
    assert told(audited(monkeypatch, KERAS_3, own)) == []
    assert laws.adds_to_share(0.01, stats.norm()).p_one(DTYPES[1]) == pytest.approx(0.01, rel=1e-3)


def test_layers_that_say_the_same_are_one_finding(monkeypatch):
    layers = [layer("Dropout", rate=0.01, dtype="bfloat16", name=name) for name in "abcde"]
    (found,) = audited(monkeypatch, KERAS_3, *layers).judgements
    assert found.message.startswith("a, b, c and 2 more: Dropout(0.01) in bfloat16 ")
    assert [place.path for place in found.places] == [*"abcde"]


RATES_AT_LIMITS = [
    (KERAS_3, "Dropout", 1, ("meaningless-rate", "")),
    (KERAS_3, "GaussianDropout", 1, ("meaningless-rate", "rate-one-divides-by-zero")),
    (TF_KERAS, "Dropout", 1, ("meaningless-rate", "rate-one-raises")),
    (Judged("keras", "3.13.0", installed=True), "Dropout", 1.0, ("meaningless-rate", "rate-one-raises")),
    (KERAS_3, "Dropout", -0.1, ("meaningless-rate", "")),
    (KERAS_3, "Dropout", 1.5, ("meaningless-rate", "")),
    (KERAS_3, "Dropout", math.nan, ("meaningless-rate", "")),
    (KERAS_3, "Dropout", math.inf, ("meaningless-rate", "")),
    (KERAS_3, "Dropout", 10**400, ("meaningless-rate", "")),
    (KERAS_3, "Dropout", -(10**400), ("meaningless-rate", "")),
    (TF_KERAS, "AlphaDropout", -1, ("meaningless-rate", "bad-rates-pass-tf-keras")),
    (TF_KERAS, "GaussianDropout", math.nan, ("meaningless-rate", "bad-rates-pass-tf-keras")),
    (KERAS_3, "LSTM", 1.0, ("meaningless-rate", "")),
]


@pytest.mark.parametrize(("judged", "class_name", "rate", "expected"), RATES_AT_LIMITS, ids=str)
def test_a_rate_that_means_nothing_is_told(judged, class_name, rate, expected, monkeypatch):
    argument = "dropout" if class_name == "LSTM" else "rate"
    found = audited(monkeypatch, judged, layer(class_name, **{argument: rate}))
    assert told(found) == [expected]
    assert "a rate is at least 0 and below 1" in found.judgements[0].message


@pytest.mark.parametrize(
    ("judged", "stddev", "expected"),
    [
        (KERAS_3, 0, []),
        (TF_KERAS, 0, [("rate-limit", "gaussian-noise-zero-stddev")]),
        (KERAS_3, 1, []),
        (KERAS_3, 1.5, [("raises", "gaussian-noise-stddev-above-one")]),
        (TF_KERAS, 1.5, []),
        (KERAS_3, -1, [("meaningless-rate", "")]),
        (TF_KERAS, math.nan, [("meaningless-rate", "")]),
    ],
    ids=str,
)
def test_a_standard_deviation_is_judged_as_one(judged, stddev, expected, monkeypatch):
    assert told(audited(monkeypatch, judged, layer("GaussianNoise", stddev=stddev))) == expected


@pytest.mark.parametrize("class_name", ["Dropout", "GaussianNoise"])
def test_at_zero_nothing_is_amiss(class_name, monkeypatch):
    argument = {"Dropout": "rate", "GaussianNoise": "stddev"}[class_name]
    assert told(audited(monkeypatch, KERAS_3, layer(class_name, dtype="bfloat16", **{argument: 0}))) == []


def test_a_dtype_that_raises_is_told_of_the_versions_that_do(monkeypatch):
    noisy = layer("GaussianNoise", stddev=0.5, dtype="mixed_float16")
    assert told(audited(monkeypatch, Judged("keras", "3.1.1", installed=True), noisy)) == [
        ("raises", "gaussians-raise-outside-float32")
    ]
    assert told(audited(monkeypatch, KERAS_3, noisy)) == []


def test_json_holds_no_number_that_json_has_not(monkeypatch):
    from noise_ops.report import json as report

    audit = audited(monkeypatch, KERAS_3, layer("Dropout", rate=math.nan), layer("Dropout", rate=10**400))
    values = [place["value"] for place in json.loads(report.render_audit(audit), parse_constant=pytest.fail)["places"]]
    assert values == ["nan", "inf"]


@pytest.mark.parametrize(("tensorflow", "is_told"), [("2.16.2", True), ("2.21.0", False), (None, False)])
def test_what_another_tensorflow_does_is_not_told(tensorflow, is_told, monkeypatch):
    monkeypatch.setattr(installed, "versions", lambda: {"tensorflow": tensorflow})
    masked = SimpleNamespace(
        name="noise_ops.layers.keras3.MaskedGaussianNoise", kind=Kind.NOISE, compute_dtype="float32"
    )
    (deviation,) = [entry for entry in known() if entry.beneath]
    assert concerns(deviation, masked, KERAS_3) is is_told
