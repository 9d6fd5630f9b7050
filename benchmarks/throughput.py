"""Throughput of the ops against the eager layers of Keras, in one run on one machine.

    python benchmarks/throughput.py [--pairs 7] [--log2-elements 24] [--op dropout]

Both sides go from a NumPy array to a NumPy array; in the rows `tensor`, Keras gets and returns a tensor, while
noise_ops still goes from array to array. Each pair times one call of each side, in alternating order, so that
another job on the machine slows both; the ratio is the median over the pairs, and above 1 noise_ops is the faster.
The CPU ratio compares processor time over all threads, which another job disturbs less.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

import noise_ops

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

Call = Callable[[], Any]

TARGETS = {"dropout": 1.5, "gaussian_noise": 1.0, "gaussian_dropout": 1.0, "alpha_dropout": None}
"""Least ratio asked for, array to array; None where none is."""

PARAMETER = 0.3
"""Rate or standard deviation: every op takes 0.3, and no shortcut applies to it."""

LAYERS = {
    "dropout": tf.keras.layers.Dropout,
    "gaussian_noise": tf.keras.layers.GaussianNoise,
    "gaussian_dropout": tf.keras.layers.GaussianDropout,
    "alpha_dropout": tf.keras.layers.AlphaDropout,
}


@dataclass(frozen=True)
class Seconds:
    """What one call took: by the clock on the wall, and by the processor over all threads."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Contest:
    """Timings of two sides, pair by pair."""

    ours: list[Seconds]
    theirs: list[Seconds]

    def ratios(self, clock: str) -> list[float]:
        """Return theirs / ours of each pair by `clock`, "wall" or "cpu"."""
        return [getattr(b, clock) / getattr(a, clock) for a, b in zip(self.ours, self.theirs, strict=True)]


def timed(call: Call) -> Seconds:
    """Time one call; its result is freed only after the clocks have stopped."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    seconds = Seconds(time.perf_counter() - wall, time.process_time() - cpu)
    del result
    return seconds


def interleaved(ours: Call, theirs: Call, pairs: int) -> Contest:
    """Time `pairs` pairs after one unmeasured pair, the second of a pair going first in the next."""
    ours(), theirs()
    contest = Contest([], [])
    for number in range(pairs):
        sides = [(ours, contest.ours), (theirs, contest.theirs)]
        for call, seconds in sides if number % 2 == 0 else reversed(sides):
            seconds.append(timed(call))
    return contest


def row(name: str, kind: str, contest: Contest, elements: int) -> str:
    """Return one line of the table."""
    ratios = contest.ratios("wall")
    ratio = statistics.median(ratios)
    ours, theirs = (statistics.median(s.wall for s in side) for side in (contest.ours, contest.theirs))
    target = TARGETS[name] if kind == "array" else None
    verdict = "" if target is None else f">= {target}: {'met' if ratio >= target else 'MISSED'}"
    return (
        f"{name:17}{kind:8}{ours * 1e3:8.0f}{theirs * 1e3:9.0f}"
        f"{elements / ours / 1e6:9.1f}{elements / theirs / 1e6:10.1f}{ratio:7.2f}  {min(ratios):.2f}..{max(ratios):.2f}"
        f"{statistics.median(contest.ratios('cpu')):9.2f}  {verdict}"
    )


def benchmark(name: str, x: npt.NDArray[np.float32], pairs: int) -> list[str]:
    """Return the two rows of one op, having checked that both sides compute the same numbers."""
    op, seed, tensor = getattr(noise_ops, name), noise_ops.KerasSeed(7), tf.constant(x)
    layer = LAYERS[name](PARAMETER, seed=7)

    def ours() -> Any:
        return op(x, PARAMETER, seed=seed)

    if not np.array_equal(ours(), layer(x, training=True).numpy()):
        raise SystemExit(f"{name} differs from the layer: the speed of a wrong answer means nothing.")
    arrays = interleaved(ours, lambda: layer(x, training=True).numpy(), pairs)
    tensors = interleaved(ours, lambda: layer(tensor, training=True), pairs)
    return [row(name, "array", arrays, x.size), row(name, "tensor", tensors, x.size)]


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--log2-elements", type=int, default=24)
    parser.add_argument("--op", choices=tuple(LAYERS), action="append", help="only this op; may be repeated")
    return parser.parse_args(arguments)


def main() -> None:
    """Print the table."""
    chosen = options()
    x = np.random.default_rng(0).standard_normal(1 << chosen.log2_elements, dtype=np.float32)
    print(f"noise_ops {noise_ops.__version__}, TensorFlow {tf.__version__}, {tf.keras.__name__} {tf.keras.__version__}")
    print(f"float32, 2**{chosen.log2_elements} elements, medians of {chosen.pairs} pairs, {os.cpu_count()} cores")
    print(f"{'op':17}{'input':8}{'ours ms':>8}{'Keras ms':>9}{'ours M/s':>9}{'Keras M/s':>10}{'ratio':>7}", end="")
    print("  range     CPU ratio  target")
    for name in chosen.op or LAYERS:
        print(*benchmark(name, x, chosen.pairs), sep="\n", flush=True)


if __name__ == "__main__":
    main()
