"""batch.py: what is recorded on a real Dask cluster is what one process records, whoever is killed meanwhile.

A script stands for uv in the tests of every day, and its environments are the running one; TensorFlow is the real one.
"""

import hashlib
import os
import subprocess
import sys
import threading
from importlib.metadata import version
from pathlib import Path

import pytest

from noise_ops.environments import batch, requirements
from noise_ops.errors import UserError
from noise_ops.fingerprint import schema, shipped
from tests._clusters import ENVIRONMENT, scheduler, wait_until, worker
from tests._environments import FOLDER
from tests.environments._pythons import script

KERAS = "tensorflow-cpu==2.16.2 keras==3.6.0"
ONLY = {"subjects": ["keras.*"]}

# Where files go


def test_a_file_is_named_as_the_requirements():
    found = batch.files(["2.15.1", "tensorflow == 2.16.2\nkeras==3.7.0"], Path("records"))
    assert [str(path) for path in found.values()] == [
        "records/2.15.1.json",
        "records/tensorflow-2.16.2-keras-3.7.0.json",
    ]


def test_two_requirements_of_one_name_are_refused():
    with pytest.raises(UserError, match=r"^'keras==3.6' and 'keras~=3.6' would both be written to keras-3.6.json"):
        batch.files(["keras==3.6", "keras~=3.6"], Path())


# What is kept


@pytest.fixture
def recorded(tmp_path):
    """The record that is shipped of a Keras."""
    path = tmp_path / "keras.json"
    path.write_bytes(shipped.find("3.6.0", "keras").path.read_bytes())
    return path


def changed(path, old, new):
    """The file with a change."""
    text = path.read_text(encoding="ascii")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="ascii")
    return path


def test_a_record_of_what_is_asked_for_is_whole(recorded):
    assert batch.is_whole(recorded, batch.Recording(KERAS, ONLY))


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (KERAS, {}),
        (KERAS, {"subjects": ["keras.layers.Dropout"]}),
        (KERAS, {**ONLY, "modes": ["eager"]}),
        ("tensorflow-cpu==2.16.2 keras==3.7.0", ONLY),
        ("tensorflow-cpu==2.16.1 keras==3.6.0", ONLY),
        ("tensorflow-cpu==2.16.2 keras>=3.6.0", ONLY),
        ("tf-nightly", ONLY),
    ],
    ids=str,
)
def test_a_record_of_something_else_or_of_what_may_be_another_today_is_not_whole(recorded, text, options):
    assert not batch.is_whole(recorded, batch.Recording(text, options))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"flags": {}', '"flags": {"TF_ENABLE_ONEDNN_OPTS": "0"}'),
        ('"probe": 1', '"probe": 999'),
        ('"epsilon": "1e-07",\n  ', ""),
        ('"schema"', '"scheme"'),
    ],
)
def test_a_record_that_was_made_otherwise_is_not_whole(recorded, old, new):
    changed(recorded, old, new)
    if "epsilon" in old:
        changed(recorded, '"dtype_policy": "float32",\n  ', "")
    assert not batch.is_whole(recorded, batch.Recording(KERAS, ONLY))


def test_a_record_that_is_cut_short_or_not_there_is_not_whole(recorded):
    recorded.write_bytes(recorded.read_bytes()[:-100])
    assert not batch.is_whole(recorded, batch.Recording(KERAS, ONLY))
    assert not batch.is_whole(recorded.with_name("missing.json"), batch.Recording(KERAS, ONLY))


# What is recorded


@pytest.fixture
def programs(tmp_path):
    """A folder with a uv that notes who calls it, and whose environments are the running one."""
    folder = tmp_path / "programs"
    folder.mkdir()
    script(folder / "running", f'exec {sys.executable} "$@"')
    making = f'mkdir -p "${{5:?}}/bin" && cp {folder}/running "$5/bin/python"'
    script(folder / "uv", f'echo $PPID >> {folder}/calls\nif [ "$1" = venv ]; then {making}; fi')
    return folder


def installed():
    """Requirements of three names, each of which the running environment meets."""
    names = ["tensorflow", "keras", "numpy"]
    tensorflow, keras, numpy = (f"{name}=={version(name)}" for name in names)
    if sys.version_info[:2] not in requirements.parse(tensorflow).pythons:
        pytest.skip("no environment is made with this Python for this TensorFlow")
    return [tensorflow, f"{tensorflow} {keras}", f"{tensorflow} {numpy}"]


def recordings(texts):
    return [batch.Recording(text, {"subjects": ["tf.random.set_seed"], "one_thread": True}) for text in texts]


