"""Runs `noise-ops check` on the releases that people have: installs each, and this noise_ops beside it, and judges it.

    python tools/check_releases.py [NAME ...] [--python 3.12] [--profile quick] [--environments FOLDER]
        [--reports FOLDER] [--write]

Names are those of the shipped fingerprints, such as tensorflow-2.15.1 or keras-3.7.0, and tensorflow-cpu-2.21.0 for
the package without GPUs; without any, every release that has wheels for Python 3.11 or newer is judged, those of the
package tensorflow on each such Python. A row is printed for each: what the check found, how many known deviations it
saw, its seconds. `--write` puts the rows into docs/installing.md as well. The exit code is 1 if one of them is not 0.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from noise_ops.cli.terminal import progress
from noise_ops.environments import installing, interpreters, processes, requirements
from noise_ops.errors import UserError

sys.path.insert(0, str(Path(__file__).parent))  # also where a test loads this file
import run_tables
from record_releases import Release, releases

CHECKOUT = Path(__file__).parents[1]

OLDEST = (3, 11)
"""The oldest Python that noise_ops runs in."""

SECONDS = 3600.0
"""After which a check is given up."""

HEAD = ("judged", "Python", "NumPy", "profile", "result", "known deviations", "seconds", "day")


@dataclass(frozen=True)
class Pair:
    """A release on a Python.

    Attributes:
      release: TensorFlow and Keras.
      python: the first two numbers of the Python.
    """

    release: Release
    python: tuple[int, int]

    @property
    def python_name(self) -> str:
        """Its Python, such as "3.11"."""
        return "{}.{}".format(*self.python)

    @property
    def package(self) -> str:
        """The package that brings TensorFlow, such as "tensorflow-cpu"."""
        return requirements.parse(self.release.requirements).packages[0].partition("==")[0]


@dataclass(frozen=True)
class Row:
    """What the check of one pair said.

    Attributes:
      pair: which.
      exit: exit code; None if the time was over.
      profile: that of the check.
      known: names of the known deviations that were seen.
      new: codes of the findings that are news, with the property and how often.
      crashes: properties whose check crashed, and how often.
      seconds: what the run took.
      day: on which it was run.
      environment: versions, as a report names them.
      problem: the sentence of a run that could not be made; "" of one that could.
    """

    pair: Pair
    exit: int | None
    profile: str = ""
    known: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    crashes: tuple[str, ...] = ()
    seconds: float = 0.0
    day: str = ""
    environment: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return what the table shows, in the order of its head."""
        if self.problem:
            return self.pair.release.name, self.pair.python_name, "", self.profile, self.problem, "", "", self.day
        found = [*self.new, *(f"crash in {each}" for each in self.crashes)]
        told = ", ".join(found) or ("as predicted" if self.exit == 0 else f"exit code {self.exit}")
        versions = self.environment
        beside = [f"{title} {version}" for title in ("Keras", "tf_keras") if (version := versions[title.lower()])]
        return (
            ", ".join((f"{self.pair.package} {versions['tensorflow']}", *beside)),
            *(versions["python"], versions["numpy"], self.profile, told),
            *(str(len(self.known)), f"{self.seconds:.0f}", self.day),
        )


def pairs() -> Iterator[Pair]:
    """Yield what is judged: every shipped release on Python 3.11, the package tensorflow on each newer one as well."""
    for release in releases():
        pythons = sorted(each for each in requirements.parse(release.requirements).pythons if each >= OLDEST)
        whole = release.requirements.startswith("tensorflow==")
        for python in pythons if whole else pythons[:1]:
            yield Pair(release, python)
        if whole:
            yield Pair(_without_gpu(release), pythons[0])


def _without_gpu(release: Release) -> Release:
    """Return a release as the package tensorflow-cpu, beside which tf_keras would bring the package tensorflow."""
    kept = [each for each in release.requirements.split() if not each.startswith("tf_keras")]
    name, wanted = (text.replace("tensorflow", "tensorflow-cpu", 1) for text in (release.name, " ".join(kept)))
    return Release(name, wanted)


