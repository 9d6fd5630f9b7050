"""cli/recording.py: record and probe write files whole or not at all, and say in one sentence why there is none."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from noise_ops import cli
from noise_ops.environments import installing, recording
from noise_ops.errors import UserError
from noise_ops.fingerprint import shipped
from tests.cli._commands import FULL_DISK, NO_TENSORFLOW, assert_refused, noise_ops, program
from tests.environments._pythons import script
from tests.environments.test_processes import is_gone


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


FIRST, SECOND = (f"tensorflow-cpu==2.16.2 keras=={version}" for version in ("3.6.0", "3.7.0"))


@pytest.fixture
def made(monkeypatch):
    """Shipped records, as if asked for in part, in place of installations; which were asked for."""
    asked = []

    def recorded(text, folder, **options):
        asked.append(text)
        if text not in (FIRST, SECOND):
            raise UserError(f"{text} cannot be installed.")
        shown = shipped.find(text.rpartition("==")[2], "keras").path.read_text(encoding="ascii")
        return shown.replace('["keras.*"]', json.dumps(options.get("subjects", [])))

    monkeypatch.setattr(installing, "recorded", recorded)
    return asked


def record(folder, *arguments):
    return cli.main(["record", *arguments, "--layer", "keras.layers.Dropout", "-o", str(folder)])


def test_requirements_have_a_file_each(made, tmp_path, capsys):
    folder = tmp_path / "records"
    assert record(folder, FIRST, SECOND) == 0
    assert {path.name for path in folder.iterdir()} == {
        "tensorflow-cpu-2.16.2-keras-3.6.0.json",
        "tensorflow-cpu-2.16.2-keras-3.7.0.json",
    }
    out, err = capsys.readouterr()
    assert (out.count(": recorded in "), err) == (2, "")


def test_a_whole_file_is_kept_unless_it_is_forced(made, tmp_path, capsys):
    folder = tmp_path / "records"
    record(folder, FIRST, SECOND)
    damaged = folder / "tensorflow-cpu-2.16.2-keras-3.7.0.json"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:1000])
    made.clear()
    assert record(folder, FIRST, SECOND) == 0
    assert made == [SECOND]
    assert damaged.read_bytes() == whole
    assert f"{FIRST}: kept, " in capsys.readouterr().out
    assert record(folder, FIRST, SECOND, "--force") == 0
    assert made == [SECOND, FIRST, SECOND]


def test_one_that_fails_is_told_and_the_others_are_recorded(made, tmp_path, capsys):
    folder, failing = tmp_path / "records", "tensorflow-cpu==2.16.2 keras==3.99.0"
    assert record(folder, FIRST, failing, SECOND) == 2
    out, err = capsys.readouterr()
    assert (out.count(": recorded in "), err) == (2, f"noise-ops: {failing} cannot be installed.\n")
    assert len(list(folder.iterdir())) == 2


def test_where_all_fail_no_folder_is_made(made, tmp_path):
    assert record(tmp_path / "records", "keras==3.99.0") == 2
    assert not (tmp_path / "records").exists()


def test_one_requirement_may_go_to_the_screen(made, capsys):
    assert cli.main(["record", FIRST]) == 0
    assert json.loads(capsys.readouterr().out)["environment"]["keras"] == "3.6.0"


def test_an_interruption_says_what_was_recorded(monkeypatch, tmp_path, capsys):
    def interrupted(text, folder, **options):
        if text == SECOND:
            raise KeyboardInterrupt
        return "{}"

    monkeypatch.setattr(installing, "recorded", interrupted)
    assert record(tmp_path / "records", FIRST, SECOND) == 2
    said = "noise-ops: interrupted: 1 of 2 were recorded; the same command does the rest.\n"
    assert capsys.readouterr().err == said
    assert len(list((tmp_path / "records").iterdir())) == 1


def test_nothing_left_asks_no_cluster(made, tmp_path):
    record(tmp_path / "records", FIRST)
    assert record(tmp_path / "records", FIRST, "--dask", "nowhere") == 0


KERAS = ["keras==3.6.0", "keras==3.7.0"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["record", "--python", "missing"], "there is no missing"),
        (["record", "--python", "."], "none of a virtual environment"),
        (["record", "-o", "missing/mine.json"], "there is no folder"),
        (["record", "-o", "."], "it is a folder"),
        (["record", *KERAS], "name a folder for them with -o FOLDER"),
        (["record", *KERAS, "-o", "records.json"], "-o names a folder"),
        (["record", *KERAS, "-o", "/dev/null"], "-o names a folder"),
        (["record", *KERAS, "-o", "missing/records"], "there is no folder"),
        (["record", *KERAS, "-o", "records", "--python", "."], "it goes without requirements"),
        (["record", *KERAS, "-o", "records", "--dask", "nowhere"], "no Dask scheduler at 'nowhere'"),
        (["record", *KERAS, "-o", "records", "--layer", "Foo"], "there is no layer 'Foo' in any release"),
        (["record", "keras==3.6.0", "numpy==2", "-o", "records"], "names neither TensorFlow nor Keras"),
        (["record", "keras==3.6", "keras~=3.6", "-o", "records"], "would both be written to keras-3.6.json"),
        (["record", "./2.15.1", "-o", "records"], "is no requirement"),
        (["record", "--dask", "local"], "--dask belongs to requirements"),
        (["record", "--force", "-o", "mine.json"], "--force belongs to requirements"),
        (["record", "--environments", "kept"], "--environments belongs to requirements"),
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


def test_a_release_without_a_python_that_has_wheels_for_it_is_one_sentence(tmp_path):
    nowhere = {"PATH": "", "PYENV_ROOT": str(tmp_path), "UV_PYTHON_INSTALL_DIR": str(tmp_path)}
    finished = noise_ops("record", "2.4.4", "-o", tmp_path / "records", **nowhere)
    assert_refused(finished, "Python 3.8 is needed", "uv python install 3.8")
    assert list(tmp_path.iterdir()) == []


def test_without_dask_it_is_said_how_to_install_it(tmp_path):
    hidden = program(NO_TENSORFLOW.replace("tensorflow", "distributed"))
    finished = noise_ops("record", "2.4.4", "-o", tmp_path / "records", "--dask", "local", source=hidden)
    assert_refused(finished, "noise_ops[dask]")


def test_an_interrupted_cluster_of_this_machine_leaves_nothing(tmp_path):
    """Neither do its workers, though they are told by nobody but their scheduler."""
    pytest.importorskip("distributed")
    (tmp_path / "scratch").mkdir()
    sleeping = f"sleep 600 & echo $! > {tmp_path}/$$; mv {tmp_path}/$$ {tmp_path}/pid; wait"
    script(tmp_path / "uv", sleeping)
    command = subprocess.Popen(
        [sys.executable, "-c", program(), "record", "tf-nightly", "--dask", "local"],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "TMPDIR": str(tmp_path / "scratch")},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / "pid").exists() and command.poll() is None:
        time.sleep(0.05)
    command.send_signal(signal.SIGINT)
    _, errors = command.communicate(timeout=60)
    assert errors == "noise-ops: interrupted: 0 of 1 were recorded; the same command does the rest.\n"
    assert is_gone(int((tmp_path / "pid").read_text()))
    assert list((tmp_path / "scratch").iterdir()) == []


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
