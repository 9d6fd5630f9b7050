"""Rounds on the workers of a Dask cluster, each of which has to be set up as whoever asks is."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from noise_ops import cluster
from noise_ops.result import Selection
from noise_ops.soak import rounds
from noise_ops.soak.rounds import Soak

Rounds = Callable[[dict[str, Any], Selection, Iterable[int]], Iterator[Soak]]
"""What does rounds, as `rounds.here` does."""

_one_at_a_time = threading.Lock()


@contextlib.contextmanager
def rounds_at(address: str | None) -> Iterator[Rounds]:
    """Give what does rounds on the workers of a cluster; without an address, in this process.

    Args:
      address: as of `cluster.at`.

    Raises:
      UserError: if Dask is not installed, or no scheduler answers.
    """
    if address is None:
        yield rounds.here
        return
    with cluster.at(address) as workers:

        def several(described: dict[str, Any], asked: Selection, numbers: Iterable[int]) -> Iterator[Soak]:
            tasks = (cluster.Task(f"round {number}", (described, asked.asked(), number)) for number in numbers)
            # In the order of their numbers: what is known after each is what one process would know.
            return (outcome.get() for outcome in workers.done(done, tasks, in_order=True))

        yield several


def done(described: dict[str, Any], asked: dict[str, tuple[str, ...]], number: int) -> Soak:
    """Do a round here, if TensorFlow, Keras, CPU and settings are those of whoever asks.

    Args:
      described: the environment of whoever asks.
      asked: what to sample, as `Selection.asked` gives it.
      number: which round.

    Raises:
      SoakError: if they are not, or it cannot be done here.
    """
    with _one_at_a_time:  # a worker may have several threads, and TensorFlow's seed is one of the process
        own = rounds.new()
        rounds.require_same(Soak(described), own)
        selection = Selection(asked["layer"], asked["dtype"], asked["mode"])
        return next(rounds.here(own.environment, selection, [number]))
