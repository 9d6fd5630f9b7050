"""audit/judging.py and versions.py: what was not judged is never fine, and the version is the installed one."""

from importlib.metadata import version

import pytest

from noise_ops.audit import judging, places, reading, versions
from noise_ops.audit.judgements import Judged
from noise_ops.audit.reading import ModelError
from noise_ops.deviations import known
from noise_ops.expected import installed as there
from noise_ops.findings import Verdict
from noise_ops.patterns import NoSuchNameError
from tests.audit._audits import KERAS_3, TF_KERAS, audited, of_file, told
from tests.audit._models import LIBRARIES, by_hand, half, in_sequence, layer, saved, sequence

DROP = layer("Dropout", rate=0.5, name="drop")
MINE = layer("DropPath", None, "my>DropPath", name="path")


def test_a_layer_that_is_not_known_is_never_fine(monkeypatch):
    audit = audited(monkeypatch, KERAS_3, DROP, MINE)
    assert (audit.verdict, told(audit)) == (Verdict.CANNOT_TELL, [("not-judged", "")])
    assert audit.judgements[0].message == "path: my>DropPath is not known to noise_ops: its noise was not judged."
    assert audit.exit_code("law-changed") == 1


def test_a_broken_law_outweighs_what_was_not_judged(monkeypatch):
    audit = audited(monkeypatch, KERAS_3, MINE, layer("Dropout", rate=0.01, dtype="bfloat16"))
    assert audit.verdict is Verdict.LAW_CHANGED


@pytest.mark.parametrize("pattern", ["my>DropPath", "MY>droppath", "my>*"])
def test_a_layer_that_draws_nothing_is_named_by_the_user(pattern, monkeypatch):
    audit = audited(monkeypatch, KERAS_3, DROP, MINE, without_noise=[pattern])
    assert (audit.verdict, audit.without_noise) == (Verdict.IDENTICAL, ("my>DropPath",))


@pytest.mark.parametrize("pattern", ["my>Path", "Dropout", ""])
def test_a_name_that_means_no_unknown_layer_is_refused(pattern, monkeypatch):
    with pytest.raises(NoSuchNameError, match="unknown layer"):
        audited(monkeypatch, KERAS_3, DROP, MINE, without_noise=[pattern])


def test_a_dtype_policy_that_is_not_known_is_never_fine(monkeypatch):
    assert told(audited(monkeypatch, KERAS_3, layer("Dropout", rate=0.01, dtype="my_policy"))) == [("not-judged", "")]


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_real_lambda_is_not_judged(library):
    of = LIBRARIES[library]
    audit = of_file(saved(library, "lambda.keras", in_sequence(library, of.layers.Lambda(lambda x: x + 1))))
    assert told(audit) == [("not-judged", "")]


def test_a_model_without_noise_has_nothing_amiss(monkeypatch):
    audit = audited(monkeypatch, KERAS_3, layer("Dense", units=3))
    assert (audit.verdict, audit.model.places, audit.exit_code("stream-changed")) == (Verdict.IDENTICAL, (), 0)


def test_a_model_without_layers_is_refused(monkeypatch):
    with pytest.raises(ModelError, match=r"^by hand holds a model without layers: there is nothing to judge\.$"):
        audited(monkeypatch, KERAS_3)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_model_is_judged_by_the_version_that_is_installed(library):
    assert of_file(half(library=library)).judged == Judged(library, version(library), installed=True)


@pytest.mark.parametrize(
    ("installed", "written", "judged"),
    [
        ({"keras": "3.5.0", "tf_keras": "2.18.0"}, "3.9.0", Judged("keras", "3.5.0", installed=True)),
        ({"keras": "3.5.0", "tf_keras": "2.18.0"}, "2.9.0", Judged("tf_keras", "2.18.0", installed=True)),
        ({"keras": "3.5.0"}, "2.9.0", Judged("keras", "2.9.0", installed=False)),
        ({"keras": "2.15.0"}, "2.9.0", Judged("keras", "2.15.0", installed=True)),
        ({"keras": "2.15.0"}, "3.9.0", Judged("keras", "3.9.0", installed=False)),
        ({}, "2.16.0", Judged("tf_keras", "2.16.0", installed=False)),
        ({}, "3.9.0", Judged("keras", "3.9.0", installed=False)),
    ],
    ids=str,
)
def test_the_version_that_wrote_a_model_judges_it_where_no_other_can(installed, written, judged, monkeypatch):
    monkeypatch.setattr(there, "version", lambda library: installed.get(library, ""))
    assert versions.judged_by(by_hand(DROP, version=written)) == judged


