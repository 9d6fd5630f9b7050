"""A point of a picture: what was seen, what was to be expected there, and the band that a correct law keeps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """One number that was seen, with the decision about it.

    Attributes:
      x: where: a rate, a standard deviation, a place, a distance, or the number of a name.
      seen: what was seen.
      expected: what the law says.
      low, high: bounds of the band; a number at or beyond one of them is rejected.
      series: what it belongs to, where there are several; "" else.
    """

    x: float
    seen: float
    expected: float
    low: float
    high: float
    series: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the number lies within its band."""
        return self.low < self.seen < self.high
