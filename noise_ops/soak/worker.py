"""A round on a worker of a cluster, which has to be set up as whoever asks is."""

from __future__ import annotations

import threading
from typing import Any

from noise_ops.errors import UserError
from noise_ops.result import Selection
from noise_ops.soak import rounds
from noise_ops.soak.rounds import Soak, SoakError

_one_at_a_time = threading.Lock()


def done(described: dict[str, Any], asked: dict[str, tuple[str, ...]], number: int) -> Soak:
    """Do a round here, if TensorFlow, Keras, CPU and settings are those of whoever asks.

    Args:
      described: the environment of whoever asks.
      asked: what to sample, as `Selection.asked` gives it.
      number: which round.

    Raises:
      SoakError: if it cannot be done here; the message names the worker.
    """
    from distributed import get_worker

    try:
        with _one_at_a_time:  # a worker may have several threads, and TensorFlow's seed is one of the process
            own = rounds.new()
            rounds.require_same(Soak(described), own)
            selection = Selection(asked["layer"], asked["dtype"], asked["mode"])
            return next(rounds.here(own.environment, selection, [number]))
    except UserError as error:
        raise SoakError(f"The worker at {get_worker().address} cannot do round {number}: {error}") from None
