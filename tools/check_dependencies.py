"""Runs the wheel on each Python with the oldest and with the newest of what pyproject.toml allows beside it.

    python tools/check_dependencies.py [NAME ...] [--environments FOLDER] [--write]

Names are those of `TRIALS`, such as 3.12-oldest; without any, all are tried. uv installs, from wheels alone. In each
environment the commands of `STEPS` are run in an empty folder. A row is printed for each: what was installed, what
came of it, its seconds. `--write` puts the rows into docs/installing.md as well. The exit code is 1 if a step failed.
"""

from __future__ import annotations

import argparse
import email
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from packaging.requirements import Requirement

from noise_ops.environments import interpreters, processes
from noise_ops.errors import UserError

sys.path.insert(0, str(Path(__file__).parent))  # also where a test loads this file
import run_tables

CHECKOUT = Path(__file__).parents[1]

EXTRAS = ("completion", "dask", "h5")
"""The extras that users install, besides tensorflow."""

SECONDS = 1800.0
"""After which a command is given up."""

MODEL = """
from pathlib import Path

import tensorflow as tf

layers = [tf.keras.Input((8,)), tf.keras.layers.Dropout(0.5, seed=7)]
model = tf.keras.Sequential(layers)
Path("model.json").write_text(model.to_json())
model.save("model.h5")
"""

OWN = """
import tensorflow as tf

from noise_ops import laws
from noise_ops.testing import parametrize_checks


class Drops(tf.keras.layers.Layer):
    def __init__(self, rate, seed=None, **options):
        super().__init__(**options)
        self.rate, self.seed = rate, seed
        self.inner = tf.keras.layers.Dropout(rate, seed=seed)

    def call(self, x, training=None):
        return self.inner(x, training=training)

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}


# Of what Keras 2 and Keras 3 promise alike.
ASKED = ["support_and_scale", "mask_density", "nothing_repeats", "kept_on_any_input", "works_in_fit"]


@parametrize_checks(
    Drops, law=laws.drops(0.25), args={"rate": 0.25}, dtypes=["float32"], profile="quick", properties=ASKED
)
def test_drops(check):
    check()
"""

STEPS = {
    "doctor": "-m noise_ops doctor",
    "compare": "-m noise_ops compare keras==3.8.0 keras==3.9.2",
    "a model": "make_model.py",
    "audit": "-m noise_ops audit model.json",
    "audit of h5": "-m noise_ops audit model.h5",
    "completion": "-m noise_ops --completion bash",
    "check": "-m noise_ops check --profile quick --layer Dropout --layer GaussianNoise --layer tf.random.normal",
    "suite": "-m pytest --pyargs noise_ops.suite --noise-profile quick --noise-mode eager --noise-layer Dropout",
    "own layer": "-m pytest test_own.py",
}
"""What is run, in a folder that holds `MODEL` and `OWN`; each has to end with 0."""

HEAD = ("versions", "Python", "with", "result", "seconds", "day")

PASSED = "all steps pass"

RESOLUTIONS = {"oldest": "lowest-direct", "newest": "highest"}
"""How uv calls what is chosen."""

SHOWN = (
    *("tensorflow", "tensorflow-cpu", "keras", "tf-keras", "numpy", "scipy", "hypothesis", "pytest", "pytest-xdist"),
    *("ml-dtypes", "numexpr", "randomgen", "packaging", "distributed", "h5py", "shtab"),
)
"""Whose versions a row shows."""


@dataclass(frozen=True)
class Trial:
    """An environment.

    Attributes:
      python: its Python, such as "3.11".
      versions: "oldest" or "newest".
      tensorflow: a requirement of TensorFlow; "" for what the extra brings.
    """

    python: str
    versions: str
    tensorflow: str = ""

    @property
    def name(self) -> str:
        """What it is called on the command line, such as "3.12-oldest"."""
        return f"{self.python}-{self.versions}{'-keras-2' if self.tensorflow else ''}"


TRIALS = (
    *(Trial(python, versions) for python in ("3.11", "3.12", "3.13") for versions in ("oldest", "newest")),
    # The TensorFlow whose own bounds leave room for the oldest NumPy and ml_dtypes.
    Trial("3.11", "oldest", "tensorflow-cpu==2.14.1"),
)


