"""Words of sentences: a number with its noun, and names that can be printed."""

from __future__ import annotations


def printable(text: object) -> str:
    """Return a name from outside without what would move a cursor or end a line."""
    return "".join(c if c.isprintable() else "?" for c in str(text))


def count(number: int, noun: str, many: str = "") -> str:
    """Return a number with its noun; `many` is the plural where that is no mere s."""
    return f"{number} {noun if number == 1 else many or f'{noun}s'}"
