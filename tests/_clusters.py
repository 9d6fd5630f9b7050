"""Real clusters of Dask on this machine, whose programs can be killed."""

import contextlib
import json
import os
import subprocess
import sys
import time

from tests.cli._commands import ROOT

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}


@contextlib.contextmanager
def started(folder, module, *arguments, **environment):
    """A program of Dask, which is gone afterwards."""
    command = [sys.executable, "-m", f"distributed.cli.{module}", *map(str, arguments), "--no-dashboard"]
    process = subprocess.Popen(
        command,
        cwd=folder,  # not that of the tests, which has a noise_ops
        env={**ENVIRONMENT, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def scheduler(folder, **environment):
    """A scheduler: its program and its address."""
    told = folder / "scheduler.json"
    told.unlink(missing_ok=True)
    with started(
        folder, "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", told, **environment
    ) as process:
        wait_until(lambda: told.exists() and told.stat().st_size)  # it is there before it is written
        yield process, json.loads(told.read_text())["address"]


def worker(folder, address, **environment):
    """A worker of a scheduler."""
    arguments = ("--nthreads", "2", "--no-nanny", "--local-directory", folder)
    return started(folder, "dask_worker", address, *arguments, **environment)


def wait_until(holds):
    end = time.monotonic() + 300
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)
