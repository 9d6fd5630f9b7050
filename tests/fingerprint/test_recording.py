"""recording.py: a recording ends in a fingerprint or in one sentence, and leaves nothing behind."""

import os
import resource
import signal
import tempfile
import threading
import time
from pathlib import Path

import pytest

from noise_ops.errors import UserError
from noise_ops.fingerprint import facts, recording
from tests.fingerprint._fingerprints import DROPOUT, encoded
from tests.fingerprint._pythons import script, with_packages

SEEDS = ("tf.random.set_seed", "tf.random.Generator")
"""Subjects that take no time."""


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch):
    """A folder for temporary files, which is empty again after each test."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []
    assert not [name for name in running() if str(folder) in name]


def running():
    """Command lines of all processes."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_text()
        except OSError:
            continue


def assert_refused(python, *words, **options):
    with pytest.raises(UserError) as refused:
        recording.record(python, **options)
    message = str(refused.value)
    assert "cannot be recorded: " in message
    assert message.endswith(".")
    assert "\n" not in message
    for word in words:
        assert word in message


def test_whoever_records_how_it_is_the_same(tmp_path, monkeypatch):
    (tmp_path / "random.py").write_text("raise SystemExit('a file of the user, in place of a module')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    told = []
    here = recording.record(subjects=SEEDS, name="mine", progress=told.append)
    alone = recording.record(subjects=SEEDS, isolated=True, one_thread=True)
    assert facts.differences(here, alone) == []
    assert {fact.subject for fact in here.facts()} == set(SEEDS)
    assert (here.environment.flags, alone.environment.flags) == ({"TF_ENABLE_ONEDNN_OPTS": "0"}, {})
    assert told
    assert all(line.startswith("Recording mine ... ") for line in told)


def test_a_python_without_tensorflow(bare):
    assert_refused(bare, str(bare), "it has no TensorFlow; name the Python in which TensorFlow is installed")


def test_a_tensorflow_without_numpy(bare, tmp_path):
    assert_refused(with_packages(bare, tmp_path, tensorflow=""), "it has no NumPy")


def test_a_python_that_is_too_old(tmp_path):
    old = script(tmp_path / "python", "echo 'noise_ops asks 3.7:numpy,tensorflow.'")
    assert_refused(old, "it is Python 3.7, and the probe needs 3.8")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("raise ImportError('no libdevice')", "its import raises ImportError: no libdevice"),
        ("import os; os._exit(7)", "importing TensorFlow ends the process (exit code 7)"),
        ("import os; os.kill(os.getpid(), 9)", "importing TensorFlow ends the process (SIGKILL)"),
        ("__version__ = '2.3.0'", "TensorFlow 2.3.0 is older than 2.4"),
        ("__version__ = '1.15.5'", "TensorFlow 1.15.5 is older than 2.4"),
        ("", "its import raises AttributeError"),
        ("__version__ = 'unknown'", "its import raises"),
    ],
)
def test_a_tensorflow_that_cannot_be_used(bare, tmp_path, source, words):
    assert_refused(with_packages(bare, tmp_path, numpy="__version__ = '1'", tensorflow=source), words)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_probe_that_is_killed(number, scratch):
    def kill():
        for _ in range(200):
            time.sleep(0.05)
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                name = path.read_text() if path.exists() else ""
                if str(scratch) in name and "--output" in name:
                    time.sleep(1)
                    os.kill(int(path.parent.name), number)
                    return

    killer = threading.Thread(target=kill)
    killer.start()
    words = "was ended by SIGKILL" if number == signal.SIGKILL else "interrupted"
    assert_refused(None, words, subjects=("keras.*",))
    killer.join()


def test_a_full_disk():
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        assert_refused(None, "File too large in ")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(("accident", "meaning"), recording.ACCIDENTS.items())
def test_what_the_machine_did_is_no_fact_about_a_release(accident, meaning, tmp_path):
    path = tmp_path / "fingerprint.json"
    path.write_bytes(encoded({DROPOUT: {"float32/eager": {"stream": accident}}}))
    recorded = recording._Recording("mine", {})
    with pytest.raises(UserError, match=f"mine cannot be recorded: .* keras.layers.Dropout float32/eager, {meaning}"):
        recorded.text(path)


def test_a_probe_that_writes_nothing(tmp_path):
    with pytest.raises(UserError, match="the probe wrote nothing"):
        recording._Recording("mine", {}).text(tmp_path / "missing.json")
