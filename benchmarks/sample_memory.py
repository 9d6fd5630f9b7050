"""Peak resident memory of drawing one series of samples and keeping its evidence, small against large.

    python benchmarks/sample_memory.py [--log2-small 22] [--log2-large 28] [--layer keras.layers.Dropout]

Evidence is counts and sums, and draws are of bounded size: the peak must not grow with the sample. Each size runs in a
fresh process, since a peak is never given back, with the layer eager in float32 at its first parameter, as the suite
draws. The small sample must be at least as large as a few draws. Linux and macOS.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from noise_ops.checks import samples
from noise_ops.reference.variates import FLOAT32
from noise_ops.subjects.catalog import layers_for
from noise_ops.subjects.targets import Target

LAYERS = {"keras.layers.Dropout": "dropout", "keras.layers.GaussianNoise": "gaussian_noise"}
"""The layers that are drawn, and what predicts them."""

TARGET = 1.05
"""Most that the peak of the large sample may be, in peaks of the small one: allocators are not exact."""


def peak(layer: str, units: int) -> int:
    """Draw in this process and return its peak resident set, in bytes."""
    [subject] = [subject for subject in layers_for([LAYERS[layer]]) if subject.name == layer]
    target = Target(subject, FLOAT32, "eager")
    found = samples.evidence(target, samples.parameters(target)[0], (units,), 0)
    assert found.n >= units
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def peak_apart(layer: str, log2_units: int) -> int:
    """Return `peak` of a fresh process."""
    path = os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, __file__, "--layer", layer, "--in-this-process", str(log2_units)]
    return int(subprocess.check_output(command, env={**os.environ, "PYTHONPATH": path}))


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log2-small", type=int, default=22)
    parser.add_argument("--log2-large", type=int, default=28)
    parser.add_argument("--layer", choices=tuple(LAYERS), help="only this layer")
    parser.add_argument("--in-this-process", type=int, metavar="LOG2", help="draw 2**LOG2 here and print the peak")
    return parser.parse_args(arguments)


def main() -> None:
    """Print the table, or one peak."""
    chosen = options()
    layers = [chosen.layer] if chosen.layer else list(LAYERS)
    if chosen.in_this_process:
        print(peak(layers[0], 1 << chosen.in_this_process))
        return
    small, large = chosen.log2_small, chosen.log2_large
    print(f"float32, eager; peak resident memory of a process, in MB, target <= {TARGET:g} of the smaller sample's")
    print(f"{'layer':28}{f'2**{small}':>8}{f'2**{large}':>8}{'ratio':>8}")
    for layer in layers:
        before, after = (peak_apart(layer, size) for size in (small, large))
        verdict = "met" if after <= TARGET * before else "MISSED"
        print(f"{layer:28}{before / 1e6:8.0f}{after / 1e6:8.0f}{after / before:8.3f}  {verdict}", flush=True)


if __name__ == "__main__":
    main()