def judged(pair: Pair, folder: Path | None, profile: str = "default", reports: Path | None = None) -> Row:
    """Return what `noise-ops check` says of a pair.

    Args:
      pair: which.
      folder: where its environment is kept; None for one that is removed.
      profile: that of the check.
      reports: a folder where the JSON of the check is kept, if any.
    """
    try:
        python = interpreters.find([pair.python]).path
        asked = pair.release.requirements
        with (
            progress() as show,
            installing.made(asked, folder, python=python, checkout=CHECKOUT, progress=show) as program,
        ):
            return _run(pair, program, profile, reports)
    except UserError as error:
        return _unmade(pair, None, profile, str(error))


def _run(pair: Pair, program: Path, profile: str, reports: Path | None) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        ended = processes.run(
            [program, "-m", "noise_ops", "check", "--format", "json", "-o", report, "--profile", profile],
            folder=Path(folder),  # where neither a checkout nor a user's settings are found
            seconds=SECONDS,
            variables=interpreters.variables(program),
        )
        if not report.exists():
            return _unmade(pair, ended.code, profile, (ended.errors.strip().splitlines() or [ended.fate])[-1])
        text = report.read_text(encoding="utf-8")
        if reports is not None:
            (reports / f"{pair.release.name}-python{pair.python_name}-{profile}.json").write_text(
                text, encoding="utf-8"
            )
        return read(pair, ended.code, profile, json.loads(text))


def _unmade(pair: Pair, code: int | None, profile: str, problem: str) -> Row:
    return Row(pair, code, profile, day=date.today().isoformat(), problem=problem)


def read(pair: Pair, code: int | None, profile: str, report: dict[str, Any]) -> Row:
    """Return the row of a pair from its exit code and the JSON of its check."""
    crashes = [found for found in report["findings"] if found["code"] == "crash"]
    new = [found for found in report["findings"] if found["code"] != "crash"]
    return Row(
        pair,
        code,
        profile,
        tuple(sorted({each["name"] for each in report["known_deviations"]})),
        _counted(f"{found['code']} {found['property']}" for found in new),
        _counted(found["property"] for found in crashes),
        report["seconds"],
        date.today().isoformat(),
        report["environment"],
    )


def _counted(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(f"{name} {count}" for name, count in sorted(Counter(names).items()))


def _chosen(parser: argparse.ArgumentParser, names: Sequence[str], pythons: Sequence[str]) -> list[Pair]:
    known = list(pairs())
    every = {pair.release.name: pair for pair in known}
    if unknown := sorted(set(names) - every.keys()):
        parser.error(f"there is no release {unknown[0]} that can be judged; they are {', '.join(sorted(every))}")
    chosen = [
        pair
        for pair in known
        if (not names or pair.release.name in names) and (not pythons or pair.python_name in pythons)
    ]
    if not chosen:
        parser.error("none of these releases has wheels for that Python")
    return chosen


def main() -> int:
    """Judge releases; return 0 if each check ended with 0, else 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="releases (default: all)")
    parser.add_argument("--python", action="append", default=[], metavar="3.N", help="on this Python alone")
    parser.add_argument("--profile", default="default", help="that of the checks (default: default)")
    parser.add_argument("--environments", type=Path, metavar="FOLDER", help="keep the environments there (40 GB)")
    parser.add_argument("--reports", type=Path, metavar="FOLDER", help="keep the JSON of each check there")
    parser.add_argument("--write", action="store_true", help="write the rows into docs/installing.md as well")
    options = parser.parse_args()
    print(run_tables.head(HEAD), flush=True)
    worst = 0
    for pair in _chosen(parser, options.names, options.python):
        row = judged(pair, options.environments, options.profile, options.reports)
        worst |= row.exit != 0
        print(run_tables.line(row.cells()), flush=True)
        if options.write:
            run_tables.write("releases", HEAD, [row.cells()])
    return worst


if __name__ == "__main__":
    sys.exit(main())
