"""worker.py: rounds on a real Dask cluster give the file of one process, whoever is killed meanwhile."""

import re
import subprocess
import sys

import pytest

from noise_ops import cli
from noise_ops.result import Selection
from noise_ops.soak import file as soak_file
from noise_ops.soak import rounds
from noise_ops.soak.worker import rounds_at
from tests._clusters import ENVIRONMENT, scheduler, wait_until, worker
from tests.cli._commands import NO_TENSORFLOW, assert_refused, noise_ops, program

pytest.importorskip("distributed")

LAYERS = ("keras.layers.Dropout", "keras.layers.GaussianNoise")
ASKED = ("--layer", LAYERS[0], "--layer", LAYERS[1], "--dtype", "float32")
TWO_CORES = "import os\nos.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])\n"


def asking(address, path, count):
    """The command's arguments."""
    return ["soak", "--dask", address, "--rounds", str(count), *ASKED, "-o", str(path)]


def soaking(address, path, count):
    """The running command."""
    command = [sys.executable, "-m", "noise_ops", *asking(address, path, count)]
    return subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def known(path):
    """The rounds that a file holds; whoever reads it meets no half of one."""
    return soak_file.read(path).rounds if path.exists() else []


def of_one_process(count):
    """The file of so many rounds of this process."""
    soak = rounds.new()
    asked = Selection(LAYERS, ("float32",))
    rounds.run(soak, rounds.here(soak.environment, asked, range(count)), lambda _: False, lambda _: None)
    return soak_file.to_json(soak)


def test_a_worker_that_is_killed_half_way_loses_nothing_and_counts_nothing_twice(tmp_path):
    soak = rounds.new()
    with (
        scheduler(tmp_path) as (_, address),
        worker(tmp_path, address) as first,
        worker(tmp_path, address),
        rounds_at(address) as done,
    ):

        def kill(known):
            if known.rounds == [0, 1, 2, 3]:
                first.kill()

        several = done(soak.environment, Selection(LAYERS, ("float32",)), range(8))
        rounds.run(soak, several, lambda _: False, kill)
    assert soak_file.to_json(soak) == of_one_process(8)


@pytest.mark.long
def test_the_command_whose_worker_is_killed_writes_the_file_of_one_process(tmp_path):
    path = tmp_path / "soak.json"
    with scheduler(tmp_path) as (_, address), worker(tmp_path, address) as first, worker(tmp_path, address):
        command = soaking(address, path, 8)
        wait_until(lambda: len(known(path)) >= 3)
        first.kill()
        assert len(known(path)) < 8
        out, err = command.communicate(timeout=240)
    assert (command.returncode, err) == (0, "")
    assert "No alarm so far" in out
    assert path.read_text() == of_one_process(8)


@pytest.mark.long
def test_a_scheduler_that_is_killed_is_told_and_another_one_goes_on(tmp_path):
    path = tmp_path / "soak.json"
    with scheduler(tmp_path) as (process, address), worker(tmp_path, address):
        command = soaking(address, path, 8)
        wait_until(lambda: known(path))
        process.kill()
        out, err = command.communicate(timeout=240)
    assert command.returncode == 2
    assert err == (
        f"noise-ops: The Dask scheduler at {address} is gone: what was done is saved, and the same command with "
        "another scheduler does the rest.\n"
    )
    assert "No alarm" not in out
    done = known(path)
    assert 0 < len(done) < 8
    assert path.read_text() == of_one_process(len(done))
    with scheduler(tmp_path) as (_, address), worker(tmp_path, address):
        finished = noise_ops(*asking(address, path, 8))
        assert finished.returncode == 0, finished.stderr
        assert path.read_text() == of_one_process(8)
        assert noise_ops(*asking(address, path, 8)).returncode == 0  # all is known: nothing is added again
    assert path.read_text() == of_one_process(8)


