"""Words of sentences: a number with its noun, how far something is, and names that can be printed."""

from __future__ import annotations


def printable(text: object) -> str:
    """Return a name from outside without what would move a cursor or end a line."""
    return "".join(c if c.isprintable() else "?" for c in str(text))


def count(number: int, noun: str, many: str = "") -> str:
    """Return a number with its noun; `many` is the plural where that is no mere s."""
    return f"{number} {noun if number == 1 else many or f'{noun}s'}"


def duration(seconds: float) -> str:
    """Return seconds, or minutes where they are many."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def advance(done: int, total: int, noun: str, seconds: float) -> str:
    """Return how far something is after some seconds, and how long the rest takes if its pace is known."""
    left = f"{duration(seconds / done * (total - done))} left" if done else f"{duration(seconds)} so far"
    return f"{done} of {count(total, noun)}, {left}"
