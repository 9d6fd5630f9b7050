"""A fingerprint is read strictly: every damaged, foreign or hostile form ends in one sentence."""

import json

import pytest

from noise_ops.fingerprint import facts, schema
from noise_ops.fingerprint.facts import Fact, Raised
from noise_ops.fingerprint.schema import FingerprintError
from noise_ops.probe import writing
from noise_ops.properties.catalog import UNKNOWN

ENVIRONMENT = {
    "tensorflow": "2.15.1",
    "distribution": None,
    "keras": "2.15.0",
    "tf_keras": None,
    "numpy": "1.26.4",
    "python": "3.11.7",
    "platform": "Linux x86_64",
    "libc": "glibc 2.36",
    "cpu": "avx2",
    "device": "CPU",
    "floatx": "float32",
    "image_data_format": "channels_last",
    "flags": {},
}


def fingerprint(value="abc def abc", name="stream", target="float32/eager", subject="keras.layers.Dropout"):
    return {
        "schema": writing.SCHEMA,
        "probe": 1,
        "environment": dict(ENVIRONMENT),
        "facts": {subject: {target: {name: value}}},
    }


def written(content):
    return json.dumps(content).encode()


def without(key):
    return {name: value for name, value in fingerprint().items() if name != key}


def in_environment(**changes):
    return {**fingerprint(), "environment": {**ENVIRONMENT, **changes}}


