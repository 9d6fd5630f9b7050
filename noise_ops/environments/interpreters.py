"""Pythons: the one that a path means, what one is and has, and one of a wanted version."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from noise_ops.environments import processes
from noise_ops.environments.processes import plain
from noise_ops.errors import UserError

SECONDS = 60.0
"""An interpreter that has not said its version by then is none: a cold network drive takes ten seconds."""

OLDEST = (3, 8)
"""The oldest Python whose syntax the probe speaks."""

PLACES = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")
"""Where a virtual environment, or a folder of Conda, has its interpreter."""

# In words that every Python from 2.7 on understands. An empty folder that a removed package left is no package.
_QUESTION = """
import sys
found = []
if sys.version_info >= (3, 4):
    import importlib.util
    for name in ("numpy", "tensorflow"):
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin not in (None, "namespace"):
            found.append(name)
print("noise_ops asks %d.%d:%s." % (sys.version_info[0], sys.version_info[1], ",".join(found)))
"""
_ANSWER = re.compile(r"noise_ops asks (\d+)\.(\d+):([a-z,]*)\.")


@dataclass(frozen=True)
class Interpreter:
    """A Python that answers.

    Attributes:
      path: its program.
      version: the first two numbers of its version.
      packages: which of NumPy and TensorFlow it has, by the names of their modules.
    """

    path: Path
    version: tuple[int, int]
    packages: frozenset[str]


def at(path: Path, *, with_path: bool = False) -> Interpreter:
    """Return the Python that a path means.

    Args:
      path: of an interpreter, or of the folder of a virtual environment.
      with_path: whether PYTHONPATH is honoured, as by `variables`.

    Raises:
      UserError: if there is none, or none that answers.
    """
    program = _program(path)
    try:
        with tempfile.TemporaryDirectory(prefix="noise-ops-", ignore_cleanup_errors=True) as folder:
            ended = processes.run(
                [program, "-c", _QUESTION],
                folder=Path(folder),
                seconds=SECONDS,
                variables=variables(program, with_path=with_path),
            )
    except OSError as error:
        raise UserError(f"{plain(path)} cannot be run as a Python: {error.strerror or error}.") from None
    answer = _ANSWER.search(ended.output)
    if answer is None:
        raise UserError(f"{plain(path)} is no Python that works: asked for its version, it {_reply(ended)}.")
    return Interpreter(program, (int(answer[1]), int(answer[2])), frozenset(filter(None, answer[3].split(","))))


def _reply(ended: processes.Ended) -> str:
    if ended.code is None:
        return f"says nothing in {SECONDS:.0f} seconds"
    lines = ended.errors.strip().splitlines() or ["nothing"]
    return f"{ended.fate} and says {plain(lines[-1].strip().rstrip('.'), 200)}"


def variables(program: Path, *, with_path: bool = False) -> dict[str, str]:
    """Return the environment of this process as another interpreter may have it.

    The packages of this one are not those of another; its own relative PYTHONPATH holds in another folder as well.

    Args:
      program: the interpreter.
      with_path: whether another one is given PYTHONPATH too, as one that the user starts by hand: what is recorded
        then is what the user would import.
    """
    found = dict(os.environ)
    found.pop("PYTHONHOME", None)
    paths = found.pop("PYTHONPATH", "")
    if paths and (with_path or program == Path(sys.executable)):
        found["PYTHONPATH"] = os.pathsep.join(os.path.abspath(part) for part in paths.split(os.pathsep))
    return found


def _program(path: Path) -> Path:
    """Return the program that a path means; a link is not followed, since a virtual environment is known by it."""
    given = os.path.abspath(path)
    if not os.path.exists(given):
        if os.path.islink(given):
            raise UserError(f"{plain(path)} is a link to a Python that is no longer there.")
        raise UserError(f"there is no {plain(path)}: a Python or the folder of a virtual environment is asked for.")
    if os.path.isdir(given):
        return _inside(path, Path(given))
    if not os.access(given, os.X_OK):
        raise UserError(f"{plain(path)} is no program that can be run.")
    return Path(given)


def _inside(path: Path, folder: Path) -> Path:
    for place in PLACES:
        if os.access(folder / place, os.X_OK):
            return folder / place
    if os.path.islink(folder / PLACES[0]):
        raise UserError(f"the virtual environment {plain(path)} is of a Python that is no longer there.")
    raise UserError(f"{plain(path)} is a folder, but none of a virtual environment: it has no {PLACES[0]}.")


def find(versions: Sequence[tuple[int, int]]) -> Interpreter:
    """Return a Python of one of these versions: the running one if it is among them, else the first that is found.

    Raises:
      UserError: if there is none on PATH, in pyenv or in uv's folder; the message says how to get one.
    """
    if sys.version_info[:2] in versions:
        return at(Path(sys.executable))
    for version in versions:
        for path in _candidates(f"{version[0]}.{version[1]}"):
            try:
                found = at(path)
            except UserError:  # such as a shim of pyenv for a version that is not active
                continue
            if found.version == version:
                return found
    names = [f"{major}.{minor}" for major, minor in versions]
    raise UserError(
        f"Python {' or '.join(names)} is needed, and is neither on PATH nor in the folders of pyenv and uv: "
        f"install it, as with `uv python install {names[0]}`."
    )


def _candidates(version: str) -> Iterator[Path]:
    home = Path(os.path.expanduser("~"))  # unlike Path.home, no error for a user without one, as in a container
    for root, name in (
        (Path(os.environ.get("PYENV_ROOT", home / ".pyenv")) / "versions", f"{version}.*"),
        (Path(os.environ.get("UV_PYTHON_INSTALL_DIR", home / ".local/share/uv/python")), f"cpython-{version}.*"),
    ):
        for folder in sorted(root.glob(name), reverse=True):
            yield from (folder / place for place in PLACES if (folder / place).exists())
    for name in (f"python{version}", "python3", "python"):
        if found := shutil.which(name):
            yield Path(found)
