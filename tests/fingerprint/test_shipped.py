"""shipped.py: the release that a user names is found, and what is not there is said in one sentence."""

import json

import pytest

from noise_ops.errors import UserError
from noise_ops.fingerprint import shipped
from tests.fingerprint._fingerprints import ENVIRONMENT


@pytest.mark.parametrize(
    ("text", "name", "tensorflow", "keras"),
    [
        ("2.15.1", "2.15.1", "2.15.1", "2.15.0"),
        (" 2.15.1 ", "2.15.1", "2.15.1", "2.15.0"),
        ("2.15", "2.15.1", "2.15.1", "2.15.0"),
        ("tensorflow==2.4.4", "2.4.4", "2.4.4", "2.4.0"),
        ("tensorflow-cpu == 2.4.4", "2.4.4", "2.4.4", "2.4.0"),
        ("keras==3.7.0", "keras==3.7.0", "2.16.2", "3.7.0"),
        ("3.10", "keras==3.10.0", "2.16.2", "3.10.0"),
    ],
)
def test_a_release_is_found(text, name, tensorflow, keras):
    side = shipped.resolve(text)
    assert (side.name, side.environment.tensorflow, side.environment.keras) == (name, tensorflow, keras)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2.15.0", "nearest are 2.14.1 and 2.15.1"),
        ("2.3.0", "nearest is 2.4.4;"),
        ("99.1", "nearest is 2.21.0;"),
        ("keras==3.10.1", "nearest are keras==3.10.0 and keras==3.11.3"),
        ("keras==2.15.0", "nearest is keras==3.0.5;"),
        ("torch==2.1", "neither a release"),
        ("latest", "neither a release"),
        ("", "neither a release"),
        ("2.15.1; rm -rf", "neither a release"),
        ("\x1b[31m2.15.1", "neither a release"),
        ("9" * 5000, "is not shipped"),
    ],
)
def test_what_is_not_shipped_is_said(text, said):
    with pytest.raises(UserError) as raised:
        shipped.resolve(text)
    sentence = str(raised.value)
    assert said in sentence
    assert sentence.isprintable()
    assert len(sentence) < 700


def test_releases_are_listed_in_order_of_version():
    listed = shipped.listed()
    assert listed.index("2.4.4") < listed.index("2.10.1") < listed.index("keras 3.0.5") < listed.index("3.10.0")


def test_a_file_is_read(tmp_path):
    facts = {"keras.layers.Dropout": {"float32/eager": {"config": []}}}
    path = tmp_path / "mine.json"
    path.write_text(
        json.dumps({"schema": "noise_ops/fingerprint/1", "probe": 1, "environment": ENVIRONMENT, "facts": facts})
    )
    assert shipped.resolve(str(path)).name == str(path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b'{"schema": "noise_ops/fingerprint/9"}'])
def test_a_file_that_is_no_fingerprint_is_refused(tmp_path, content):
    path = tmp_path / "mine.json"
    path.write_bytes(content)
    with pytest.raises(UserError, match="mine"):
        shipped.resolve(str(path))


@pytest.mark.parametrize("name", ["no/such.json", "no\0such.json", "." * 5000 + "/x", "/"])
def test_a_file_that_is_not_there_is_refused(name):
    with pytest.raises(UserError, match="cannot be read"):
        shipped.resolve(name)
