"""What of some findings is expected, and what became of each entry: observed, unobserved, expired, or not needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from noise_ops.expected.file import FILE, Expected, Found
from noise_ops.verdicts import Verdict

_Found = TypeVar("_Found", bound=Found)


@dataclass(frozen=True)
class Sorted(Generic[_Found]):
    """What became of entries that speak of a run.

    Attributes:
      met: entries that were observed, with what each of them expects.
      unobserved: entries that matched nothing, though it was asked.
      expired: entries whose day has passed; they expect nothing, and fail.
      needless: entries that matched nothing but what needs none, or can have none.
      file: name of the file that holds them.
    """

    met: tuple[tuple[Expected, tuple[_Found, ...]], ...] = ()
    unobserved: tuple[Expected, ...] = ()
    expired: tuple[Expected, ...] = ()
    needless: tuple[Expected, ...] = ()
    file: str = FILE

    @property
    def taken(self) -> tuple[_Found, ...]:
        """What is expected, each once."""
        return tuple({id(each): each for _, found in self.met for each in found}.values())

    @property
    def until(self) -> date | None:
        """The first day after which one of the entries that were observed expires."""
        return min((entry.expires for entry, _ in self.met), default=None)


def sorted_out(
    entries: Iterable[Expected],
    found: Sequence[_Found],
    today: date,
    *,
    file: str = FILE,
    can_be: Callable[[_Found], bool] = lambda each: True,
    was_asked: Callable[[Expected], bool] = lambda entry: True,
) -> Sorted[_Found]:
    """Return what of some findings is expected; what cannot be told never is.

    Args:
      entries: those that speak of the run.
      found: all that was found.
      today: the day by which entries expire.
      file: name of the file that holds them.
      can_be: whether something that was found needs an entry.
      was_asked: whether anything that an entry is about was looked at, so that it could have been found.
    """
    own = list(entries)
    alive = [entry for entry in own if entry.expires >= today]
    seen = {entry: [each for each in found if entry.matches(each)] for entry in alive}
    met = {
        entry: tuple(each for each in matched if can_be(each) and each.verdict is not Verdict.CANNOT_TELL)
        for entry, matched in seen.items()
    }
    return Sorted(
        tuple((entry, taken) for entry, taken in met.items() if taken),
        tuple(entry for entry in alive if not seen[entry] and was_asked(entry)),
        tuple(entry for entry in own if entry.expires < today),
        tuple(entry for entry in alive if seen[entry] and not met[entry]),
        file,
    )
