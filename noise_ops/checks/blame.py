"""What a departure speaks against: not the spread of the states where it is only that other states are one too often.

Whether there is a finding is decided before, at the error rates of the ledger; here, under which code it is told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from noise_ops.checks.promised import law_at
from noise_ops.properties.catalog import code_of
from noise_ops.stats.exact import Binomial
from noise_ops.subjects.targets import Target


class Share(NamedTuple):
    """How often a state is one.

    Attributes:
      ones: units whose state is one.
      n: all units.
      p: the probability that is promised.
    """

    ones: int
    n: int
    p: float

    @property
    def seen(self) -> float:
        """The share that was seen."""
        return self.ones / self.n

    def explains(self, alpha: float, p_value_at: Callable[[float], float]) -> bool:
        """Return whether this share alone is amiss: it is beyond chance, and given it nothing else is.

        Args:
          alpha: of the check that departs.
          p_value_at: from a probability of ones to the p-value of what the check asks.
        """
        if Binomial(self.n, self.p).p_value(self.ones) > alpha:
            return False
        return self.seen in (0.0, 1.0) or p_value_at(self.seen) > alpha

    def sentence(self) -> str:
        """Return that this explains what was seen."""
        return (
            f"It follows from how many there are in all, {self.seen:.2%} of {self.n:,} units where {self.p:.2%} is "
            "expected: given that, chance explains it."
        )


def code(target: Target, parameter: float) -> str:
    """Return the code of a share that is wrong: of what is dropped or noised, or of the signs of noise."""
    return code_of("mask_density") if law_at(target, parameter).counted else "distribution"
