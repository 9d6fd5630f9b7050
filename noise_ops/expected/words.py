"""Sentences that tell of expected findings, in a check as in a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from noise_ops.expected.file import Expected
from noise_ops.patterns import listed
from noise_ops.words import count


def told(entry: Expected) -> str:
    """Return what an entry expects, and why."""
    return f"{entry.code} of {listed(entry.subject)} ({why(entry)})"


def why(entry: Expected) -> str:
    """Return the reason of an entry, and where it was decided."""
    return "; ".join(text for text in (entry.reason, entry.link) if text)


def failures(expired: Iterable[Expected]) -> Iterator[str]:
    """Yield a sentence on each entry whose day has passed."""
    for entry in expired:
        yield f"Expired on {entry.expires.isoformat()}: {told(entry)}; decide again."


def unobserved(entries: Iterable[Expected]) -> Iterator[str]:
    """Yield a sentence on each entry that matched nothing."""
    for entry in entries:
        yield f"Unobserved: {told(entry)} was expected and is not there; take the entry out if it is over."


def expectation(number: int, until: date | None, file: str) -> str:
    """Return how many findings are expected, and until when, as the part of a sentence."""
    day = until.isoformat() if until else ""
    return f"{count(number, 'finding')} {'is' if number == 1 else 'are'} expected until {day} ({file})"


def expiry(expired: Sequence[Expected], answer: str = "") -> str:
    """Return an answer; where the day of entries has passed, that first, and then what it would be without them."""
    if not expired:
        return answer
    days = " and ".join(sorted({entry.expires.isoformat() for entry in expired}))
    what = "an expected finding" if len(expired) == 1 else f"{len(expired)} expected findings"
    rest = (
        f" Without {'it' if len(expired) == 1 else 'them'}: {answer[0].lower()}{answer[1:].replace(': ', ', ', 1)}"
        if answer
        else ""
    )
    return f"No: {what} expired on {days}; decide again.{rest}"
