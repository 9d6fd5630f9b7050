"""The terminal: its size, colour and signs, a run's header on it, and progress on stderr, terminal or not."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, TextIO

COLOURS = ("auto", "always", "never")

_PAINT = {"LAW-CHANGED": 31, "CONTRACT-CHANGED": 33, "STREAM-CHANGED": 36, "MENDED": 32, "CANNOT-TELL": 35}
"""The colour of each verdict, which its word says as well: red, yellow, cyan, green, magenta."""

_VERDICTS = re.compile(rf"\b(?:{'|'.join(_PAINT)})\b")

_colour = "auto"  # of this process

_annotates = False  # likewise: whether what it writes are annotations of a workflow

_BAR = 20
"""Characters of the progress bar, at most."""

_EVERY = 60.0
"""Seconds between two lines of progress where none takes the place of another, as in the log of a CI server."""

_logged = 0.0  # when the last of these was written, or the command began

_NARROWEST = 20
"""Columns below which a terminal is taken for one that does not know its size: some say 0."""


_SIGNS = {"\N{RIGHTWARDS ARROW}": "->", "\N{MIDDLE DOT}": "-", "\N{HORIZONTAL ELLIPSIS}": "..."}
"""What stands for a sign that an encoding does not have; "?" stands for any other."""


def _replaced(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    lost = error.object[error.start : error.end]
    return "".join(_SIGNS.get(sign, "?") for sign in lost), error.end


codecs.register_error("noise_ops.signs", _replaced)


def make_printable(stream: TextIO | None) -> None:
    """Let a stream write another sign for one that its encoding does not have, as in the locale C."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="noise_ops.signs")


def _size(stream: TextIO | None) -> os.terminal_size | None:
    """Return the size of a stream's screen, 0 where the terminal does not know it; None where it is no terminal."""
    try:
        return os.get_terminal_size(stream.fileno()) if stream is not None and stream.isatty() else None
    except (OSError, ValueError):  # ValueError: it was closed
        return None


def _asked(name: str, least: int) -> int | None:
    """Return the number in COLUMNS or LINES, which are before what the terminal says; None where there is none."""
    text = os.environ.get(name, "")
    return int(text) if text.isdecimal() and least <= int(text) < sys.maxsize else None


def columns(stream: TextIO | None) -> int | None:
    """Return how many characters fit on a line of a stream; None where nothing says so, as of a pipe."""
    if asked := _asked("COLUMNS", _NARROWEST):
        return asked
    found = _size(stream)
    return None if found is None else found.columns if found.columns >= _NARROWEST else 80


def width() -> int | None:
    """Return the width of what is printed; None where nothing says so, as of a pipe."""
    return columns(sys.stdout)


def size() -> tuple[int, int]:
    """Return how many characters and lines a screen of what is printed holds; 80 and 24 where nothing says so."""
    found = _size(sys.stdout)
    return columns(sys.stdout) or 80, _asked("LINES", 2) or (found.lines if found else 0) or 24


def choose_colour(asked: str) -> None:
    """Decide for this process whether verdicts are coloured: one of `COLOURS`."""
    global _colour
    _colour = asked


def expect(arguments: Sequence[str]) -> None:
    """Learn from the arguments of this process, which need not be right, how a refusal is told."""
    global _annotates
    _annotates = "--format=github" in arguments or ("--format", "github") in pairwise(arguments)


def has_colour() -> bool:
    """Return whether verdicts are coloured: as asked, as NO_COLOR or FORCE_COLOR say, or where there is a terminal."""
    if _colour != "auto":
        return _colour == "always"
    if os.environ.get("NO_COLOR"):  # https://no-color.org
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return _moves(sys.stdout)


def _moves(stream: TextIO | None) -> bool:
    """Return whether a stream is a terminal that obeys control characters."""
    return _size(stream) is not None and os.environ.get("TERM") != "dumb"


