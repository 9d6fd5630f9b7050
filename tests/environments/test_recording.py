"""recording.py: a recording ends in a fingerprint or in one sentence, and leaves nothing behind."""

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from noise_ops.environments import recording, travelling
from noise_ops.errors import UserError
from noise_ops.fingerprint import facts
from tests.environments._pythons import script, with_packages
from tests.fingerprint._fingerprints import DROPOUT, encoded
from tests.probe._probes import changed, copied

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
    assert eventually(lambda: not processes_of(folder), seconds=2)  # a signal is heard in some time


def processes_of(folder, word=""):
    """Processes whose command line names a folder and a word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = path.read_text(errors="replace")
            if str(folder) in line and word in line:
                found.append(int(path.parent.name))
    return found


def eventually(happens, seconds=30):
    """What a function returns, as soon as that is true."""
    for _ in range(20 * seconds):
        if found := happens():
            return found
        time.sleep(0.05)
    raise AssertionError("that did not happen in time")


def assert_refused(python, *words, **options):
    with pytest.raises(UserError) as refused:
        recording.record(python, **options)
    message = str(refused.value)
    assert "cannot be recorded: " in message
    assert message.endswith(".")
    assert "\n" not in message
    for word in words:
        assert word in message


@pytest.mark.long
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
    assert all(line.startswith("Recording mine: ") for line in told)


def test_what_is_told_of_a_recording():
    told = []
    recorded = recording._Recording("mine", {"progress": told.append})
    for elapsed, output in ((1, ""), (2, "0 of 2\n"), (6, "0 of 2\n1 of 2\n")):
        recorded.waiting(elapsed, output)
    assert told == [
        "Recording mine: loading TensorFlow, 1 s so far",
        "Recording mine: 0 of 2 subjects, 0 s so far",
        "Recording mine: 1 of 2 subjects, 4 s left",
    ]


def test_a_python_without_tensorflow(bare):
    assert_refused(bare, str(bare), "it has no TensorFlow; name the Python in which TensorFlow is installed")


def test_a_folder_that_a_removed_tensorflow_left(bare, tmp_path):
    python = with_packages(bare, tmp_path, numpy="__version__ = '1'")
    (tmp_path / "tensorflow").mkdir()
    assert_refused(python, "it has no TensorFlow")


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


def test_a_tensorflow_that_hangs(bare, tmp_path, monkeypatch):
    monkeypatch.setattr(travelling, "MAIN", changed(limits="start=1"))
    python = with_packages(bare, tmp_path, numpy="__version__ = '1'", tensorflow="import time; time.sleep(600)")
    assert_refused(python, "TensorFlow is not imported after 1 seconds")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_probe_that_is_killed(number, scratch):
    def kill():
        eventually(lambda: processes_of(scratch, "--worker"))  # by then the probe hears signals
        os.kill(min(processes_of(scratch, "--output")), number)  # until it runs, a worker looks like its parent

    killer = threading.Thread(target=kill)
    killer.start()
    words = "was ended by SIGKILL" if number == signal.SIGKILL else "interrupted"
    assert_refused(None, words, subjects=("keras.*",))
    killer.join()


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_worker_that_is_killed_while_it_observes(name, monkeypatch):
    monkeypatch.setattr(travelling, "MAIN", changed(f"os.kill(os.getpid(), signal.{name})"))
    words = recording.ACCIDENTS[f"crashes: {name}"]
    assert_refused(None, "observed tf.random.set_seed ", words, subjects=SEEDS[:1], one_thread=True)


def test_a_disk_that_fills_while_the_probe_observes(scratch, tmp_path):
    page = resource.getpagesize()
    files = [path for path in copied(tmp_path / "probe").rglob("*") if path.is_file()]
    size = (sum(-(-path.stat().st_size // page) for path in files) + 1) * page  # the probe, and hardly more
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", scratch]
    if not shutil.which("mount") or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        options = {"subjects": ("keras.layers.GaussianNoise",), "modes": ("reloaded",), "one_thread": True}
        assert_refused(None, "the disk was full", **options)
        assert list(scratch.iterdir()) == []
    finally:
        subprocess.run(["umount", "--lazy", scratch], check=True)


def test_a_disk_that_is_full_from_the_start():
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


RECORDS = "from noise_ops.environments import recording\nrecording.record({options})\n"


def test_a_recording_ends_with_whoever_asked_for_it(scratch):
    """A killed parent can clear nothing away, but the probe and its workers notice that it is gone."""
    command = [sys.executable, "-c", RECORDS.format(options="")]
    parent = subprocess.Popen(command, env={**os.environ, "TMPDIR": str(scratch)})
    eventually(lambda: processes_of(scratch, "--worker"))
    parent.kill()
    parent.wait()
    eventually(lambda: not processes_of(scratch))
    for folder in scratch.iterdir():
        shutil.rmtree(folder)


def test_workers_end_with_the_probe(scratch, tmp_path):
    folder = copied(tmp_path / "probe")
    probe = subprocess.Popen([sys.executable, folder, "-o", scratch / "mine.json", "--subjects", "keras.*"])
    workers = set(eventually(lambda: children(probe.pid)))
    probe.kill()
    probe.wait()
    eventually(lambda: not workers & set(processes_of(folder, "--worker")))


def children(parent):
    """Processes that another one has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(path.parent.name))
    return found


@pytest.mark.parametrize("variable", [True, False])
def test_a_keras_of_another_backend_is_refused(variable, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "keras.json").write_text('{"backend": "jax"}')
    if variable:
        (tmp_path / "keras.json").write_text('{"backend": "tensorflow"}')
        monkeypatch.setenv("KERAS_BACKEND", "jax")
    else:
        monkeypatch.delenv("KERAS_BACKEND", raising=False)
    assert_refused(None, "the jax backend", "KERAS_BACKEND=tensorflow", subjects=SEEDS)


def test_what_pythonpath_brings_is_what_is_recorded(bare, tmp_path, monkeypatch):
    """Another Python imports what the user's own shell would let it import; here that is no TensorFlow that works."""
    for name in ("numpy", "tensorflow"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("__version__ = '2.3.7'")
    assert_refused(bare, "it has no TensorFlow")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert_refused(bare, "TensorFlow 2.3.7 is older than 2.4")


def test_the_settings_of_the_user_are_named(tmp_path, monkeypatch):
    (tmp_path / "keras.json").write_text(
        '{"epsilon": 1e-3, "floatx": "float64", "image_data_format": "channels_first"}'
    )
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("TF_DETERMINISTIC_OPS", "1")
    monkeypatch.setenv("XLA_FLAGS", f"--xla_dump_to={tmp_path}/dumped")
    monkeypatch.setenv("TF_VAR_password", "of Terraform")
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "1")
    found = recording.record(subjects=SEEDS[:1]).environment
    assert (found.floatx, found.image_data_format, found.epsilon) == ("float64", "channels_first", "0.001")
    assert found.dtype_policy == "float64"
    assert found.flags == {
        "TF_DETERMINISTIC_OPS": "1",
        "XLA_FLAGS": "--xla_dump_to=..",
        "keras.json": "epsilon=0.001 floatx='float64' image_data_format='channels_first'",
    }
