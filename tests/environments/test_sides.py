"""sides.py: what a user names is a release, a file, a Python or what is installed, and never run without need."""

import sys
from pathlib import Path

import pytest

from noise_ops.environments import recording, sides
from noise_ops.errors import UserError
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.side import Side

RECORDED = Side("recorded", shipped.find("2.15.1").read())


@pytest.fixture
def asked(monkeypatch):
    """Recordings that were asked for, none of which is made."""
    names = []

    def installed(**options):
        names.append("installed")
        return RECORDED

    def interpreter(path, **options):
        names.append(path)
        return RECORDED

    monkeypatch.setattr(recording, "installed", installed)
    monkeypatch.setattr(recording, "interpreter", interpreter)
    return names


@pytest.mark.parametrize("text", ["2.15.1", "tensorflow==2.15.1", "2.15"])
def test_a_release_is_the_shipped_one(text, asked):
    assert sides.resolve(text).fingerprint == RECORDED.fingerprint
    assert asked == []


def test_a_file_is_read_even_if_it_could_be_run(tmp_path, asked):
    path = tmp_path / "mine.json"
    path.write_bytes(shipped.find("2.15.1").path.read_bytes())
    path.chmod(0o755)
    assert sides.resolve(str(path)) == Side(str(path), RECORDED.fingerprint)
    assert asked == []


def test_installed_is_recorded(asked):
    assert sides.resolve("installed") is RECORDED
    assert asked == ["installed"]


def test_a_python_or_its_folder_is_recorded(tmp_path, asked):
    for path in (sys.executable, str(tmp_path)):
        assert sides.resolve(path) is RECORDED
    assert asked == [Path(sys.executable), tmp_path]


def test_of_what_is_recorded_only_that_is_which_layers_name(tmp_path, monkeypatch):
    given = []

    def recorded(*_path, **options):
        given.append(options)
        return RECORDED

    monkeypatch.setattr(recording, "installed", recorded)
    monkeypatch.setattr(recording, "interpreter", recorded)
    for text in ("installed", str(tmp_path)):
        sides.resolve(text)
        sides.resolve(text, ["LSTM.dropout"])
    named = ["keras.layers.LSTM(dropout)", "tf_keras.layers.LSTM(dropout)"]
    assert [options.get("subjects") for options in given] == [None, named, None, named]


@pytest.mark.parametrize("text", ["", "a\0b", "/no/such/file.json", "x" * 5000])
def test_what_is_nothing_is_one_sentence(text, asked):
    with pytest.raises(UserError) as refused:
        sides.resolve(text)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 800
    assert asked == []
