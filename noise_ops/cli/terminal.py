"""The terminal: a run's header on the screen, and its progress where stderr is one."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

_BAR = 30
"""Characters of the progress bar."""


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give a function that shows a line of progress in place of the last one, and take the last one away."""
    try:
        yield show
    finally:
        show("")


def show(line: str) -> None:
    """Show a line of progress in place of the last one, where stderr is a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)


class Terminal:
    """Shows a run's header on the screen, and its progress where stderr is a terminal."""

    def __init__(self, header: bool, noun: str = "checks") -> None:
        self.header = header
        self._noun = noun
        self._stdout = sys.stdout  # the engine's own output is captured while it runs
        show("Loading TensorFlow ...")

    def started(self, environment: dict[str, Any]) -> None:
        """Print the header."""
        from noise_ops.report import of_check
        from noise_ops.subjects.environment import warnings

        show("")
        if self.header:
            print("\n".join((*of_check.setting(environment), "")), file=self._stdout, flush=True)
        for sentence in warnings():
            print(f"Warning: {sentence}", file=sys.stderr)

    def advanced(self, done: int, total: int, subject: str) -> None:
        """Show the count of checks."""
        bar = "#" * (done * _BAR // max(total, 1))
        show(f"[{bar:-<{_BAR}}] {done} of {total} {self._noun}: {subject}" if done < total else "")