DAMAGED = {
    "empty": b"",
    "text": b"not JSON",
    "a list": b"[]",
    "cut short": written(fingerprint())[:-20],
    "trailing": written(fingerprint()) + b"}",
    "binary": b"\x89PNG\r\n\x1a\n\x00\xff",
    "UTF-8": json.dumps(fingerprint("h\u00e9"), ensure_ascii=False).encode(),
    "too large": b" " * schema.MAX_BYTES + written(fingerprint()),
    "deep": b'{"facts": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "huge integer": written(fingerprint()).replace(b'"abc def abc"', b"9" * 100_000),
    "integer beyond 64 bits": written(fingerprint(2**70)),
    "float": written(fingerprint(0.5)),
    "exponent": written(fingerprint()).replace(b'"abc def abc"', b"1e999999"),
    "nan": written(fingerprint(float("nan"))),
    "infinity": written(fingerprint(float("-inf"))),
    "null": written(fingerprint(None)),
    "key twice": written(fingerprint()).replace(b'"probe": 1', b'"probe": 1, "probe": 1'),
    "nested list": written(fingerprint([["a"]])),
    "nested object": written(fingerprint({"a": {"b": 1}})),
    "float in object": written(fingerprint({"n": 0.5})),
    "string in object": written(fingerprint({"n": "1"})),
    "boolean in object": written(fingerprint({"n": True})),
    "long text": written(fingerprint("a" * 1000)),
    "long list": written(fingerprint(list(range(1000)))),
    "wide object": written(fingerprint({str(i): i for i in range(1000)})),
    "control characters in a value": written(fingerprint("\x1b[31mred")),
    "line break in a value": written(fingerprint("a\nb")),
    "control characters in a subject": written(fingerprint(subject="keras\x1b[2J")),
    "markup in a subject": written(fingerprint(subject="<script>")),
    "long subject": written(fingerprint(subject="a" * 100)),
    "path as a subject": written(fingerprint(subject="../../etc/passwd")),
    "target without mode": written(fingerprint(target="float32")),
    "odd target": written(fingerprint(target="float32/e ager")),
    "odd property": written(fingerprint(name="Stream!")),
    "line break in a property": written(fingerprint(name="accepts a\n")),
    "no schema": written(without("schema")),
    "other schema": written({**fingerprint(), "schema": "noise_ops/check/1"}),
    "schema of another type": written({**fingerprint(), "schema": ["noise_ops/fingerprint/1"]}),
    "future schema": written({**fingerprint(), "schema": "noise_ops/fingerprint/2"}),
    "no probe": written(without("probe")),
    "boolean probe": written({**fingerprint(), "probe": True}),
    "no environment": written(without("environment")),
    "environment of another type": written({**fingerprint(), "environment": []}),
    "environment lacks an entry": written({**fingerprint(), "environment": {"tensorflow": "2.15.1"}}),
    "environment with an unknown entry": written(in_environment(gpu="none")),
    "no TensorFlow": written(in_environment(tensorflow=None)),
    "version of another type": written(in_environment(keras=3)),
    "control characters in a version": written(in_environment(keras="3\x00")),
    "flags of another type": written(in_environment(flags=["a"])),
    "flag of another type": written(in_environment(flags={"XLA_FLAGS": 1})),
    "unknown key": written({**fingerprint(), "run": "rm -rf"}),
    "no facts": written({**fingerprint(), "facts": {}}),
    "facts of another type": written({**fingerprint(), "facts": []}),
    "targets of another type": written({**fingerprint(), "facts": {"keras.layers.Dropout": 1}}),
    "properties of another type": written({**fingerprint(), "facts": {"keras.layers.Dropout": {"float32/eager": 1}}}),
    "too many facts": written(
        {**fingerprint(), "facts": {"a": {"a/b": {f"p{i}": 1 for i in range(schema.MAX_FACTS + 1)}}}}
    ),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_what_is_no_fingerprint_ends_in_one_sentence(data):
    with pytest.raises(FingerprintError) as caught:
        schema.parse(data, "some\x1bfile.json")
    message = str(caught.value)
    assert message.startswith("some?file.json is not a usable fingerprint: ")
    assert message.endswith(".")
    assert len(message) < 300
    assert message.isascii()
    assert message.isprintable()


def test_a_future_format_names_both(tmp_path):
    path = tmp_path / "new.json"
    path.write_bytes(DAMAGED["future schema"])
    with pytest.raises(FingerprintError, match=r"noise_ops/fingerprint/2, and this version .* noise_ops/fingerprint/1"):
        schema.read(path)


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_cannot_be_read_ends_in_one_sentence(tmp_path, name):
    with pytest.raises(FingerprintError, match=r"cannot be read: [A-Z].*\.$"):
        schema.read(tmp_path / name)


def test_every_prefix_of_a_fingerprint_is_refused():
    data = written(fingerprint({"n": 3}))
    for length in range(len(data)):
        with pytest.raises(FingerprintError):
            schema.parse(data[:length])


@pytest.mark.parametrize(
    "value", ["text", 3, -(2**63), True, ["a", "b"], [1, 2], [], {"n": 3, "sums": [1, 2]}], ids=str
)
def test_values_come_back_read_only(value):
    read = schema.parse(written(fingerprint(value))).recorded["keras.layers.Dropout"]["float32/eager"]["stream"]
    if isinstance(value, dict):
        assert dict(read) == {"n": 3, "sums": (1, 2)}
        with pytest.raises(TypeError):
            read["n"] = 4
    else:
        assert read == (tuple(value) if isinstance(value, list) else value)


def test_what_is_read_is_read_only():
    read = schema.parse(written(fingerprint()))
    with pytest.raises(TypeError):
        read.recorded["keras.layers.Dropout"]["float32/eager"]["stream"] = "b"
    with pytest.raises(TypeError):
        read.environment.flags["XLA_FLAGS"] = "b"


def derived(value, mode="eager"):
    facts = schema.parse(written(fingerprint(value, target=f"float32/{mode}"))).facts()
    return {fact.property: fact.value for fact in facts if fact.property != "stream"}


def test_a_stream_implies_what_the_probe_leaves_out():
    assert derived("1 2 1") == {
        "new_call_new_noise": "aba",
        "same_seed_same_noise": "yes",
        "shape_and_dtype_kept": "kept",
    }
    assert derived("1 1 2 2", "mirrored") == {"replicas_draw_apart": "aabb", "shape_and_dtype_kept": "kept"}
    assert derived("not reproducible", "xla") == {"same_seed_same_noise": "no", "shape_and_dtype_kept": "kept"}


@pytest.mark.parametrize("value", ["raises ValueError: no", "crashes: SIGSEGV", "hangs"])
def test_a_stream_that_is_none_implies_nothing(value):
    assert derived(value) == {}


def test_facts_know_what_they_mean():
    fact = Fact("keras.layers.Dropout", "float32", "mirrored", "replicas_draw_apart", "aabb")
    assert fact.meaning.code == "replicas"
    assert fact.documented is False
    assert Fact("a", "b", "c", "replicas_draw_apart", "abcd").documented is True
    assert Fact("a", "b", "c", "replicas_draw_apart", "raises ValueError: no").documented is False
    assert Fact("a", "b", "c", "stream", "1 2 3").documented is None
    assert Fact("a", "b", "c", "of_the_future", "1").meaning is UNKNOWN


def test_what_is_raised_is_taken_apart():
    raised = Fact("a", "b", "c", "accepts rate=1", "raises ValueError when made: Invalid: 1").raised
    assert raised == Raised("ValueError", "made", "Invalid: 1")
    assert Fact("a", "b", "c", "stream", "raises KeyError:").raised == Raised("KeyError", None, "")
    assert Fact("a", "b", "c", "stream", "0a 0b").raised is None
    assert Fact("a", "b", "c", "stream", "crashes: SIGABRT").fate == "crashes: SIGABRT"


def test_fingerprints_of_the_same_facts_do_not_differ():
    assert facts.differences(schema.parse(written(fingerprint())), schema.parse(written(fingerprint()))) == []


def test_differences_name_the_facts():
    old, new = schema.parse(written(fingerprint("1 2"))), schema.parse(written(fingerprint("1 1")))
    assert facts.differences(old, new) == [
        "keras.layers.Dropout float32/eager new_call_new_noise",
        "keras.layers.Dropout float32/eager stream",
    ]


@pytest.mark.parametrize(
    ("only", "said"),
    [
        ({"subjects": ["*.Dropout"]}, "lacks modes"),
        ({"subjects": "Dropout", "modes": []}, "its subjects are no short list"),
        ({"subjects": [3], "modes": []}, "one of its subjects is not a string"),
        ([], "is not an object"),
        ({"subjects": [], "modes": [], "more": []}, "has an unknown entry more"),
    ],
)
def test_what_a_recording_was_narrowed_to_is_read_strictly(only, said):
    facts_ = {"keras.layers.Dropout": {"float32/eager": {"config": []}}}
    whole = {"schema": writing.SCHEMA, "probe": writing.PROBE, "environment": ENVIRONMENT, "facts": facts_}
    with pytest.raises(FingerprintError, match=said):
        schema.parse(json.dumps({**whole, "only": only}).encode())
    narrowed = {**whole, "only": {"subjects": ["*.Dropout"], "modes": ["eager"]}}
    read = schema.parse(json.dumps(narrowed).encode())
    assert (read.only, read.only_modes) == (("*.Dropout",), ("eager",))
    assert schema.parse(json.dumps(whole).encode()).only == ()
