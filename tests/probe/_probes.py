"""Runs the probe as it travels: copied, by a Python that is given the copy."""

import os
import subprocess
import sys

from noise_ops.environments import travelling

SUBJECTS = ("tf.random.set_seed", "tf.random.stateless_split")
"""Subjects that take no time; `changed` changes what is observed of the first."""

_CHANGED = """
import os, signal, sys, threading
from noise_ops.probe.__main__ import main
from noise_ops.probe.recorder import Limits
from noise_ops.probe import steps as catalog

def observe():
    {statement}

def steps(names, modes):
    for step in catalog.steps(names, modes):
        yield step._replace(observe=observe) if step.subject == "tf.random.set_seed" else step

sys.exit(main(steps=steps, limits=Limits({limits})))
"""


def changed(statement="pass", limits=""):
    """The program of a probe that executes a statement where it observes op seeds, and has other limits."""
    return _CHANGED.format(statement=statement, limits=limits)


def copied(folder, program=None):
    """A copy of the probe, perhaps with another program."""
    travelling.copied(folder)
    if program is not None:
        (folder / "__main__.py").write_text(program, encoding="utf-8")
    return folder


def run(probe, *arguments, **variables):
    """The finished process of a probe."""
    command = [sys.executable, probe, *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | variables
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)


def recorded(probe, *arguments, **variables):
    """What a probe writes, which lies beside it."""
    path = probe.with_name("fingerprint.json")
    result = run(probe, "-o", path, *arguments, **variables)
    assert result.returncode == 0, result.stderr
    return path.read_text(encoding="ascii")


def fails(result, output):
    """Whether a run ended as one that recorded nothing must."""
    assert not output.exists()
    assert not list(output.parent.glob("*.tmp"))
    return result.returncode == 2 and len(result.stderr.splitlines()) == 1 and result.stderr.endswith(".\n")
