"""Peak extra memory of one call of each op, as a multiple of its output.

    python benchmarks/memory.py [--log2-elements 24] [--op dropout]

Each op runs in a fresh process, since a peak is never given back. It is measured twice: as the growth of the
process's largest resident set (what the machine must hold, threads and libraries' own buffers included), after a
call on a tiny input has paid for imports and compilation; and by tracemalloc in a second process, since tracing
costs memory itself (what NumPy allocated). The output counts: 1.00 is the least possible. Linux and macOS.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import noise_ops

OPS = ("dropout", "gaussian_noise", "gaussian_dropout", "alpha_dropout")
PARAMETER = 0.3
TARGET = 3.0
"""Most extra memory allowed, in outputs."""

TINY = 1 << 10


def largest_resident_set() -> int:
    """Return the peak resident set of this process so far, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def resident_growth(call: Callable[[], object]) -> int:
    """Return by how many bytes the peak resident set grows during one call."""
    before = largest_resident_set()
    call()
    return largest_resident_set() - before


def traced_peak(call: Callable[[], object]) -> int:
    """Return the peak of the bytes allocated through Python and NumPy during one call."""
    tracemalloc.start()
    call()
    return tracemalloc.get_traced_memory()[1]


METERS = {"resident": resident_growth, "traced": traced_peak}


def measure(op: str, meter: str, elements: int) -> float:
    """Return the extra memory of one call in this process, in outputs."""
    noise = getattr(noise_ops, op)
    noise(np.ones(TINY, np.float32), PARAMETER, seed=7)
    x = np.ones(elements, np.float32)
    return METERS[meter](lambda: noise(x, PARAMETER, seed=7)) / x.nbytes


def measured_apart(op: str, meter: str, log2_elements: int) -> float:
    """Return `measure` of a fresh process."""
    path = os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, __file__, "--log2-elements", str(log2_elements), "--op", op, "--meter", meter]
    return float(subprocess.check_output(command, env={**os.environ, "PYTHONPATH": path}))


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log2-elements", type=int, default=24)
    parser.add_argument("--op", choices=OPS, help="only this op")
    parser.add_argument("--meter", choices=tuple(METERS), help="measure in this process and print one number")
    return parser.parse_args(arguments)


def main() -> None:
    """Print the table, or one number where a meter is chosen."""
    chosen = options()
    if chosen.meter:
        print(measure(chosen.op or OPS[0], chosen.meter, 1 << chosen.log2_elements))
        return
    print(f"float32, 2**{chosen.log2_elements} elements; extra memory of one call, in outputs, target <= {TARGET:g}")
    print(f"{'op':17}{'resident':>9}{'traced':>8}")
    for op in [chosen.op] if chosen.op else OPS:
        resident, traced = (measured_apart(op, meter, chosen.log2_elements) for meter in METERS)
        verdict = "met" if max(resident, traced) <= TARGET else "MISSED"
        print(f"{op:17}{resident:9.2f}{traced:8.2f}  {verdict}", flush=True)


if __name__ == "__main__":
    main()
