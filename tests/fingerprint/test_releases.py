"""The shipped fingerprints: all are read, hold what they say, and show the breaks that people met."""

import json
from functools import cache
from pathlib import Path

import pytest

from noise_ops.fingerprint import schema
from noise_ops.probe import writing

RELEASES = Path(schema.__file__).with_name("releases")
FILES = sorted(RELEASES.glob("*.json"))
MAX_KILOBYTES = 240


@cache
def facts(name):
    return schema.read(RELEASES / f"{name}.json").by_key()


def value(release, subject, dtype, mode, name):
    """A fact's value; the beginning of what is raised."""
    found = facts(release)[subject, dtype, mode, name]
    return f"raises {found.raised.type}" if found.raised else found.value


def versions(library):
    """The recorded versions of a library, oldest first."""
    named = (path.stem.removeprefix(f"{library}-") for path in FILES if path.stem.startswith(f"{library}-"))
    return sorted(named, key=lambda version: [int(part) for part in version.split(".")])


def where(library, predicate):
    """The versions of a library for whose recorded facts something holds, first and last, if they are a range."""
    every = versions(library)
    holding = [version for version in every if predicate(f"{library}-{version}")]
    first = every.index(holding[0])
    assert every[first : first + len(holding)] == holding, "not one range of versions"
    return holding[0], holding[-1]


def test_every_minor_release_is_there():
    assert [version.split(".")[1] for version in versions("tensorflow")] == [str(minor) for minor in range(4, 22)]
    assert [version.split(".")[1] for version in versions("keras")] == [str(minor) for minor in range(16)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_fingerprint_is_sound(path):
    read = schema.read(path)
    library, _, version = path.stem.partition("-")
    assert getattr(read.environment, library) == version
    assert read.probe == writing.PROBE
    assert read.environment.flags == {}
    assert read.environment.device == "CPU"
    assert path.stat().st_size <= MAX_KILOBYTES * 1024
    assert not [fact.key for fact in read.facts() if fact.fate]
    assert not {fact.property for fact in read.facts() if not fact.meaning.name}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_fingerprint_is_sorted_and_names_no_machine(path):
    text = path.read_text(encoding="ascii")
    content = json.loads(text)
    assert list(content["facts"]) == sorted(content["facts"])
    assert len(text.splitlines()) > 1000
    assert not [word for word in ("/home", "/root", "/tmp", "/work", "site-packages", " 0x7") if word in text]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_words_of_every_release_are_the_same(path):
    """The one thing that never moved: Philox's words of a stateless seed."""
    name = "tensorflow-2.21.0" if path.stem.startswith("keras") else path.stem
    key = ("tf.random.stateless_uniform", "uint32", "eager", "words_head")
    assert facts(name)[key].value == facts("tensorflow-2.4.4")[key].value


EAGER = ("float32", "eager")
RECURRENT = [f"keras.layers.{name}(recurrent_dropout)" for name in ("LSTM", "GRU", "SimpleRNN")]
MASKED = [f"keras.layers.{name}" for name in ("Dropout", "SpatialDropout1D", "AlphaDropout", "LSTM(dropout)")]


@pytest.mark.parametrize("subject", RECURRENT)
def test_recurrent_dropout_was_drawn_at_the_rate_of_dropout(subject):
    def drops_nothing(release):
        return value(release, subject, *EAGER, "mask_density 0.3")["dropped"] == 0

    assert where("keras", drops_nothing) == ("3.0.5", "3.1.1")
    counts = value("keras-3.1.1", subject, *EAGER, "mask_density 0.5 beside 0.25")
    assert 0.24 < counts["dropped"] / counts["n"] < 0.26


@pytest.mark.parametrize("subject", ["keras.layers.GaussianNoise", "keras.layers.GaussianDropout"])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_gaussian_layers_raised_in_half_precision(subject, dtype):
    def raises(release):
        return value(release, subject, dtype, "eager", "stream") == "raises InvalidArgumentError"

    assert where("keras", raises) == ("3.0.5", "3.1.1")


@pytest.mark.parametrize("subject", MASKED)
def test_layers_raised_under_mirrored_strategy(subject):
    def raises(release):
        return value(release, subject, "float32", "mirrored", "stream").startswith("raises ")

    assert where("keras", raises) == ("3.7.0", "3.7.0")


@pytest.mark.parametrize("subject", ["keras.layers.Dropout", "keras.layers.SpatialDropout2D"])
def test_rate_one_raised_at_the_call(subject):
    def raises(release):
        raised = facts(release)[subject, *EAGER, "accepts rate=1"].raised
        return raised is not None and raised.when == "called"

    assert where("keras", raises) == ("3.0.5", "3.13.2")


def test_a_seeded_layer_drew_one_mask_twice_in_a_trace():
    def repeats(release):
        name = "new_call_new_noise twice_in_trace"
        return value(release, "keras.layers.Dropout", "float32", "function", name) == "aabb"

    assert where("tensorflow", repeats) == ("2.4.4", "2.7.4")


@pytest.mark.parametrize("subject", ["keras.layers.Dropout", "tf.nn.dropout"])
def test_infinity_became_nan_where_dropped(subject):
    def leaks(release):
        return "inf becomes nan" in value(release, subject, *EAGER, "non_finite_dropped")

    assert where("tensorflow", leaks) == ("2.4.4", "2.10.1")


@pytest.mark.parametrize("mode", ["from_config", "reloaded"])
def test_spatial_dropout_lost_its_data_format(mode):
    def loses(release):
        return value(release, "keras.layers.SpatialDropout2D", "float32", mode, "data_format_kept") == "lost"

    assert where("tensorflow", loses) == ("2.4.4", "2.15.1")
    assert value("tensorflow-2.21.0", "tf_keras.layers.SpatialDropout2D", "float32", mode, "data_format_kept") == "lost"


def test_the_stream_of_xla_parted_from_that_of_eager():
    def agrees(release):
        fact = facts(release).get(("tf.random.stateless_uniform", "float32", "xla", "mode_draws_eager_stream"))
        return fact is not None and fact.value == "bits"

    assert where("tensorflow", agrees) == ("2.7.4", "2.12.1")


def test_the_global_seed_stopped_to_determine_layers():
    def decides(release):
        return "tf.random.set_seed" in value(release, "keras.layers.Dropout", *EAGER, "seeded_by")

    assert where("tensorflow", decides) == ("2.4.4", "2.15.1")


@pytest.mark.parametrize("subject", ["keras.layers.LSTM(dropout)", "keras.layers.GRU(dropout)"])
@pytest.mark.parametrize("rate", ["1", "1.5"])
def test_recurrent_layers_drop_nothing_at_rate_one_and_accept_more(subject, rate):
    def silent(release):
        return value(release, subject, *EAGER, f"accepts dropout={rate}") == "identity"

    assert where("keras", silent) == ("3.14.1", "3.15.1")


def test_dropout_with_implementation_one_raises():
    def raises(release):
        name = "gate_masks implementation=1"
        return value(release, "keras.layers.LSTM(dropout)", *EAGER, name) == "raises InvalidArgumentError"

    assert where("keras", raises) == ("3.8.0", "3.15.1")
