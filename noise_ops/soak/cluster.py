"""Rounds on the workers of a Dask cluster: any worker may do any of them, and again if another was killed.

A task gives what its number says, whoever does it, and the rounds come in the order of their numbers: what is known
after each is what one process would know. The scheduler needs no noise_ops, the workers the same as here.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from typing import Any

from noise_ops.result import Selection
from noise_ops.soak import rounds
from noise_ops.soak.rounds import Soak, SoakError

LOCAL = "local"
"""The address that stands for a cluster of this machine alone, made for one soak."""

_ANSWER = 10.0
"""Seconds within which a scheduler has to answer."""

_PATIENCE = 60.0
"""Seconds after which a scheduler that has no worker is given up."""

Asked = dict[str, tuple[str, ...]]
"""What to sample, as `Selection.asked` gives it."""

Rounds = Callable[[dict[str, Any], Selection, Iterable[int]], Iterator[Soak]]
"""What does rounds, as `rounds.here` does."""


@contextlib.contextmanager
def rounds_at(address: str | None) -> Iterator[Rounds]:
    """Give what does rounds on the workers of a cluster; without an address, in this process.

    Args:
      address: of a Dask scheduler, such as "tcp://10.0.0.1:8786", or `LOCAL`.

    Raises:
      SoakError: if Dask is not installed, or no scheduler answers.
    """
    if address is None:
        yield rounds.here
        return
    if importlib.util.find_spec("distributed") is None:
        raise SoakError("Dask is not installed; run: pip install 'noise_ops[dask]'.")
    with contextlib.ExitStack() as stack:
        stack.enter_context(_silence())
        client = stack.enter_context(_client(address, stack))
        yield lambda described, asked, numbers: _rounds(client, address, described, asked, numbers)


def _client(address: str, stack: contextlib.ExitStack) -> Any:
    from distributed import Client, LocalCluster
    from distributed.comm import get_address_host_port

    if address == LOCAL:
        here = LocalCluster(threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL)
        return Client(stack.enter_context(here), set_as_default=False)
    try:
        get_address_host_port(address)  # a client of what is no address could not be closed
        return Client(address, timeout=_ANSWER, set_as_default=False)
    except (ImportError, OSError, ValueError) as error:  # ImportError: of a protocol that is not installed
        raise SoakError(f"There is no Dask scheduler at {address!r}: {_line(error)}.") from None


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep Dask's log, which tells of every worker that comes and goes, off the report."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _rounds(
    client: Any, address: str, described: dict[str, Any], asked: Selection, numbers: Iterable[int]
) -> Iterator[Soak]:
    left, task = iter(numbers), _task()
    ahead: deque[tuple[int, Any]] = deque()
    while True:
        with _reaching(client, address):
            # Two rounds a worker: nobody waits for work, and little is done in vain where the soak ends.
            wanted = max(2, 2 * len(client.nthreads()))
            for number in itertools.islice(left, max(0, wanted - len(ahead))):
                ahead.append((number, client.submit(task, described, asked.asked(), number)))
        if not ahead:
            return
        yield _result(client, address, *ahead.popleft())


@contextlib.contextmanager
def _reaching(client: Any, address: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # OSError: also that of a time that is over. A client that has been closed raises whatever comes of that.
        if client.status == "running" and not isinstance(error, (CancelledError, OSError)):
            raise
        raise SoakError(
            f"The Dask scheduler at {address} is gone: the rounds that were done are saved, and the same command with "
            "another scheduler does the others."
        ) from None


def _result(client: Any, address: str, number: int, future: Any) -> Soak:
    from distributed import KilledWorker

    with _reaching(client, address):
        while not future.done():
            _wait(future)
            if not (future.done() or client.nthreads()):
                raise SoakError(f"The Dask scheduler at {address} has no worker to do round {number}.")
        error = future.exception()
        if error is None:
            found: Soak = future.result()
            return found
    if isinstance(error, KilledWorker):
        times = f"{count} times" if (count := error.allowed_failures + 1) > 1 else "once"
        raise SoakError(f"Round {number} is given up: a worker of {address} was killed {times} while it did it.")
    if isinstance(error, ImportError):
        raise SoakError(f"A worker of {address} has no noise_ops, or another version of it: {_line(error)}.")
    raise error


def _wait(future: Any) -> None:
    with contextlib.suppress(TimeoutError):
        future.exception(timeout=_PATIENCE)


def _task() -> Callable[[dict[str, Any], Asked, int], Soak]:
    def soak_round(described: dict[str, Any], asked: Asked, number: int) -> Soak:
        import noise_ops

        here, there = described["noise_ops"], noise_ops.__version__
        if here != there:
            raise ImportError(f"it is {here} here and {there} there")
        from noise_ops.soak import worker

        return worker.done(described, asked, number)

    # A function inside another travels as code, not as a name that the scheduler would have to import.
    return soak_round


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
