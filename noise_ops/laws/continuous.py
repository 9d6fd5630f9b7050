"""Noise of a continuous distribution, whatever a layer does with it: what adding, multiplying and drawing share."""

from __future__ import annotations

from dataclasses import dataclass

from noise_ops.laws.law import Law
from noise_ops.laws.noise import Distribution


@dataclass(frozen=True, repr=False)
class Continuous(Law):
    """Each unit has a draw of a distribution; its state is one where the draw lies above the median."""

    drawn: Distribution

    @property
    def distribution(self) -> Distribution | None:
        """The distribution of the noise."""
        return self.drawn

    @property
    def median(self) -> float:
        """The median of the noise."""
        return float(self.drawn.ppf(0.5))

    @property
    def probability(self) -> float:
        """One half."""
        return 0.5

    @property
    def mean(self) -> float:
        """The mean of the noise."""
        return float(self.drawn.mean())

    @property
    def variance(self) -> float:
        """The variance of the noise."""
        return float(self.drawn.std()) ** 2

    @property
    def state(self) -> str:
        """Above the median."""
        return f"y > {self.median}"
