"""How long `noise-ops check` takes, in imports of TensorFlow.

    python benchmarks/check_time.py [--repetitions 3] [--profile quick]

A ratio, since seconds say more about the machine than about the command; and alternating, so that another job on
the machine slows both. Each run is a fresh process with its output thrown away. Exit code 1 of the check (it has
findings) counts as a run, any other failure stops the benchmark.
"""

from __future__ import annotations

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

TARGETS = {"quick": 5.0, "default": 20.0}
"""Most imports of TensorFlow that a check may take, by its profile."""

IMPORT = [sys.executable, "-c", "import tensorflow"]
CHECK = [sys.executable, "-m", "noise_ops", "check"]


def seconds(command: Sequence[str], accepted: Sequence[int] = (0,)) -> float:
    """Run a command in a fresh process and return what it took on the wall clock."""
    path = os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH")]))
    start = time.perf_counter()
    finished = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    elapsed = time.perf_counter() - start
    if finished.returncode not in accepted:
        raise SystemExit(f"{shlex.join(command)} exited with {finished.returncode}:\n{finished.stderr[-2000:]}")
    return elapsed


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--profile", choices=TARGETS, default="default")
    return parser.parse_args(arguments)


def main() -> None:
    """Print both medians and their ratio."""
    chosen = options()
    check, target = [*CHECK, "--profile", chosen.profile], TARGETS[chosen.profile]
    imports, checks = [], []
    for _ in range(chosen.repetitions):
        imports.append(seconds(IMPORT))
        checks.append(seconds(check, accepted=(0, 1)))
    ratio = statistics.median(checks) / statistics.median(imports)
    print(f"import tensorflow  {statistics.median(imports):7.2f} s  (median of {chosen.repetitions})")
    print(f"check              {statistics.median(checks):7.2f} s  {shlex.join(check)}")
    print(f"ratio              {ratio:7.2f}    target <= {target:g}: {'met' if ratio <= target else 'MISSED'}")


if __name__ == "__main__":
    main()
