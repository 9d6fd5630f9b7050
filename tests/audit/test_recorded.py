"""audit/recorded.py: what records and breaks know of arguments that a config shows is told, or listed as not judged."""

from pathlib import Path

import keras
import pytest

from noise_ops.audit import factories, places, recorded
from noise_ops.audit.judgements import Judged
from noise_ops.audit.judging import OWN_RATE
from noise_ops.audit.reading import ModelError
from noise_ops.comparison.documented import is_documented
from noise_ops.deviations import known
from noise_ops.fingerprint import shipped
from noise_ops.history.breaks import BREAKS
from noise_ops.usage import values
from noise_ops.usage.used import UNKNOWN
from tests.audit._audits import KERAS_3, TF_KERAS, audited, told
from tests.audit._models import layer

PAGE = Path(__file__).parents[2] / "docs" / "auditing.md"


def sides():
    """Each shipped release with the Keras of its own, and how its subjects are named."""
    for release in shipped.releases("keras"):
        yield release, Judged("keras", release.version, installed=True), "keras.layers."
    for release in shipped.releases("tensorflow"):
        environment = release.read().environment
        if environment.tf_keras:
            yield release, Judged("tf_keras", environment.tf_keras, installed=True), "tf_keras.layers."
        else:
            yield release, Judged("keras", environment.keras, installed=True), "keras.layers."


def amiss(release, of):
    """What a record saw to go wrong for an argument of a layer: the layer with it, and the fact."""
    for fact in release.read().facts():
        argument, equals, text = fact.property.partition(" ")[2].partition("=")
        value = values.recorded(text)
        shown = fact.property.startswith(("accepts ", "gate_masks ")) and equals and not callable(value)
        if not (shown and fact.subject.startswith(of) and (fact.dtype, fact.mode) == ("float32", "eager")):
            continue
        if f"{argument}={text}" in recorded._BY_SHAPE or value is UNKNOWN or type(value).__name__ == "_Made":
            continue
        if fact.raised or is_documented(fact) is False:
            name, _, variant = fact.subject.removeprefix(of).rstrip(")").partition("(")
            usual = {variant: 0.2} if variant else {"stddev": 0.5} if name == "GaussianNoise" else {"rate": 0.5}
            yield layer(name, **{**usual, argument: value}), fact


@pytest.mark.parametrize(("release", "judged", "of"), list(sides()), ids=lambda value: getattr(value, "name", ""))
def test_what_a_record_saw_to_go_wrong_for_an_argument_is_never_a_yes(release, judged, of, monkeypatch):
    seen = 0
    for given, fact in amiss(release, of):
        seen += 1
        try:
            assert told(audited(monkeypatch, judged, given)), fact
        except ModelError:  # of no type that a config has
            assert values.recorded(fact.property.partition("=")[2]) in (None, True, "a", "0.3", 1.5), fact
    assert seen > 20


LSTM = {"dropout": 0.2, "units": 2}


@pytest.mark.parametrize("of", ["LSTM", "GRU"])
@pytest.mark.parametrize(
    "arguments",
    [
        {"implementation": 1},
        {"implementation": 2},
        {},
        {"implementation": 1, "recurrent_dropout": 0.3},
        {"implementation": 1, "dropout": 0.0, "recurrent_dropout": 0.3},
    ],
)
def test_what_is_told_of_an_implementation_is_what_the_installed_keras_does(of, arguments, monkeypatch):
    arguments = {**LSTM, **arguments}
    audit = audited(monkeypatch, Judged("keras", keras.__version__, installed=True), layer(of, **arguments))
    try:
        getattr(keras.layers, of)(**arguments)(keras.ops.ones((2, 3, 4)), training=True)
        raised = []
    except Exception as error:
        raised = [type(error).__name__]
    assert [each.code for each in audit.judgements] == ["raises"] * len(raised)
    assert all(f"raises {name}, as recorded of keras==" in audit.judgements[0].message for name in raised)


def test_cells_and_copies_take_no_way_that_raises(monkeypatch):
    cell = layer("LSTMCell", implementation=1, **LSTM)
    copied = layer("Bidirectional", layer=layer("LSTM", implementation=1, **LSTM))
    assert told(audited(monkeypatch, KERAS_3, layer("RNN", cell=cell), copied)) == []
    assert told(audited(monkeypatch, TF_KERAS, layer("LSTM", implementation=1, **LSTM))) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (layer("LSTM", dropout=1.0), "; it drops nothing, without a word, as recorded of keras==3.15.1"),
        (layer("LSTMCell", dropout=1.5), "; it drops nothing, without a word, as recorded of keras==3.15.1"),
        (layer("SimpleRNN", recurrent_dropout=1.0), "; it drops everything, as recorded of keras==3.15.1"),
        (layer("MultiHeadAttention", dropout=-0.5), "; it raises ValueError when it is made, as recorded of"),
    ],
)
def test_a_rate_that_means_nothing_is_told_with_what_comes_of_it(given, words, monkeypatch):
    (found,) = audited(monkeypatch, KERAS_3, given).judgements
    assert (found.code, words in found.message) == ("meaningless-rate", True)


