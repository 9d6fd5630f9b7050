"""Tasks on the workers of a Dask cluster: any worker may do any of them, and again if another was killed.

A task gives the same, whoever does it and however often. The workers need the noise_ops of here, the scheduler none.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from noise_ops.errors import UserError
from noise_ops.version import __version__

LOCAL = "local"
"""The address that stands for a cluster of this machine alone, made for one command."""

_ANSWER = 10.0
"""Seconds within which a scheduler has to answer."""

_PATIENCE = 60.0
"""Seconds after which a scheduler that has no worker is given up."""

_AHEAD = 2
"""Tasks a worker that are begun before they are asked for: nobody waits for work, and little is done in vain."""

T = TypeVar("T")


@dataclass(frozen=True)
class Task:
    """What a worker is to do.

    Attributes:
      name: what messages call it, such as "round 3".
      arguments: of the function that does it; plain, since the scheduler reads them.
    """

    name: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What came of a task.

    Attributes:
      index: which it is, counted from 0.
      value: what it gave, if it was done.
      problem: why it was not.
    """

    index: int
    value: T | None = None
    problem: UserError | None = None

    def get(self) -> T:
        """Return what the task gave, or raise why it gave nothing."""
        if self.problem is not None:
            raise self.problem
        return cast("T", self.value)


@contextlib.contextmanager
def at(address: str) -> Iterator[Workers]:
    """Give the workers of a cluster.

    Args:
      address: of a Dask scheduler, such as "tcp://10.0.0.1:8786", or `LOCAL`.

    Raises:
      UserError: if Dask is not installed, or no scheduler answers.
    """
    if importlib.util.find_spec("distributed") is None:
        raise UserError("Dask is not installed; run: pip install 'noise_ops[dask]'.")
    with contextlib.ExitStack() as stack:
        stack.enter_context(_silence())
        yield Workers(stack.enter_context(_client(address, stack)), address)


def _client(address: str, stack: contextlib.ExitStack) -> Any:
    import dask
    from distributed import Client, LocalCluster
    from distributed.comm import get_address_host_port

    if address == LOCAL:
        place = tempfile.TemporaryDirectory(prefix="noise-ops-", ignore_cleanup_errors=True)
        stack.enter_context(dask.config.set({"temporary-directory": stack.enter_context(place)}))
        here = LocalCluster(
            threads_per_worker=1,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # else it warns of another cluster's port
            silence_logs=logging.CRITICAL,
        )
        return Client(stack.enter_context(here), set_as_default=False)
    try:
        get_address_host_port(address)  # a client of what is no address could not be closed
        return Client(address, timeout=_ANSWER, set_as_default=False)
    except (ImportError, OSError, ValueError) as error:  # ImportError: of a protocol that is not installed
        raise UserError(f"There is no Dask scheduler at {address!r}: {_line(error)}.") from None


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep Dask's log, which tells of every worker that comes and goes, off the report."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


class Workers:
    """The workers of a cluster, as its client sees them."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address

    def done(
        self,
        function: Callable[..., T],
        tasks: Iterable[Task],
        *,
        in_order: bool = False,
        waiting: Callable[[], None] = lambda: None,
    ) -> Iterator[Outcome[T]]:
        """Yield what came of each task.

        Args:
          function: what does a task, of a module that the workers have.
          tasks: what is to be done.
          in_order: whether the outcomes come in the order of the tasks, of which there may then be no end; else each
            comes as soon as it is there.
          waiting: called every second.

        Raises:
          UserError: if the scheduler is gone, or has no worker.
        """
        left, call = enumerate(tasks), _call()
        begun: dict[Any, tuple[int, Task]] = {}
        while True:
            with self._reaching():
                room = _AHEAD * max(1, len(self._client.nthreads())) - len(begun) if in_order else sys.maxsize
                for index, task in itertools.islice(left, max(0, room)):
                    called = __version__, function.__module__, function.__name__, task.arguments
                    begun[self._client.submit(call, *called)] = index, task
            if not begun:
                return
            future = self._first(begun, 1 if in_order else len(begun), waiting)
            yield self._outcome(future, *begun.pop(future))

    @contextlib.contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            # OSError: also that of a time that is over. A client that has been closed raises whatever comes of that.
            if self._client.status == "running" and not isinstance(error, (CancelledError, OSError)):
                raise
            raise UserError(
                f"The Dask scheduler at {self._address} is gone: what was done is saved, and the same command with "
                "another scheduler does the rest."
            ) from None

    def _first(self, begun: dict[Any, tuple[int, Task]], wanted: int, waiting: Callable[[], None]) -> Any:
        """Return a future that is done, of the first few that were begun."""
        from distributed import wait

        futures, seen = list(begun)[:wanted], time.monotonic()
        while True:
            with self._reaching(), self._client.as_current():
                with contextlib.suppress(TimeoutError):
                    wait(futures, timeout=1.0, return_when="FIRST_COMPLETED")
                for future in futures:
                    if future.done():
                        return future
                seen = time.monotonic() if self._client.nthreads() else seen
            waiting()
            if time.monotonic() - seen > _PATIENCE:
                name = begun[futures[0]][1].name
                raise UserError(f"The Dask scheduler at {self._address} has no worker to do {name}.")

    def _outcome(self, future: Any, index: int, task: Task) -> Outcome[Any]:
        from distributed import KilledWorker

        with self._reaching():
            error = future.exception()
            if error is None:
                return Outcome(index, future.result())
        if isinstance(error, UserError):
            return Outcome(index, problem=error)
        if isinstance(error, KilledWorker):
            times = f"{count} times" if (count := error.allowed_failures + 1) > 1 else "once"
            killed = f"a worker of {self._address} was killed {times} while it did it"
            return Outcome(index, problem=UserError(f"{task.name[0].upper()}{task.name[1:]} is given up: {killed}."))
        if isinstance(error, ImportError):
            other = f"A worker of {self._address} has no noise_ops, or another version of it"
            return Outcome(index, problem=UserError(f"{other}: {_line(error)}."))
        raise error


def _call() -> Callable[[str, str, str, tuple[Any, ...]], Any]:
    def call(here: str, module: str, function: str, arguments: tuple[Any, ...]) -> Any:
        import importlib

        import noise_ops

        there = noise_ops.__version__
        if here != there:
            raise ImportError(f"it is {here} here and {there} there")
        from distributed import get_worker

        from noise_ops.errors import UserError

        try:
            return getattr(importlib.import_module(module), function)(*arguments)
        except UserError as error:
            raise UserError(f"The worker at {get_worker().address} says: {error}") from None

    # A function inside another travels as code, not as a name that the scheduler would have to import; so do all names
    # that it finds outside itself.
    return call


def require_open() -> None:
    """Raise UserError on a worker that is closing: what takes minutes asks often, and ends what it has started.

    Nobody is told: the task is not done, and any other worker may do it.
    """
    from distributed import get_worker

    worker = get_worker()
    if worker.status.name in ("closing", "closed"):
        raise UserError(f"the worker at {worker.address} is closing.")


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
