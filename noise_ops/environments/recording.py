"""Recording: runs the probe in an interpreter, and believes what it wrote only as far as any fingerprint.

A recording ends in a fingerprint or in one `UserError` sentence. The probe, its workers and all their files live in a
process group and in a temporary folder, which are gone afterwards, whatever happens.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict, Unpack

from noise_ops import patterns, words
from noise_ops.environments import interpreters, processes, travelling
from noise_ops.environments.processes import plain
from noise_ops.errors import UserError
from noise_ops.fingerprint import schema, shipped
from noise_ops.fingerprint.facts import Fingerprint
from noise_ops.fingerprint.side import Side
from noise_ops.subjects import catalog

SECONDS = 3600.0
"""After which a recording, which takes one minute, is given up; each observation of the probe has its own limit."""

INHERITED = ("HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT")
"""Variables that an isolated recording sees: what else is set might change what TensorFlow does."""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1")

ACCIDENTS = {
    "crashes: SIGKILL": "the system ended it, as it does where memory is short",
    "crashes: SIGTERM": "it was told to end",
    "No space left on device": "the disk was full",
    "Disk quota exceeded": "the disk was full",
    "raises MemoryError": "memory was short",
    "raises ResourceExhaustedError": "memory was short",
}
"""Values that say something of the machine and nothing of the release, and what."""

_ADVANCED = re.compile(r"^(\d+) of (\d+)$", re.MULTILINE)
"""What the probe tells of its progress, a line at a time."""

_PROBE_REFUSES = 2
"""Exit code with which the probe says one sentence."""


class Options(TypedDict, total=False):
    """How to record.

    Attributes:
      name: what messages call the interpreter (default: its path).
      subjects: patterns of the subjects to record, as in a shell (default: all).
      modes: the modes to record (default: all).
      isolated: whether to keep the user's variables and Keras' settings from it, as for a shipped release.
      one_thread: whether to use one process of one thread, which must make no difference.
      progress: told every second how long it has taken; it takes up to a minute.
    """

    name: str
    subjects: Sequence[str]
    modes: Sequence[str]
    isolated: bool
    one_thread: bool
    progress: Callable[[str], None] | None


def narrowed(layers: Sequence[str], modes: Sequence[str]) -> Options:
    """Return options of the subjects and modes that patterns mean; none of what is not narrowed.

    Raises:
      NoSuchNameError: if a pattern means nothing that any release has, or that is recorded from now on.
    """
    options: Options = {}
    if layers:
        # What is new in the house is in no release that was recorded before.
        new = [subject.name for subject in catalog.every() if subject.recorded]
        known = dict.fromkeys([*shipped.subjects(), *new])
        options["subjects"] = patterns.selected(layers, known, where="in any release")
    if modes:
        options["modes"] = patterns.selected(modes, shipped.modes(), "mode", forms=patterns.plain_forms)
    return options


def installed(**options: Unpack[Options]) -> Side:
    """Return what is installed where noise_ops runs, as a side of a comparison.

    Raises:
      UserError: as `recorded`.
    """
    return Side("installed", record(None, **options))


def interpreter(path: Path, **options: Unpack[Options]) -> Side:
    """Return what an interpreter or a virtual environment has, as a side of a comparison.

    Raises:
      UserError: as `recorded`.
    """
    return Side(str(path), record(path, **options))


def record(python: Path | None = None, **options: Unpack[Options]) -> Fingerprint:
    """Record an interpreter and return its fingerprint.

    Raises:
      UserError: as `recorded`.
    """
    return schema.parse(recorded(python, **options).encode("ascii"))


def recorded(python: Path | None = None, **options: Unpack[Options]) -> str:
    """Record an interpreter and return its fingerprint as the probe wrote it.

    Args:
      python: path of an interpreter or of a virtual environment; None for the running interpreter.
      options: see `Options`.

    Raises:
      UserError: if there is no such interpreter, if it has no TensorFlow from 2.4 on, or if the probe fails.
    """
    with_path = not options.get("isolated")
    found = interpreters.at(Path(sys.executable) if python is None else python, with_path=with_path)
    recording = _Recording(options.get("name") or str(found.path if python is None else python), options)
    recording.require_packages(found)
    try:
        # TensorFlow's and Keras' own temporary files are in it as well, so that a killed worker leaves none.
        with tempfile.TemporaryDirectory(prefix="noise-ops-", ignore_cleanup_errors=True) as folder:
            return recording.run(found.path, Path(folder))
    except OSError as error:
        raise recording.refusal(f"{error.strerror or error} in {tempfile.gettempdir()}") from None


class _Recording:
    """One run of the probe; holds the name for messages."""

    def __init__(self, name: str, options: Options) -> None:
        self.name, self.options = name, options
        self.begun: float | None = None
        """When the first subjects were begun, as soon as that was told."""

    def refusal(self, why: str) -> UserError:
        return UserError(f"{plain(self.name)} cannot be recorded: {plain(why.strip().rstrip('.'))}.")

    def require_packages(self, found: interpreters.Interpreter) -> None:
        if found.version < interpreters.OLDEST:
            raise self.refusal("it is Python {}.{}, and the probe needs 3.8".format(*found.version))
        for module, package in (("tensorflow", "TensorFlow"), ("numpy", "NumPy")):
            if module not in found.packages:
                raise self.refusal(f"it has no {package}; name the Python in which TensorFlow is installed")

    def run(self, program: Path, folder: Path) -> str:
        # Beside the probe there must be nothing that could be imported in place of what is installed.
        # A folder and no single file: Keras reads the source of a function that `fit` is given.
        probe = travelling.copied(folder / "probe")
        output = folder / "fingerprint.json"
        ended = processes.run(
            [program, probe, "--lifeline", "--progress", "--output", output, *self.arguments()],
            folder=folder,
            seconds=SECONDS,
            variables=self.variables(program, folder),
            waiting=self.waiting,
            lifeline=True,
        )
        if ended.code != 0:
            raise self.refusal(_reason(ended))
        return self.text(output)

    def arguments(self) -> list[str]:
        arguments = ["--jobs", "1"] if self.options.get("one_thread") else []
        for name, values in (("subjects", self.options.get("subjects")), ("modes", self.options.get("modes"))):
            arguments += [f"--{name}", *values] if values else []
        return arguments

    def variables(self, program: Path, folder: Path) -> dict[str, str]:
        variables = interpreters.variables(program, with_path=True)
        if self.options.get("isolated"):
            variables = {name: variables[name] for name in INHERITED if name in variables}
            variables["KERAS_HOME"] = str(folder / "keras")
        if self.options.get("one_thread"):
            variables |= ONE_THREAD
        return variables | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))

    def waiting(self, elapsed: float, output: str) -> None:
        progress = self.options.get("progress")
        if progress is None:
            return
        name, told = plain(self.name, 60), _ADVANCED.findall(output)
        if not told:
            progress(f"Recording {name}: loading TensorFlow, {words.duration(elapsed)} so far")
            return
        self.begun = elapsed if self.begun is None else self.begun
        done, total = map(int, told[-1])
        progress(f"Recording {name}: {words.advance(done, total, 'subject', elapsed - self.begun)}")

    def text(self, output: Path) -> str:
        try:
            with output.open("rb") as file:
                data = file.read(schema.MAX_BYTES + 1)
        except FileNotFoundError:
            raise self.refusal("the probe wrote nothing") from None
        for fact in schema.parse(data, f"what the probe wrote of {self.name}").facts():
            for accident, meaning in ACCIDENTS.items():
                if isinstance(fact.value, str) and accident in fact.value:
                    raise self.refusal(f"when the probe observed {fact.subject} {fact.dtype}/{fact.mode}, {meaning}")
        return data.decode("ascii")


def _reason(ended: processes.Ended) -> str:
    """Say why the probe wrote nothing: what it says itself, or how it ended."""
    lines = [line.strip() for line in ended.errors.splitlines() if line.strip()]
    last = lines[-1] if lines else ""
    if ended.code == _PROBE_REFUSES and last:
        return last.removeprefix("Nothing was recorded: ")
    if ended.code is not None and ended.code < 0:
        memory = ", as by a system whose memory is short" if ended.fate.endswith("SIGKILL") else ""
        return f"the probe {ended.fate}{memory}"
    return f"the probe {ended.fate}" + (f" and says {last}" if last else "")
