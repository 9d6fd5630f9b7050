"""cli/recording.py: record and probe write a file whole or not at all, and say in one sentence why there is none."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from noise_ops import cli
from noise_ops.environments import recording
from tests.cli._commands import FULL_DISK, assert_refused, noise_ops, program


@pytest.fixture
def recorded(monkeypatch):
    """A text in place of a recording, which takes a minute."""
    monkeypatch.setattr(recording, "recorded", lambda python, progress: f'{{"python": "{python}"}}\n')


def test_a_fingerprint_goes_to_the_screen(recorded, capsys):
    assert cli.main(["record"]) == 0
    assert json.loads(capsys.readouterr().out) == {"python": "None"}


def test_a_fingerprint_goes_to_a_file(recorded, tmp_path, capsys):
    path = tmp_path / "mine.json"
    assert cli.main(["record", "-o", str(path), "--python", "/some/python"]) == 0
    assert json.loads(path.read_text()) == {"python": "/some/python"}
    assert capsys.readouterr().out == ""


def test_a_recording_is_narrowed_by_patterns(monkeypatch, capsys):
    def told(python, progress, **only):
        return json.dumps(only)

    monkeypatch.setattr(recording, "recorded", told)
    assert cli.main(["record", "--layer", "keras.layers.LSTM", "--layer", "tf.nn.dropout", "--mode", "mixed*"]) == 0
    subjects = ["keras.layers.LSTM(dropout)", "keras.layers.LSTM(recurrent_dropout)", "tf.nn.dropout"]
    only = {"subjects": subjects, "modes": ["mixed_bfloat16", "mixed_float16"]}
    assert json.loads(capsys.readouterr().out) == only


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["record", "--python", "missing"], "there is no missing"),
        (["record", "--python", "."], "none of a virtual environment"),
        (["record", "-o", "missing/mine.json"], "there is no folder"),
        (["record", "-o", "."], "it is a folder"),
        (["probe", "-o", "missing/probe.pyz"], "there is no folder"),
        (["probe", "-o", "."], "it is a folder"),
        (["record", "--layer", "Foo"], "there is no layer 'Foo' in any release"),
        (["record", "--layer", ""], "is empty"),
        (["record", "--mode", "quantum"], "there is no mode 'quantum'"),
        (["compare", "2.15.1", "--python", "missing"], "there is no missing"),
    ],
)
def test_what_cannot_be_recorded_is_one_sentence(arguments, word, tmp_path):
    assert_refused(noise_ops(*arguments, cwd=tmp_path), word)
    assert list(tmp_path.iterdir()) == []


def test_the_probe_is_one_file_that_python_runs(tmp_path, capsys):
    path = tmp_path / "probe.pyz"
    path.write_text("before")
    assert cli.main(["probe", "-o", str(path)]) == 0
    assert capsys.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == [path]
    told = subprocess.run([sys.executable, path, "--help"], capture_output=True, text=True, check=True)
    assert told.stdout.startswith("usage: ")


def test_a_probe_that_finds_no_place_is_not_written(tmp_path):
    path, scratch = tmp_path / "probe.pyz", tmp_path / "scratch"
    path.write_text("before")
    scratch.mkdir()
    finished = noise_ops("probe", "-o", path, source=program(FULL_DISK), TMPDIR=str(scratch))
    assert_refused(finished, "File too large")
    assert (path.read_text(), list(scratch.iterdir())) == ("before", [])


def test_a_probe_that_is_not_asked_where_is_not_written(capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["probe"])
    assert "-o" in capsys.readouterr().err


def test_a_python_without_tensorflow_is_one_sentence(tmp_path):
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    for arguments in (
        ["record", "-o", "mine.json", "--python", "bare"],
        ["compare", "2.15.1", "bare"],
        ["compare", "2.15.1", "--python", "bare"],
    ):
        assert_refused(noise_ops(*arguments, cwd=tmp_path), "it has no TensorFlow")
    assert list(tmp_path.iterdir()) == [bare]


def given(prelude):
    """The command line with a text in place of a recording, made after a prelude."""
    return program(f"import os, signal\nfrom noise_ops.environments import recording\n{prelude}\n")


@pytest.mark.parametrize("size", [10, 100_000])
@pytest.mark.parametrize("buffered", ["", "1"])
def test_a_screen_that_takes_nothing_is_one_sentence(size, buffered):
    source = given(f"os.dup2(os.open('/dev/full', os.O_WRONLY), 1)\nrecording.recorded = lambda *_, **__: 'x' * {size}")
    finished = noise_ops("record", source=source, PYTHONUNBUFFERED=buffered)
    assert_refused(finished, "noise-ops: No space left on device.")


def test_what_nohup_runs_outlives_its_terminal(tmp_path):
    ignored = "signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    source = given(f"{ignored}\nrecording.recorded = lambda *_, **__: os.kill(os.getpid(), signal.SIGHUP) or 'text'")
    assert noise_ops("record", "-o", tmp_path / "mine.json", source=source).returncode == 0
    assert (tmp_path / "mine.json").read_text() == "text"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_command_that_is_ended_leaves_all_as_it_was(number, tmp_path):
    before = tmp_path / "mine.json"
    before.write_text("before")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = subprocess.Popen(
        [sys.executable, "-c", program(), "record", "-o", before],
        env={**os.environ, "TMPDIR": str(scratch)},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(scratch.glob("*/probe/__main__.py")) and command.poll() is None:
        time.sleep(0.05)
    time.sleep(1)
    command.send_signal(number)
    _, errors = command.communicate(timeout=60)
    assert (command.returncode, errors) == (2, "noise-ops: interrupted; no file is half-written.\n")
    assert set(tmp_path.iterdir()) == {before, scratch}
    assert before.read_text() == "before"
    assert list(scratch.iterdir()) == []
