"""A worker as the process that started it sees it: orders go in, messages come out, and it can be ended."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Sequence
from typing import Any


class Worker:
    """A child process that makes observations, and a thread that reads what it reports."""

    def __init__(self, command: Sequence[str], gpu: bool) -> None:
        self.process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_child_environment(gpu),
        )
        self.lines: Any = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def order(self, subject: str, skip: Sequence[str]) -> None:
        """Ask for the steps of a subject but those to skip."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # a worker that died says so when it is heard
            self.process.stdin.write((json.dumps({"subject": subject, "skip": list(skip)}) + "\n").encode())
            self.process.stdin.flush()

    def hear(self, seconds: float) -> dict[str, Any] | None:
        """Return the next message, or None if the worker ended. Raises queue.Empty if it is silent for so long."""
        line = self.lines.get(timeout=seconds)
        if line is None:
            self.process.wait()
            return None
        message: dict[str, Any] = json.loads(line.decode("ascii"))
        return message

    def stop(self) -> None:
        """End the process, whatever it does."""
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _child_environment(gpu: bool) -> dict[str, str]:
    child = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONHASHSEED="0")
    if not gpu:
        child["CUDA_VISIBLE_DEVICES"] = "-1"
    return child


def ended(code: int) -> str:
    """Say how a process ended."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
