"""The terminal: a run's header on the screen, and its progress where stderr is one."""

from __future__ import annotations

import sys
from typing import Any

_BAR = 30
"""Characters of the progress bar."""


class Terminal:
    """Shows a run's header on the screen, and its progress where stderr is a terminal."""

    def __init__(self, header: bool, noun: str = "checks") -> None:
        self.header = header
        self._noun = noun
        self._stdout = sys.stdout  # the engine's own output is captured while it runs
        self.show("Loading TensorFlow ...")

    def started(self, environment: dict[str, Any]) -> None:
        """Print the header."""
        from noise_ops.report import text
        from noise_ops.subjects.environment import warnings

        self.show("")
        if self.header:
            print(text.header(environment), file=self._stdout, flush=True)
        for sentence in warnings():
            print(f"Warning: {sentence}", file=sys.stderr)

    def advanced(self, done: int, total: int, subject: str) -> None:
        """Show the count of checks."""
        bar = "#" * (done * _BAR // max(total, 1))
        self.show(f"[{bar:-<{_BAR}}] {done} of {total} {self._noun}: {subject}" if done < total else "")

    def show(self, line: str) -> None:
        """Show a line of progress in place of the last one, where stderr is a terminal."""
        if sys.stderr.isatty():
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
