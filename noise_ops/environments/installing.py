"""Virtual environments for requirements: made with uv or pip, kept and used again or thrown away."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Unpack

from packaging.requirements import Requirement

from noise_ops import words
from noise_ops.environments import interpreters, processes, recording, requirements
from noise_ops.environments.interpreters import Interpreter
from noise_ops.environments.processes import plain
from noise_ops.environments.requirements import Requirements
from noise_ops.errors import UserError
from noise_ops.fingerprint import schema
from noise_ops.fingerprint.facts import Environment

SECONDS = 3600.0
"""After which an installation is given up: TensorFlow has 600 MB."""

STAMP = "noise-ops.txt"
"""File of an environment that is complete; it says what for, and is written last."""

NO_SOURCE = ("numpy", "h5py", "grpcio", "ml-dtypes", "scipy")
"""Packages whose source would be compiled for an hour, and fail, where there is no wheel."""

_RECORDED = ("tensorflow", "keras", "tf_keras", "numpy")
"""Packages whose versions a recording names."""

Progress = Callable[[str], None]


def recorded(
    text: str, folder: Path | None = None, *, python: Path | None = None, **options: Unpack[recording.Options]
) -> str:
    """Install requirements, record them as a shipped release is, and return the fingerprint as the probe wrote it.

    Args:
      text: requirements.
      folder: where the environment is kept; None for one that is removed.
      python: Python that it is made with (default: one that has wheels).
      options: how to record.

    Raises:
      UserError: if the requirements cannot be installed, or not recorded.
    """
    wanted = requirements.parse(text)
    options |= {"name": wanted.name, "isolated": True}
    with made(text, folder, python=python, progress=options.get("progress")) as program:
        found = recording.recorded(program, **options)
    require_asked(wanted, schema.parse(found.encode("ascii")).environment)
    return found


def require_asked(wanted: Requirements, found: Environment) -> None:
    """Refuse a recording of other versions than those that were asked for.

    Raises:
      UserError: if one is another; the message names both.
    """
    for requirement in map(Requirement, wanted.packages):
        name = "tensorflow" if requirement.name in requirements.TENSORFLOWS else requirement.name.replace("-", "_")
        version = getattr(found, name, None) if name in _RECORDED else None
        if version is not None and not requirement.specifier.contains(version, prereleases=True):
            raise UserError(
                f"{plain(wanted.name)} is not what was recorded: {requirement} was asked for, found {version}."
            )


@contextmanager
def made(
    text: str,
    folder: Path | None = None,
    *,
    python: Path | None = None,
    checkout: Path | None = None,
    progress: Progress | None = None,
) -> Iterator[Path]:
    """Give the interpreter of an environment in which requirements are installed.

    With a folder, the environment is kept there under a name made of the requirements, whole or not at all, and used
    again if they are exact; what names no version, such as tf-nightly, is installed anew. Without one, it lives in a
    temporary folder.

    Args:
      text: requirements; see `requirements.parse`.
      folder: where the environment is kept.
      python: Python, or virtual environment, that it is made with (default: one that has wheels).
      checkout: of noise_ops, which is installed from there beside the requirements, as it is now; None for none.
      progress: told every second what is being done.

    Raises:
      UserError: if the requirements cannot be installed.
    """
    wanted = requirements.parse(text)
    base = interpreters.find(wanted.pythons) if python is None else interpreters.at(python)
    installer = _Installer(wanted, base, progress)
    with installer.ready(folder) as program:
        if checkout is not None:
            installer.install_beside(checkout, program)
        yield program


@contextmanager
def _temporary(folder: Path | None) -> Iterator[Path]:
    """Give a new folder that is removed afterwards.

    Raises:
      UserError: if there is no place for one.
    """
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        place = tempfile.TemporaryDirectory(prefix=".noise-ops-", dir=folder, ignore_cleanup_errors=True)
    except OSError as error:
        where = plain(folder or tempfile.gettempdir())
        raise UserError(f"no environment can be made in {where}: {error.strerror or error}.") from None
    with place as name:
        yield Path(name).absolute()


class _Installer:
    """Makes environments for requirements with a Python."""

    def __init__(self, wanted: Requirements, base: Interpreter, progress: Progress | None) -> None:
        self.wanted, self.base, self.progress = wanted, base, progress
        self.stamp = "\n".join(("python {}.{}".format(*base.version), *wanted.packages, ""))

    @property
    def name(self) -> str:
        """Name of the folder of a kept environment: what was asked for, for people, and a digest of all of it."""
        return f"{self.wanted.readable[:60]}-{hashlib.sha256(self.stamp.encode()).hexdigest()[:8]}"

    @contextmanager
    def ready(self, folder: Path | None) -> Iterator[Path]:
        """Give the interpreter of an environment that is kept in a folder, or of one for the moment."""
        if folder is not None:
            yield self.kept(folder)
            return
        with _temporary(None) as place:
            yield self.install(place / "environment")

    def kept(self, folder: Path) -> Path:
        goal = folder.absolute() / self.name
        if self.wanted.exact and self._is_complete(goal):
            return _program(goal)
        with _temporary(folder) as place:
            self.install(place / "environment")
            if self.wanted.exact and self._is_complete(goal):  # which another process has made meanwhile, and may use
                return _program(goal)
            try:
                (place / "environment" / STAMP).write_text(self.stamp, encoding="utf-8")
                if goal.exists():
                    goal.rename(place / "old")
                (place / "environment").rename(goal)
            except OSError as error:
                if not self._is_complete(goal):
                    raise UserError(f"{plain(goal)} cannot be written: {error.strerror or error}.") from None
        return _program(goal)

    def _is_complete(self, goal: Path) -> bool:
        try:
            return (goal / STAMP).read_text(encoding="utf-8") == self.stamp and bool(interpreters.at(goal))
        except (OSError, UnicodeDecodeError, UserError):  # such as a Python that is gone
            return False

    def install(self, environment: Path) -> Path:
        """Make an environment, install the requirements, return the interpreter."""
        uv = shutil.which("uv")
        making: list[str | Path] = [self.base.path, "-m", "venv"]
        if uv:
            making = [uv, "venv", "--quiet", "--python", self.base.path]
        self._run([*making, environment], environment)
        program = _program(environment)
        self._run([*_pip(program), *self.wanted.packages], environment)
        return program

    def install_beside(self, checkout: Path, program: Path) -> None:
        """Install noise_ops from a checkout, as it is now; the requirements stay what was asked for."""
        # pip builds a folder each time that it is asked; uv has to be told.
        again = ["--reinstall-package=noise_ops"]
        if not shutil.which("uv"):
            again = []
            # A kept environment that uv made, before it was gone from PATH, has no pip.
            self._run([program, "-m", "ensurepip"], program.parents[1])
        self._run([*_pip(program), *again, checkout.absolute(), *self.wanted.packages], program.parents[1])

    def _run(self, command: Sequence[str | Path], environment: Path) -> None:
        try:
            ended = processes.run(
                command,
                folder=environment.parent,  # where no configuration of a user's project is
                seconds=SECONDS,
                variables=interpreters.variables(_program(environment)),
                waiting=self._waiting,
            )
        except OSError as error:
            raise self._refusal(error.strerror or str(error)) from None
        if ended.code != 0:
            raise self._refusal(telling(ended))

    def _refusal(self, why: str) -> UserError:
        room = "; name a folder on a larger disk with --environments" if "No space left" in why else ""
        return UserError(f"{plain(self.wanted.name)} cannot be installed: {why}{room}.")

    def _waiting(self, elapsed: float, _: str) -> None:
        if self.progress:  # how much is left, neither pip nor uv says
            self.progress(f"Installing {plain(self.wanted.name, 60)}: {words.duration(elapsed)} so far")


def _pip(program: Path) -> list[str | Path]:
    """Return the command that installs what follows it for an interpreter, with uv where there is one."""
    binary = [f"--only-binary={name}" for name in NO_SOURCE]
    pip: list[str | Path] = [program, "-m", "pip", "install", "--no-color", "--no-input", "--disable-pip-version-check"]
    if uv := shutil.which("uv"):
        pip = [uv, "pip", "install", "--color=never", "--python", program]
    return [*pip, "--quiet", *binary]


def _program(environment: Path) -> Path:
    places = [environment / place for place in interpreters.PLACES]
    return next((place for place in places if place.exists()), places[0])


def telling(ended: processes.Ended) -> str:
    """Return what an installer says of its failure, as the end of a sentence, without its full stop."""
    text = ended.errors.strip() or ended.output.strip()
    # pip: after its last try it says no more than that it has found no versions.
    if unreachable := re.search(r"Retry\(total=0,.*connection broken by '(.*)': /", text):
        return plain(f"the package index cannot be reached, {unreachable[1]}")
    if re.search(r"^Traceback ", text, re.MULTILINE):  # as of a pip whose download stopped
        return plain(text.splitlines()[-1].rstrip("."))
    # Of pip's errors the last is the one that says it, but for one that says no more than the one before.
    errors = [line[6:].strip() for line in text.splitlines() if line.startswith("ERROR:")]
    if errors := [line for line in errors if not line.startswith("ResolutionImpossible")]:
        return plain(errors[-1].rstrip("."))
    if "╰─>" in text and (said := _diagnosis(text)):
        return plain(said.rstrip("."))
    # uv says what, and why in a chain of causes, in lines that it breaks: what, and the last cause, are told.
    parts = re.split(r"^\s*(?:error:|cause:|Caused by:|hint:|×|├─▶|╰─▶)", text, flags=re.MULTILINE)
    causes = [sentence for part in parts if (sentence := " ".join(part.replace("│", " ").split()).rstrip(".:"))]
    told = ": ".join(dict.fromkeys((causes[0], causes[-1]))) if causes else f"the installer {ended.fate}"
    return plain(told, 600)


def _diagnosis(text: str) -> str | None:
    """Return what a longer message of pip says: how a package could not be built, or the line with its sign."""
    if built := re.search(r"(\S.*)\n\s*\[end of output\]", text):
        return f"a package without a wheel cannot be built, {built[1]}"
    found = re.search(r"^\s*× (.*)", text, re.MULTILINE)
    return found[1] if found else None
