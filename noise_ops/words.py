"""Words of sentences: a number with its noun."""

from __future__ import annotations


def count(number: int, noun: str, many: str = "") -> str:
    """Return a number with its noun; `many` is the plural where that is no mere s."""
    return f"{number} {noun if number == 1 else many or f'{noun}s'}"