def write(text: str) -> None:
    """Print a report, its verdicts in colour where that is wanted.

    Raises:
      OSError: if it cannot be written, as on a full disk.
    """
    painted = _VERDICTS.sub(lambda found: f"\033[{_PAINT[found[0]]}m{found[0]}\033[0m", text)
    put(painted if has_colour() else text)


def put(text: str) -> None:
    """Print text as it is; a reader who has closed the pipe has read enough, and the command's exit code stays.

    Raises:
      OSError: if it cannot be written for another reason.
    """
    try:
        print(text, end="", flush=True)
    except OSError as error:
        # Python would write what is left at its own end, fail again, and exit with 120.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give a function that shows a line of progress in place of the last one, and take the last one away."""
    _begin()
    try:
        yield show
    finally:
        show("")


def _begin() -> None:
    """Count the time of progress from now on: a short command writes none into a log."""
    global _logged
    _logged = time.monotonic()


def _log(line: str) -> None:
    """Write a line of progress below the last one, if that is long ago."""
    if line and time.monotonic() - _logged >= _EVERY:
        _begin()
        say(line)


def show(line: str) -> None:
    """Show a line of progress in place of the last one, cut to fit; where stderr is no terminal, one a minute."""
    if not _moves(sys.stderr):
        _log(line)
        return
    room = columns(sys.stderr) or 80
    # The last column stays free: a character there makes some terminals go on to the next line.
    shown = line if len(line) < room else f"{line[: room - 2]}\N{HORIZONTAL ELLIPSIS}"
    with contextlib.suppress(OSError, ValueError, UnicodeEncodeError):  # progress is no reason to stop
        print(f"\r\033[K{shown}", end="", file=sys.stderr, flush=True)


def say(line: str) -> None:
    """Print a line on stderr, where there is one: a command whose stderr is closed still has its exit code."""
    with contextlib.suppress(OSError, ValueError):
        if sys.stderr is not None:
            print(line, file=sys.stderr, flush=True)


def refuse(sentence: str) -> None:
    """Say on stderr why a command cannot answer; where its report would be annotations, in one as well."""
    say(_laid_out(f"noise-ops: {sentence}"))
    if _annotates:
        from noise_ops.report import github

        with contextlib.suppress(OSError, ValueError):
            put(github.refusal(sentence))


def _laid_out(message: str) -> str:
    """Return a message with its commands, which are lines set in, whole; one of a single line stays one line."""
    if "\n" not in message:
        return message
    from noise_ops.report import layout

    room = width() or 80
    lines = message.split("\n")
    return "\n".join(part for line in lines for part in ([line] if line[:1] == " " else layout.wrapped(line, room)))


class Terminal:
    """Shows a run's header on the screen, and its progress on stderr."""

    def __init__(self, header: bool, noun: str = "checks", given: str = "") -> None:
        self.header = header
        self._given = given
        self._noun = noun
        self._begun = time.monotonic()
        self._stdout = sys.stdout  # the engine's own output is captured while it runs
        _begin()
        show("Loading TensorFlow ...")

    def started(self, environment: dict[str, Any]) -> None:
        """Print the header."""
        from noise_ops.checks.environment import warnings
        from noise_ops.report import layout, of_check

        show("")
        self._begun = time.monotonic()  # loading is over
        if self.header:
            room = columns(self._stdout)
            told = (*of_check.setting(environment), *([self._given] if self._given else []))
            lines = [part for line in told for part in layout.wrapped(line, room)]
            with contextlib.suppress(OSError):  # said where the report is written; the engine would call it a crash
                print("\n".join((*lines, "")), file=self._stdout, flush=True)
        for sentence in warnings():
            say(f"Warning: {sentence}")

    def advanced(self, done: int, total: int, subject: str) -> None:
        """Show the count of checks, and how long the rest takes at the pace so far."""
        from noise_ops.words import duration

        bar = "#" * (done * _BAR // max(total, 1))
        left = (time.monotonic() - self._begun) / max(done, 1) * (total - done)
        told = f"{done} of {total} {self._noun} [{bar:-<{_BAR}}] {duration(left)} left, {subject}"
        show(told if done < total else "")
