"""How a long draw is split: cache-sized pieces, one thread a core, flat memory."""

from __future__ import annotations

import os
import threading
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
    queue = iter(pieces)  # shared: each thread takes the next piece when it is free, without a future a piece

    def drain() -> None:
        with np.errstate(all="ignore"):  # nan, infinity and overflow are data here, as in TensorFlow
            for piece in queue:
                work(piece)

    threads = min(len(pieces), available_cores())
    if threads <= 1:
        drain()
        return
    with _one_numexpr_thread(), ThreadPoolExecutor(threads) as pool:
        for finished in [pool.submit(drain) for _ in range(threads)]:
            finished.result()


def available_cores() -> int:
    """Return how many cores this process may use."""
    # os.cpu_count() would count cores that a container or taskset keeps from us.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_numexpr_lock = threading.Lock()
_numexpr_users = 0
_numexpr_threads = 1


@contextmanager
def _one_numexpr_thread() -> Iterator[None]:
    # numexpr's own pool would fight ours for the same cores: half the speed at this chunk size. The setting is
    # the process's, so the first caller in saves it and the last one out restores it.
    global _numexpr_users, _numexpr_threads
    with _numexpr_lock:
        if _numexpr_users == 0:
            _numexpr_threads = numexpr.set_num_threads(1)
        _numexpr_users += 1
    try:
        yield
    finally:
        with _numexpr_lock:
            _numexpr_users -= 1
            if _numexpr_users == 0:
                numexpr.set_num_threads(_numexpr_threads)
