"""How mutants ended: one by one, and all of them as the kill matrix."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any

from noise_ops.findings import Verdict
from noise_ops.sabotage.mutant import Mutant


class Ending(enum.Enum):
    """How a mutant ended."""

    CAUGHT = "caught"
    LEFT_ALONE = "rightly left alone"
    MISSED = "missed"
    ACCUSED = "wrongly accused"
    UNREACHED = "never reached"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Outcome:
    """What the suite made of a mutant.

    Attributes:
      mutant: what was run.
      ending: how it ended.
      verdict: the verdict of the worst finding; None if it was not run.
      caught_by: the properties that found a law or contract broken.
      failed: every property that failed, the predicted stream and the known deviations not seen any more included.
      checks: how many checks ran.
      seconds: how long they took.
      reason: why it was not run, or what stood in the way.
    """

    mutant: Mutant
    ending: Ending
    verdict: Verdict | None = None
    caught_by: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    checks: int = 0
    seconds: float = 0.0
    reason: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the suite did what it should, or had no occasion to."""
        return self.ending in (Ending.CAUGHT, Ending.LEFT_ALONE, Ending.NOT_RUN)


@dataclass
class Matrix:
    """What the suite made of the mutants.

    Attributes:
      outcomes: one a mutant, in the catalogue's order.
      environment: what was run with what.
      seconds: how long it took.
      left: how many were not judged, since the run was interrupted.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    environment: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    left: int = 0

    @property
    def exit_code(self) -> int:
        """0 if every mutant is caught with the right verdict and every control left alone, else 1; not of all, 1."""
        ran = any(outcome.ending is not Ending.NOT_RUN for outcome in self.outcomes)
        return int(not ran or self.left > 0 or not all(outcome.is_right for outcome in self.outcomes))