OLD = Judged("keras", "3.1.1", installed=True)
HOW = {
    "draw recurrent_dropout at the rate of dropout": (OLD, layer("LSTM", recurrent_dropout=0.3), "mask-density"),
    "raise in float16": (OLD, layer("GaussianNoise", stddev=0.3, dtype="float16"), "raises"),
    "Dropout(1.0) is made": (OLD, layer("Dropout", rate=1.0), "meaningless-rate"),
    "dropout=1.5 drop nothing": (KERAS_3, layer("GRU", dropout=1.5), "meaningless-rate"),
    "dropout=1 drop nothing": (KERAS_3, layer("GRU", dropout=1), "meaningless-rate"),
    "implementation=1 raise": (KERAS_3, layer("GRU", implementation=1, dropout=0.2), "raises"),
    "SimpleRNN loses its seed": (KERAS_3, layer("SimpleRNN", dropout=0.2), "unsaved"),
    "raises under MirroredStrategy": "layers-raise-under-mirrored",
    "ignores Dropout(x, training=True)": "explicit-training-ignored",
    "`tf.vectorized_map`": "vectorized-map-shares-noise",
    "share the masks of a seeded": "replicas-share-noise",
    "repeats one of a Dropout with seed s + 1": "neighbouring-seeds-tf-keras",
    "loses data_format on reload": "spatial-dropout-loses-data-format",
    "59 times too many": "xla-float16-tails",
}
"""By a part of its sentence, how a break is told: a code, of a layer; or the deviation that is told besides."""

NOT_JUDGED = {
    "one seeded Dropout called twice": "Keras before 2.8 is judged by no known deviations, and the header says so",
    "LSTM, GRU and SimpleRNN called twice": "a config shows how often a layer is called, not in which trace",
    "`tf.data.Dataset.map`": "a config does not show where a model is called",
    "whose rate is a `tf.Variable`": "a config holds no variable",
    "turns a dropped infinity": "a config does not show what is fed",
    "XLA draws another stream": "it is no fault of the noise, and a config does not show what is compiled",
    "XLA draws integers": "layers draw none",
}
"""By a part of its sentence, why a break is not told."""


@pytest.mark.parametrize("entry", BREAKS, ids=lambda entry: entry.sentence)
def test_every_break_is_told_or_listed_with_the_reason(entry, monkeypatch):
    (words,) = [words for words in (*HOW, *NOT_JUDGED) if words in entry.sentence]
    if words in NOT_JUDGED:
        assert f"| {NOT_JUDGED[words]} |" in PAGE.read_text()
    elif isinstance(HOW[words], str):
        assert HOW[words] in {deviation.name for deviation in known()} - set(OWN_RATE)  # of which test_judging tells
    else:
        judged, given, code = HOW[words]
        audit = audited(monkeypatch, judged, given)
        assert bool(audit.unsaved) if code == "unsaved" else [each.code for each in audit.judgements] == [code]


def test_the_seed_that_a_release_does_not_save_is_not_said_to_be_none(monkeypatch):
    lost, kept = layer("SimpleRNN", dropout=0.2, name="a"), layer("LSTM", dropout=0.2, name="b")
    assert [place.path for place in audited(monkeypatch, KERAS_3, lost, kept).unsaved] == ["a"]
    assert audited(monkeypatch, TF_KERAS, lost, kept).unsaved == ()


def test_the_implementation_that_keras_3_does_not_save_is_read_from_the_model_that_a_function_makes():
    layers = keras.layers
    made = keras.Sequential([keras.Input((3, 4)), layers.LSTM(2, dropout=0.2, implementation=1, name="one")])
    both = layers.Bidirectional(layers.LSTM(2, dropout=0.2, implementation=1, name="two"))
    for model, numbers in ((made, {1}), (keras.Sequential([keras.Input((3, 4)), both]), {2, None})):  # which is 2
        found = [each for each in places.model(factories.read("m:make", model)).places if each.argument]
        assert {place.arguments.get("implementation") for place in found} <= numbers