AFTER_THE_SCHEDULER = """
import os, sys, time
from distributed import Client
from noise_ops.result import Selection
from noise_ops.soak.worker import rounds_at
with rounds_at(sys.argv[1]) as done:
    os.kill(int(sys.argv[2]), 9)
    (client,) = Client._instances
    while client.status != "closed":
        time.sleep(0.05)
    next(done({}, Selection(), [0]))
"""


@pytest.mark.long
def test_a_scheduler_that_is_killed_before_the_first_round_is_told(tmp_path):
    with scheduler(tmp_path) as (process, address):
        finished = noise_ops(address, process.pid, source=AFTER_THE_SCHEDULER)
    assert f"UserError: The Dask scheduler at {address} is gone" in finished.stderr.splitlines()[-1]


@pytest.mark.long
def test_a_round_that_kills_its_workers_is_given_up(tmp_path):
    path, once = tmp_path / "soak.json", {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with scheduler(tmp_path, **once) as (_, address), worker(tmp_path, address) as first:
        command = soaking(address, path, 1000)
        wait_until(lambda: known(path))
        first.kill()
        _, err = command.communicate(timeout=240)
    assert command.returncode == 2
    assert re.fullmatch(rf"noise-ops: Round \d+ is given up: a worker of {address} was killed once .*\.\n", err)
    assert known(path) == list(range(len(known(path))))


@pytest.mark.long
def test_the_cluster_of_this_machine_is_made_and_gone(tmp_path):
    path = tmp_path / "soak.json"
    finished = noise_ops(*asking("local", path, 2), source=program(TWO_CORES), cwd=tmp_path)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert path.read_text() == of_one_process(2)


# What cannot be worked with


@pytest.mark.long
@pytest.mark.parametrize(
    ("noise_ops_there", "variables", "words"),
    [
        ("raise ModuleNotFoundError('No module named noise_ops')", {}, "version of it: No module named noise_ops."),
        ("__version__ = '0.0.1'", {}, "has no noise_ops, or another version of it: it is 0.1.0 here and 0.0.1 there."),
        ("", {"TF_ENABLE_ONEDNN_OPTS": "0"}, "TF_ENABLE_ONEDNN_OPTS is not set in one and 0 in the other."),
    ],
)
def test_a_worker_that_is_set_up_otherwise_is_refused(tmp_path, noise_ops_there, variables, words):
    path = tmp_path / "soak.json"
    if noise_ops_there:
        (tmp_path / "noise_ops.py").write_text(noise_ops_there)
        variables = {"PYTHONPATH": str(tmp_path)}
    with scheduler(tmp_path) as (_, address), worker(tmp_path, address, **variables):
        finished = noise_ops(*asking(address, path, 1))
    assert finished.returncode == 2
    assert words in finished.stderr
    assert len(finished.stderr.splitlines()) == 1
    assert not path.exists()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("tcp://127.0.0.1:9", "no Dask scheduler at 'tcp://127.0.0.1:9': Timed out"),
        ("http://127.0.0.1:9", "unknown address scheme 'http'"),
        ("tcp://127.0.0.1", "missing port number"),
        ("", "no Dask scheduler at ''"),
    ],
)
def test_where_no_scheduler_answers_nothing_is_sampled(tmp_path, capsys, address, words):
    assert cli.main(["soak", "--dask", address, "-o", str(tmp_path / "soak.json")]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert words in err
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_a_scheduler_without_a_worker_is_given_up(tmp_path):
    impatient = program().replace("sys.exit", "from noise_ops import cluster\ncluster._PATIENCE = 1.0\nsys.exit")
    with scheduler(tmp_path) as (_, address):
        finished = noise_ops("soak", "--dask", address, *ASKED, "-o", tmp_path / "soak.json", source=impatient)
    assert finished.returncode == 2
    assert finished.stderr == f"noise-ops: The Dask scheduler at {address} has no worker to do round 0.\n"


def test_without_dask_it_is_said_how_to_install_it(tmp_path):
    hidden = program(NO_TENSORFLOW.replace("tensorflow", "distributed"))
    assert_refused(noise_ops("soak", "--dask", "local", "-o", tmp_path / "x", source=hidden), "noise_ops[dask]")