@pytest.mark.long
def test_a_worker_that_is_killed_while_it_records_loses_nothing(tmp_path, programs, monkeypatch):
    pytest.importorskip("distributed")
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    with (
        scheduler(tmp_path) as (_, address),
        worker(tmp_path, address, PATH=path) as first,
        worker(tmp_path, address, PATH=path) as second,
    ):

        def kill():
            wait_until(lambda: str(first.pid) in callers(programs))
            first.kill()

        killing = threading.Thread(target=kill)
        killing.start()
        lines = []
        there = {one.requirements: outcome.get() for one, outcome in told(installed(), address, lines)}
        killing.join()
    assert callers(programs) >= {str(first.pid), str(second.pid)}
    assert any("of 3 releases, " in line for line in lines)
    monkeypatch.setenv("PATH", path)
    ((_, here),) = batch.each(recordings(installed()[:1]))
    assert there == dict.fromkeys(installed(), here.get())
    assert schema.parse(here.get().encode("ascii")).only == ("tf.random.set_seed",)


def callers(programs):
    """The processes that called uv."""
    calls = programs / "calls"
    return set(calls.read_text().split()) if calls.exists() else set()


def told(texts, address, lines):
    return batch.each(recordings(texts), dask=address, progress=lines.append)


def test_what_fails_on_a_worker_is_told_and_the_others_are_done(tmp_path, programs):
    """No worker imports TensorFlow here: it is absent from what stands for an environment."""
    pytest.importorskip("distributed")
    script(programs / "running", "echo 'noise_ops asks 3.7:numpy,tensorflow.'")
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    texts = installed()[:2]
    with scheduler(tmp_path) as (_, address), worker(tmp_path, address, PATH=path):
        outcomes = dict(enumerate(outcome for _, outcome in batch.each(recordings(texts), dask=address)))
    problems = {str(outcome.problem) for outcome in outcomes.values()}
    assert len(problems) == 2
    for text in texts:
        words = f" says: {text} cannot be recorded: it is Python 3.7, and the probe needs 3.8."
        assert any(problem.startswith("The worker at tcp://") and problem.endswith(words) for problem in problems)


def test_what_fails_here_is_told_and_the_next_is_done(programs, monkeypatch):
    script(programs / "uv", "sleep 1.2; echo 'error: no such version' >&2; exit 2")
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    lines, texts = [], installed()[:2]
    outcomes = list(batch.each(recordings(texts), progress=lines.append))
    assert [one.requirements for one, _ in outcomes] == texts
    assert [str(outcome.problem) for _, outcome in outcomes] == [
        f"{text} cannot be installed: no such version." for text in texts
    ]
    assert lines[0] == f"0 of 2 releases, 1 s so far. Installing {texts[0]}: 1 s so far"
    assert lines[-1].startswith("1 of 2 releases, ")
    assert lines[-1].endswith(f" s left. Installing {texts[1]}: 1 s so far")


# With releases that are installed

RELEASES = [f"tensorflow-cpu==2.16.2 keras==3.{minor}" for minor in ("5.0", "6.0", "7.0")]
NARROWED = ("--layer", "keras.layers.Dropout", "--mode", "eager", "--environments", FOLDER)


def arguments(folder, *more):
    return [*map(str, ("record", *RELEASES, *NARROWED, "-o", folder, *more))]


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def started(*asked):
    command = [sys.executable, "-m", "noise_ops", *asked]
    return subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def written(folder):
    return list(folder.glob("*.json"))


@pytest.fixture(scope="module")
def of_one_process(tmp_path_factory):
    """The files of one process."""
    folder = tmp_path_factory.mktemp("batch") / "records"
    ended(started(*arguments(folder)))
    return digests(folder)


def ended(command):
    """What a command prints that does all it is asked."""
    out, err = command.communicate(timeout=1200)
    assert (command.returncode, err) == (0, "")
    return out


@pytest.mark.long
def test_releases_are_recorded_on_a_cluster_as_in_one_process_though_a_worker_is_killed(tmp_path, of_one_process):
    folder = tmp_path / "records"
    with scheduler(tmp_path) as (_, address), worker(tmp_path, address) as first, worker(tmp_path, address):
        command = started(*arguments(folder, "--dask", address))
        wait_until(lambda: written(folder))
        first.kill()
        assert len(written(folder)) < len(RELEASES)
        out = ended(command)
    assert len(out.splitlines()) == len(RELEASES)
    assert digests(folder) == of_one_process


@pytest.mark.long
def test_a_scheduler_that_is_killed_is_told_and_what_is_on_disk_is_kept(tmp_path, of_one_process):
    folder = tmp_path / "records"
    with scheduler(tmp_path) as (process, address), worker(tmp_path, address):
        command = started(*arguments(folder, "--dask", address))
        wait_until(lambda: written(folder))
        process.kill()
        _, err = command.communicate(timeout=600)
    assert command.returncode == 2
    assert err.startswith(f"noise-ops: The Dask scheduler at {address} is gone: what was done is saved")
    done = {path: path.stat().st_mtime_ns for path in written(folder)}
    assert 0 < len(done) < len(RELEASES)
    assert ended(started(*arguments(folder, "--dask", "local"))).count("kept, ") == len(done)
    assert {path: path.stat().st_mtime_ns for path in done} == done
    assert digests(folder) == of_one_process
