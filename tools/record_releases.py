"""Makes the shipped fingerprints again: installs each release, runs the probe in it, keeps what it wrote.

    python tools/record_releases.py [NAME ...] [--cache FOLDER] [--drop] [--check]

Names are those of the table below, such as tensorflow-2.15.1 or keras-3.7.0; without any, all are made, which takes
the pythons named there (on PATH or in ~/.pyenv), 25 GB of disk (2 GB with --drop) and about a minute a release.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from noise_ops.fingerprint import facts, schema

ROOT = Path(__file__).parents[1]
PROBE = ROOT / "noise_ops" / "fingerprint" / "probe.py"
RELEASES = ROOT / "noise_ops" / "fingerprint" / "releases"

INHERITED = ("HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
"""Variables that the probe sees beside those of pip: what else is set might change what TensorFlow does."""


@dataclass(frozen=True)
class Release:
    """A release to record.

    Attributes:
      name: of its file, without suffix.
      python: the Python that its wheels are made for, and that works with its pins.
      requirements: what is installed, for pip.
      subjects: patterns of the subjects recorded; none for all.
      environment: folder of its virtual environment; releases that share one are installed over one another.
    """

    name: str
    python: str
    requirements: tuple[str, ...]
    subjects: tuple[str, ...]
    environment: str


OLD_PROTOBUF = "protobuf<3.20"
"""TensorFlow before 2.10 has generated code that later ones refuse."""

OLD_NUMPY = "numpy<1.24"
"""TensorFlow before 2.12 names NumPy types that 1.24 removed."""

TENSORFLOW: dict[str, tuple[str, tuple[str, ...]]] = {
    # The last patch of every minor release: Python, and what was current when it came out. Up to 2.15, TensorFlow pins
    # its Keras itself; 2.4 and 2.5 bundle it. From 2.16 on pip brings the newest Keras of the day, so that "the Keras
    # it came with" is the last one published before the TensorFlow wheel was built, by the dates inside the wheels.
    "2.4.4": ("3.8", (OLD_PROTOBUF,)),
    "2.5.3": ("3.9", (OLD_PROTOBUF,)),
    "2.6.5": ("3.9", (OLD_PROTOBUF, OLD_NUMPY, "keras==2.6.0")),
    "2.7.4": ("3.9", (OLD_PROTOBUF, OLD_NUMPY)),
    "2.8.4": ("3.10", (OLD_PROTOBUF, OLD_NUMPY)),
    "2.9.3": ("3.10", (OLD_PROTOBUF, OLD_NUMPY)),
    "2.10.1": ("3.10", (OLD_PROTOBUF, OLD_NUMPY)),
    "2.11.1": ("3.10", (OLD_PROTOBUF, OLD_NUMPY)),
    "2.12.1": ("3.11", ("numpy<2",)),
    "2.13.1": ("3.11", ("numpy<2",)),
    "2.14.1": ("3.11", ("numpy<2",)),
    "2.15.1": ("3.11", ("numpy<2",)),
    "2.16.2": ("3.11", ("numpy<2", "keras==3.4.1", "tf_keras==2.16.0")),  # 2024-06-26; Keras 2024-06-26
    "2.17.1": ("3.11", ("numpy<2", "keras==3.6.0", "tf_keras==2.17.0")),  # 2024-10-15; Keras 2024-10-03
    "2.18.1": ("3.11", ("numpy<2.1", "keras==3.9.0", "tf_keras==2.18.0")),  # 2025-03-08; Keras 2025-03-04
    "2.19.1": ("3.11", ("numpy<2.2", "keras==3.11.2", "tf_keras==2.19.0")),  # 2025-08-11; Keras 2025-08-11
    "2.20.0": ("3.11", ("numpy<2.4", "keras==3.11.1", "tf_keras==2.20.1")),  # 2025-08-07; Keras 2025-07-31
    "2.21.0": ("3.11", ("numpy<2.5", "keras==3.13.2", "tf_keras==2.21.0")),  # 2026-03-05; Keras 2026-01-30
}

KERAS = (
    # The last patch of every minor release.
    "3.0.5",
    "3.1.1",
    "3.2.1",
    "3.3.3",
    "3.4.1",
    "3.5.0",
    "3.6.0",
    "3.7.0",
    "3.8.0",
    "3.9.2",
    "3.10.0",
    "3.11.3",
    "3.12.4",
    "3.13.2",
    "3.14.1",
    "3.15.1",
)

KERAS_TENSORFLOW = "2.16.2"
"""The one TensorFlow on which every Keras 3 is recorded: the first that all of them support."""


def releases() -> Iterator[Release]:
    """Yield every release that is shipped."""
    for version, (python, pins) in TENSORFLOW.items():
        name = f"tensorflow-{version}"
        yield Release(name, python, (f"tensorflow-cpu=={version}", *pins), (), name)
    for version in KERAS:
        requirements = (f"tensorflow-cpu=={KERAS_TENSORFLOW}", "numpy<2", f"keras=={version}")
        yield Release(f"keras-{version}", "3.11", requirements, ("keras.*",), "keras")


def find_python(version: str) -> Path:
    """Return the interpreter of a minor version of Python, on PATH or among those of pyenv.

    Raises:
      FileNotFoundError: if there is none.
    """
    found = shutil.which(f"python{version}")
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [*sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True), *([Path(found)] if found else [])]
    if not candidates:
        raise FileNotFoundError(f"Python {version} is neither on PATH nor among the versions of pyenv.")
    return candidates[0]


def install(release: Release, cache: Path) -> Path:
    """Return the interpreter of an environment in which a release is installed; what is there already is used.

    Raises:
      FileNotFoundError: if there is no Python of its version.
      subprocess.CalledProcessError: if pip fails.
    """
    environment = cache / release.environment
    python = environment / "bin" / "python"
    stamp = environment / "installed.txt"
    wanted = "\n".join(release.requirements)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    if not python.exists():
        subprocess.run([find_python(release.python), "-m", "venv", environment], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *release.requirements], check=True)
    stamp.write_text(wanted, encoding="utf-8")
    return python


def record(release: Release, python: Path, output: Path, *, one_thread: bool = False) -> facts.Fingerprint:
    """Run the probe in an environment and return the fingerprint that it wrote.

    Args:
      release: what is recorded.
      python: the interpreter that has it.
      output: file to write.
      one_thread: run in one process of one thread, which must make no difference.

    Raises:
      subprocess.CalledProcessError: if the probe fails.
      schema.FingerprintError: if what it wrote cannot be read.
    """
    variables = {name: os.environ[name] for name in INHERITED if name in os.environ}
    command = [str(python), str(PROBE), "--output", str(output)]
    if release.subjects:
        command += ["--subjects", *release.subjects]
    if one_thread:
        command += ["--jobs", "1"]
        variables |= dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1")
    subprocess.run(command, check=True, env=variables)
    return schema.read(output)


def main() -> int:
    """Record or check releases; return 0, or 1 if one of them failed."""
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "noise_ops" / "releases"
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="releases to record (default: all)")
    parser.add_argument("--cache", type=Path, default=default, help="folder of the environments (default: %(default)s)")
    parser.add_argument("--drop", action="store_true", help="delete each environment after its use")
    parser.add_argument(
        "--check", action="store_true", help="write nothing: record with one thread, compare with what is shipped"
    )
    options = parser.parse_args()
    known = {release.name: release for release in releases()}
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"not in the table: {', '.join(unknown)}")
    failed = 0
    for name in options.names or known:
        release, start = known[name], time.monotonic()
        shipped = RELEASES / f"{name}.json"
        try:
            python = install(release, options.cache)
            if options.check:
                with tempfile.TemporaryDirectory() as folder:
                    again = record(release, python, Path(folder) / shipped.name, one_thread=True)
                differing = facts.differences(schema.read(shipped), again)
                outcome = "identical" if not differing else f"{len(differing)} facts differ, first {differing[0]}"
                failed += bool(differing)
            else:
                fingerprint = record(release, python, shipped)
                shipped.chmod(0o644)
                outcome = f"{len(list(fingerprint.facts()))} facts, {shipped.stat().st_size // 1024} kB"
        except (FileNotFoundError, subprocess.CalledProcessError, schema.FingerprintError) as error:
            outcome, failed = f"failed: {error}", failed + 1
        print(f"{name}: {outcome} ({time.monotonic() - start:.0f} s)", flush=True)
        if options.drop:
            shutil.rmtree(options.cache / release.environment, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
