"""Runs the command line in a process of its own, as a user does, in places that are not as they should be."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

NO_TENSORFLOW = """
import sys
from importlib.machinery import PathFinder

class Hiding:
    def find_spec(name, path=None, target=None):
        return None if name.split(".")[0] == "tensorflow" else PathFinder.find_spec(name, path, target)

sys.meta_path[sys.meta_path.index(PathFinder)] = Hiding
"""
"""Makes an installed TensorFlow as absent as one that never was."""

ONE_CORE = "import os\nos.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
"""Keeps a run in one process, which loads TensorFlow once."""

ANOTHER_USER = "import os\nif os.geteuid() == 0:\n    os.setegid(65534)\n    os.seteuid(65534)\n"
"""Gives up the permissions of root, which may write everywhere."""

FULL_DISK = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
"""Lets every write beyond 100 bytes of a file fail, as on a full disk."""

ENVIRONMENT = dict.fromkeys(
    ["noise_ops", "tensorflow", "keras", "tf_keras", "numpy", "python", "device", "platform", "epoch"], "1.2"
) | {
    "TF_ENABLE_ONEDNN_OPTS": "not set",
    "XLA_FLAGS": "not set",
}


def program(prelude="", result=None):
    """A Python program that is the command line, after a prelude, with a given result in place of a run."""
    given = f"session.run = lambda *_: Result([], {ENVIRONMENT!r})\n" if result else ""
    imports = "import sys\nfrom noise_ops import cli\n"
    if result:
        imports += "from noise_ops import session\nfrom noise_ops.result import Result\n"
        imports += "from noise_ops.report import github, json, markdown, of_check, text\n"
        imports += "from noise_ops.subjects import catalog, modes\n"
    # A prelude that takes permissions away comes after the imports, one that hides packages before.
    body = imports + given + prelude if result else prelude + imports
    return body + "sys.exit(cli.main(sys.argv[1:]))\n"


def noise_ops(*arguments, source=None, cwd=None, path=(), **environment):
    """The finished process of a command."""
    paths = os.pathsep.join([*map(str, path), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-c", source or program(), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": paths, "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def assert_refused(finished, *words):
    """One sentence on stderr that holds the words, nothing on stdout, exit code 2."""
    assert (finished.returncode, finished.stdout) == (2, ""), finished.stderr
    (line,) = finished.stderr.splitlines()
    assert line.startswith("noise-ops: ")
    assert line.endswith(".")
    for word in words:
        assert word in line
