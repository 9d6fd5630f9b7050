"""How a long draw is split: cache-sized pieces, one thread a core, flat memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numexpr
import numpy as np

CHUNK = 1 << 18
"""Elements a piece: its words, variates and results fit the second-level cache. A multiple of a Philox block."""


def for_each_chunk(count: int, work: Callable[[slice], None]) -> None:
    """Call `work` with slices that cover range(count), on as many threads as this process may use.

    NumPy, randomgen and numexpr release the interpreter lock in their loops, so threads do run side by
    side. An exception in `work` reaches the caller.
    """
    pieces = [slice(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]

    def quiet(piece: slice) -> None:
        with np.errstate(all="ignore"):  # nan, infinity and overflow are data here, as in TensorFlow
            work(piece)

    threads = min(len(pieces), _cores())
    if threads <= 1:
        for piece in pieces:
            quiet(piece)
        return
    with _one_numexpr_thread(), ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(quiet, pieces):
            pass


def _cores() -> int:
    # os.cpu_count() would count cores that a container or taskset keeps from us.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _one_numexpr_thread() -> Iterator[None]:
    # numexpr's own pool would fight ours for the same cores: half the speed at this chunk size.
    before = numexpr.set_num_threads(1)
    try:
        yield
    finally:
        numexpr.set_num_threads(before)
