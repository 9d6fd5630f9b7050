"""Runs `noise-ops check` on the releases that people have: installs each, and this noise_ops beside it, and judges it.

    python tools/check_releases.py [NAME ...] [--python 3.12] [--profile quick] [--environments FOLDER]

Names are those of the shipped fingerprints, such as tensorflow-2.15.1 or keras-3.7.0; without any, every release that
has wheels for Python 3.11 or newer is judged, those of TensorFlow on each such Python. A row is printed for each: the
exit code and verdict of the check, the known deviations that it saw, what it found besides, and its seconds. The exit
code is 1 if one of them is not 0.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noise_ops.cli.terminal import progress
from noise_ops.environments import installing, interpreters, processes, requirements
from noise_ops.errors import UserError

sys.path.insert(0, str(Path(__file__).parent))  # also where a test loads this file
from record_releases import Release, releases

CHECKOUT = Path(__file__).parents[1]

OLDEST = (3, 11)
"""The oldest Python that noise_ops runs in."""

SECONDS = 3600.0
"""After which a check is given up."""

HEAD = ("pair", "Python", "exit", "verdict", "known deviations", "new findings", "crashes", "seconds")


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


@dataclass(frozen=True)
class Row:
    """What the check of one pair said.

    Attributes:
      pair: which.
      exit: exit code; None if the time was over.
      verdict: that of the run; "" if there is none.
      known: names of the known deviations that were seen.
      new: codes of the findings that are news, with the property and how often.
      crashes: properties whose check crashed, and how often.
      seconds: what the run took.
      problem: the sentence of a run that could not be made; "" of one that could.
    """

    pair: Pair
    exit: int | None
    verdict: str = ""
    known: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    crashes: tuple[str, ...] = ()
    seconds: float = 0.0
    problem: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return what the table shows, in the order of its head."""
        known = f"{len(self.known)}: {', '.join(self.known)}" if self.known else "none"
        told = self.problem or ", ".join(self.new) or "none"
        name, python = self.pair.release.name, self.pair.python_name
        crashes = ", ".join(self.crashes) or "none"
        return name, python, str(self.exit), self.verdict, known, told, crashes, f"{self.seconds:.0f}"


def pairs() -> Iterator[Pair]:
    """Yield what is judged: every shipped release on Python 3.11, those of TensorFlow on each newer Python as well."""
    for release in releases():
        pythons = sorted(each for each in requirements.parse(release.requirements).pythons if each >= OLDEST)
        for python in pythons if release.name.startswith("tensorflow") else pythons[:1]:
            yield Pair(release, python)


def judged(pair: Pair, folder: Path | None, arguments: Sequence[str] = ()) -> Row:
    """Return what `noise-ops check` says of a pair, in an environment that is kept in a folder or, without, removed."""
    try:
        python = interpreters.find([pair.python]).path
        asked = pair.release.requirements
        with (
            progress() as show,
            installing.made(asked, folder, python=python, checkout=CHECKOUT, progress=show) as program,
        ):
            return _run(pair, program, arguments)
    except UserError as error:
        return Row(pair, None, problem=str(error))


def _run(pair: Pair, program: Path, arguments: Sequence[str]) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        ended = processes.run(
            [program, "-m", "noise_ops", "check", "--format", "json", "-o", report, *arguments],
            folder=Path(folder),  # where neither a checkout nor a user's settings are found
            seconds=SECONDS,
            variables=interpreters.variables(program),
        )
        if not report.exists():
            return Row(pair, ended.code, problem=(ended.errors.strip().splitlines() or [ended.fate])[-1])
        return read(pair, ended.code, json.loads(report.read_text(encoding="utf-8")))


def read(pair: Pair, code: int | None, report: dict[str, Any]) -> Row:
    """Return the row of a pair from its exit code and the JSON of its check."""
    crashes = [found for found in report["findings"] if found["code"] == "crash"]
    new = [found for found in report["findings"] if found["code"] != "crash"]
    return Row(
        pair,
        code,
        report["verdict"],
        tuple(sorted({each["name"] for each in report["known_deviations"]})),
        _counted(f"{found['code']} {found['property']}" for found in new),
        _counted(found["property"] for found in crashes),
        report["seconds"],
    )


def _counted(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(f"{name} {count}" for name, count in sorted(Counter(names).items()))


def line(cells: Sequence[str]) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(re.sub(r'[|]', '/', cell) for cell in cells)} |"


def main() -> int:
    """Judge releases; return 0 if each check ended with 0, else 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="releases (default: all)")
    parser.add_argument("--python", action="append", metavar="3.N", help="on this Python alone; may be repeated")
    parser.add_argument("--profile", default="default", help="that of the checks (default: default)")
    parser.add_argument("--environments", type=Path, metavar="FOLDER", help="keep the environments there (40 GB)")
    options = parser.parse_args()
    chosen = [
        pair
        for pair in pairs()
        if (not options.names or pair.release.name in options.names)
        and (not options.python or pair.python_name in options.python)
    ]
    known = {pair.release.name for pair in pairs()}
    if unknown := sorted(set(options.names) - known):
        parser.error(f"there is no release {unknown[0]} that can be judged; they are {', '.join(sorted(known))}")
    if not chosen:
        parser.error("none of these releases has wheels for that Python")
    print(line(HEAD), line(["---"] * len(HEAD)), sep="\n", flush=True)
    worst = 0
    for pair in chosen:
        row = judged(pair, options.environments, ["--profile", options.profile])
        worst |= row.exit != 0
        print(line(row.cells()), flush=True)
    return worst


if __name__ == "__main__":
    sys.exit(main())