def test_a_model_of_no_version_is_not_judged_where_no_keras_is_installed(monkeypatch):
    monkeypatch.setattr(there, "version", lambda library: "")
    with pytest.raises(ModelError, match="does not say which Keras wrote it, and no Keras 3 is installed here"):
        judging.audit(by_hand(DROP, version=""))


def test_every_known_deviation_of_a_layer_is_judged_or_told_besides(monkeypatch):
    """Those of a config at its own rates and seeds; the others of whatever layer, dtype and version they name."""
    for deviation in known():
        if deviation.name in judging.OWN_RATE or all(
            name.startswith(("tf.random.Gen", "tf.random.stateless", "tf.nn.experimental"))
            for name in deviation.subjects
        ):
            continue
        assert deviation.name in {
            beside.deviation.name
            for judged in (KERAS_3, TF_KERAS, Judged("keras", "3.7.0", installed=True))
            for dtype in ("float32", "float16")
            for beside in audited(monkeypatch, judged, *every_layer(dtype, judged.library), tensorflow="2.16.2").besides
        }, deviation.name


def every_layer(dtype, library):
    """Layers of all kinds that are subjects, with seeds."""
    yield from (layer(f"SpatialDropout{n}D", rate=0.5, seed=n, dtype=dtype) for n in (1, 2, 3))
    yield from (layer(name, rate=0.5, seed=9, dtype=dtype) for name in ("Dropout", "AlphaDropout", "GaussianDropout"))
    yield layer("GaussianNoise", stddev=0.5, dtype=dtype) | trained(True)
    yield layer("MaskedGaussianNoise", None, "noise_ops>MaskedGaussianNoise", rate=0.1, stddev=1, seed=20, dtype=dtype)
    if library == "tf_keras":
        called = {"inbound_nodes": [[["a", 0, 0, {"rate": 0.5, "seed": 3}]]]}
        yield layer("TFOpLambda", "tf_keras", function="nn.dropout") | called


def trained(training):
    """The node of a layer in a functional model, which is called with an argument."""
    return {"inbound_nodes": [{"args": [], "kwargs": {"training": training}}]}


@pytest.mark.parametrize(
    ("layers", "told"),
    [
        ([DROP], False),
        ([DROP | trained(None)], False),
        ([DROP | trained(False)], False),
        ([DROP | trained(True)], True),
        ([DROP | {"inbound_nodes": [[["a", 0, 0, {"training": True}]]]}], True),
        ([DROP | trained({"class_name": "__keras_tensor__", "config": {}})], True),
        ([sequence(DROP) | trained(True)], True),
        ([layer("TimeDistributed", layer=DROP) | trained(True)], True),
        ([layer("Mine", "mine", inner=DROP)], True),  # whose calls no config tells
    ],
)
def test_explicit_training_is_told_of_what_is_or_may_be_called_so(layers, told, monkeypatch):
    audit = audited(monkeypatch, KERAS_3, *layers, without_noise=["Mine"] if "Mine" in str(layers) else [])
    assert ("explicit-training-ignored" in {each.deviation.name for each in audit.besides}) is told


def test_a_deviation_of_seeded_layers_is_told_of_no_other(monkeypatch):
    names = {each.deviation.name for each in audited(monkeypatch, TF_KERAS, DROP).besides}
    assert "neighbouring-seeds-tf-keras" not in names
    assert "recomputation-redraws" in names


def test_of_what_draws_nothing_nothing_is_told_besides(monkeypatch):
    assert audited(monkeypatch, KERAS_3, layer("Dropout", rate=0)).besides == ()


@pytest.mark.parametrize(
    "written", ["2.4.0-tf", "2.16rc0", "3.0rc1", "3.0.0.dev2023081407", "3.7.0.post1", "2.5", "0.0", "9999.9"]
)
def test_any_version_that_keras_has_had_is_compared(written, monkeypatch):
    monkeypatch.setattr(there, "version", lambda library: "")
    model = places.model(reading.Reader("x").source(sequence(DROP), written))
    assert judging.audit(model).judged.version == written.removesuffix("-tf")