def requirements(wheel: Path, extras: Sequence[str]) -> list[str]:
    """Return what a wheel asks for, with extras, as requirements without markers."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        asked = email.message_from_bytes(archive.read(name)).get_all("Requires-Dist") or []
    found = map(Requirement, asked)
    chosen = [
        each for each in found if not each.marker or any(each.marker.evaluate({"extra": extra}) for extra in extras)
    ]
    # What is asked for first is chosen first: TensorFlow, whose own bounds then decide about the rest.
    return sorted((f"{each.name}{each.specifier}" for each in chosen), key=lambda each: "tensorflow" not in each)


def uv(*arguments: str | Path) -> str:
    """Run uv and return what it prints.

    Raises:
      UserError: if there is none, or it fails; the message is its own.
    """
    program = shutil.which("uv")
    if program is None:
        raise UserError("uv is needed, and is not on PATH: pip install uv.")
    ended = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise UserError(f"uv {arguments[0]} failed: {ended.stderr.strip()}")
    return ended.stdout


def install(trial: Trial, wheel: Path, environment: Path) -> Path:
    """Make the environment of a trial and return its interpreter.

    Raises:
      UserError: if uv cannot.
    """
    major, minor = map(int, trial.python.split("."))
    uv("venv", "--clear", "--python", interpreters.find([(major, minor)]).path, environment)
    program = environment / "bin" / "python"
    # What is asked for by name is direct; what a wheel asks for would come as new as there is.
    asked = requirements(wheel, (*EXTRAS, *([] if trial.tensorflow else ["tensorflow"])))
    options = ("--only-binary", ":all:", "--resolution", RESOLUTIONS[trial.versions], "--python", program)
    uv("pip", "install", *options, *filter(None, [trial.tensorflow]), *asked, wheel)
    return program


def steps(program: Path) -> dict[str, str]:
    """Run every step; return how those that failed ended, whose output goes to standard error."""
    failed = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "make_model.py").write_text(MODEL, encoding="utf-8")
        (folder / "test_own.py").write_text(OWN, encoding="utf-8")
        for step, arguments in STEPS.items():
            command: list[str | Path] = [program, *arguments.split()]
            ended = processes.run(command, folder=folder, seconds=SECONDS, variables=interpreters.variables(program))
            if ended.code != 0:
                failed[step] = ended.fate
                print(step, ended.output, ended.errors, sep="\n", file=sys.stderr)
    return failed


def versions(program: Path) -> dict[str, str]:
    """Return the version of each package of an environment."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)$", uv("pip", "freeze", "--python", program), re.MULTILINE))


def tried(trial: Trial, wheel: Path, folder: Path) -> tuple[str, ...]:
    """Return the row of a trial, whose environment is made in a folder."""
    start, beside = time.monotonic(), trial.tensorflow
    try:
        program = install(trial, wheel, folder / trial.name)
        told = "; ".join(f"{step} {fate}" for step, fate in steps(program).items()) or PASSED
        found = versions(program)
        beside = ", ".join(f"{name} {found[name]}" for name in SHOWN if name in found)
    except UserError as error:
        told = str(error)
    seconds = f"{time.monotonic() - start:.0f}"
    name = f"{trial.versions}, Keras 2" if trial.tensorflow else trial.versions
    return name, trial.python, beside, told, seconds, date.today().isoformat()


def main() -> int:
    """Try environments; return 0 if every step of each ended with 0, else 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    names = [trial.name for trial in TRIALS]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)} (default: all)")
    parser.add_argument("--environments", type=Path, metavar="FOLDER", help="keep the environments there (10 GB)")
    parser.add_argument("--write", action="store_true", help="write the rows into docs/installing.md as well")
    options = parser.parse_args()
    if unknown := sorted(set(options.names) - set(names)):
        parser.error(f"there is no {unknown[0]}; they are {', '.join(names)}")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        uv("build", "--wheel", "--out-dir", place, CHECKOUT)
        (wheel,) = place.glob("*.whl")
        print(run_tables.head(HEAD), flush=True)
        worst = 0
        for trial in TRIALS:
            if options.names and trial.name not in options.names:
                continue
            with tempfile.TemporaryDirectory() as once:
                row = tried(trial, wheel, options.environments or Path(once))
            worst |= row[3] != PASSED
            print(run_tables.line(row), flush=True)
            if options.write:
                run_tables.write("dependencies", HEAD, [row])
    return worst


if __name__ == "__main__":
    sys.exit(main())
