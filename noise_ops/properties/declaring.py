"""What a property is: what a right layer does, what a record shows of it, and under which code a breach is told.

Each property is one paragraph in a file of this room, and stands nowhere else: a check asks it, a record shows it, a
comparison judges it, `explain` and the tables of README read it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Stage(enum.Enum):
    """The part of the pipeline at which observation and prediction part."""

    SEED = "seed"
    BITS = "bits"
    VARIATE = "variate"
    OP = "op"
    LAYER = "layer"


class Kind(enum.Enum):
    """What a property is about, and so how two values of it are judged.

    STREAM: bits at fixed seeds; two releases may differ and keep one law.
    EXACT: what holds of every stream of a layer that keeps its documentation.
    COUNTS: counts of noise, judged by exact tests against the documented law.
    CONTRACT: what is accepted, raised and kept.
    CONTEXT: what explains other facts and is no finding.
    """

    STREAM = "stream"
    EXACT = "exact"
    COUNTS = "counts"
    CONTRACT = "contract"
    CONTEXT = "context"


@dataclass(frozen=True)
class Property:
    """Something that is asked of every subject that it can be asked of.

    Attributes:
      name: the first word of a fact's property; what follows is its argument, as in "accepts rate=1".
      kind: what it is about.
      code: key of `noise_ops.codes.CODES` under which a breach or a change is told.
      shows: what a recorded value says.
      stage: the stage of the pipeline that a change lies in, if the property alone tells.
      right: the values that a right layer shows; empty if none is the right one.
      tolerated: further values that a comparison accepts, such as one that is rounded.
      needs_noise: whether it says nothing of a layer that makes no noise.
    """

    name: str
    kind: Kind
    code: str
    shows: str
    stage: Stage | None = None
    right: tuple[str, ...] = ()
    tolerated: tuple[str, ...] = ()
    needs_noise: bool = False

    @property
    def documented(self) -> tuple[str, ...]:
        """The values that a layer shows which keeps its documentation; empty if nothing is documented."""
        return self.right + self.tolerated


NEW_NOISE = ("a", "ab", "abc", "abcd")
"""Labels of calls of which none repeats another."""
