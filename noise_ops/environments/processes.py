"""Programs that are run on a user's behalf: watched, held to a time, and gone with all their children afterwards."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

TAIL = 1 << 16
"""Bytes of a program's output that are kept, its last: what a stranger prints is not bounded."""


@dataclass(frozen=True)
class Ended:
    """How a program ended.

    Attributes:
      code: its exit code, negative for a signal; None if its time was over.
      output, errors: the last part of its standard output and of its standard error.
    """

    code: int | None
    output: str
    errors: str

    @property
    def fate(self) -> str:
        """How it ended, in words that follow "it"."""
        if self.code is None:
            return "was not done in its time"
        if self.code >= 0:
            return f"ended with exit code {self.code}"
        try:
            return f"was ended by {signal.Signals(-self.code).name}"
        except ValueError:
            return f"was ended by signal {-self.code}"


def run(
    command: Sequence[str | Path],
    *,
    folder: Path,
    seconds: float,
    variables: Mapping[str, str] | None = None,
    waiting: Callable[[float, str], None] = lambda elapsed, output: None,
    lifeline: bool = False,
) -> Ended:
    """Run a program to its end, and end whatever it started that is still there then.

    Args:
      command: program and arguments; no shell reads them.
      folder: its working directory.
      seconds: after which it is ended.
      variables: its environment; None for that of this process.
      waiting: told every second how many have passed, and the last part of its standard output so far.
      lifeline: whether its standard input is a pipe that is closed when this process is gone, be it killed, so that
        it can end itself then; else it is empty.

    Raises:
      OSError: if it cannot be started.
    """
    # A session of its own is a process group, which can be ended whole; the terminal's Ctrl-C reaches this process
    # alone, which then ends the group.
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env=variables,
        stdin=subprocess.PIPE if lifeline else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        output, errors = _Tail(process.stdout), _Tail(process.stderr)
        code = _wait(process, seconds, lambda elapsed: waiting(elapsed, output.so_far()))
    finally:
        _end(process)
    return Ended(code, output.text(), errors.text())


def _wait(process: subprocess.Popen[bytes], seconds: float, waiting: Callable[[float], None]) -> int | None:
    start = time.monotonic()
    while (elapsed := time.monotonic() - start) < seconds:
        try:
            return process.wait(min(1.0, seconds - elapsed))
        except subprocess.TimeoutExpired:
            waiting(time.monotonic() - start)
    return None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program and its group, the members of which may outlive it."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


class _Tail:
    """Reads a pipe to its end, so that the program never waits, and keeps the last part."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        assert pipe is not None
        self._kept = b""
        # A process that left the group may hold the pipe open: it is waited for no longer than `text` does.
        self._reader = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._reader.start()

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while part := os.read(pipe.fileno(), TAIL):
                self._kept = (self._kept + part)[-TAIL:]

    def so_far(self) -> str:
        return self._kept.decode("utf-8", "backslashreplace")

    def text(self) -> str:
        self._reader.join(5.0)
        return self.so_far()


def plain(text: object, limit: int = 300) -> str:
    """Return a text from outside as one line of printable characters, others escaped, of bounded length."""
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in str(text))
    return line if len(line) <= limit else line[: limit - 3] + "..."
