"""Where the time of a Gaussian op goes: each step on one core, beside the memory traffic that it cannot avoid.

    python benchmarks/roofline.py

Times are the least of 40, in nanoseconds of one core an element of the result. The steps run on one core, on pieces
as large as those of the ops; the op runs on all cores, which its time is multiplied by. Normals come in pairs: one
logarithm, one sine and one cosine make two elements.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numexpr
import numpy as np

import noise_ops
from noise_ops.reference import chunks, variates
from noise_ops.reference.bits import Stream, philox_words

REPETITIONS = 40


def nanoseconds(call: Callable[[], Any], elements: int) -> float:
    """Return the least time of a call in nanoseconds an element."""
    least = float("inf")
    for _ in range(REPETITIONS):
        started = time.perf_counter()
        call()
        least = min(least, time.perf_counter() - started)
    return least / elements * 1e9


def main() -> None:
    """Print the table."""
    numexpr.set_num_threads(1)
    n, stream, cores = chunks.CHUNK, Stream(1337, 0), chunks.available_cores()
    u = variates.uniforms(stream, n // 2, variates.FLOAT32)
    logarithms, angles = np.maximum(u, np.float32(1e-7)), u * np.float32(6.2831855)
    x = np.random.default_rng(0).standard_normal(1 << 24, dtype=np.float32)
    y = np.empty_like(x)
    rows = {
        "Philox words": nanoseconds(lambda: philox_words(stream, n), n),
        "log": nanoseconds(lambda: variates.libm("log", logarithms), n),
        "sin": nanoseconds(lambda: variates.libm("sin", angles), n),
        "cos": nanoseconds(lambda: variates.libm("cos", angles), n),
        "copy of memory": nanoseconds(lambda: np.copyto(y, x), x.size),
        "gaussian_noise": nanoseconds(lambda: noise_ops.gaussian_noise(x, 0.3, seed=7), x.size) * cores,
    }
    for name, value in rows.items():
        print(f"{name:16}{value:7.2f} ns")


if __name__ == "__main__":
    main()
