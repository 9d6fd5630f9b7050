"""The ledger: how much of the run's error rate each statistical check may spend, and on how large a sample.

The whole run's alpha is `ALPHA`. Every statistical check owns a weight of it, by its tier in ledger.toml; how many
checks there are follows from what is asked (`noise_ops.checks.asked`), and weights times numbers sum to at most 1. What
is not in the ledger cannot be asked, and what was asked cannot be asked again: the chance that a correct TensorFlow
fails would no longer be the one that the certificate states.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from noise_ops.errors import UserError
from noise_ops.stats.designs import Design

ALPHA = 1e-6
"""Probability that a correct TensorFlow fails a run."""

_FILE = Path(__file__).with_name("ledger.toml")


class LedgerError(UserError):
    """A statistical check that is not in the ledger, or that spends twice, or more often than its entry allows."""


@dataclass(frozen=True)
class Entry:
    """What the checks of one property may spend, in one tier.

    Attributes:
      property: name of the check.
      tier: "main" (eager, float32: the full design), "other" (other dtypes and modes: one look), "half" (the documented
        density of coarse lattices) or "second" (the second opinions of scipy).
      weight: share of the run's alpha that each check owns.
      checks: how many there may be.
    """

    property: str
    tier: str
    weight: float
    checks: int


@dataclass(frozen=True)
class Ledger:
    """The entries, and the sample sizes of the profiles.

    Attributes:
      entries: by property and tier.
      sizes: n_max by profile and tier.
      shares: the looks' shares of n_max, by tier.
      alpha: what all weights are shares of; relaxed where calibration is tested.
    """

    entries: dict[tuple[str, str], Entry]
    sizes: dict[str, dict[str, int]]
    shares: dict[str, tuple[float, ...]]
    alpha: float = ALPHA

    def entry(self, property_name: str, tier: str) -> Entry:
        """Return an entry.

        Raises:
          LedgerError: if there is none.
        """
        if (property_name, tier) not in self.entries:
            raise LedgerError(
                f"The statistical check {property_name!r} ({tier}) is not in the ledger: declare where it is asked in "
                "noise_ops/checks/asked.py."
            )
        return self.entries[property_name, tier]

    def design(self, property_name: str, tier: str, profile: str) -> Design:
        """Return the design of a check: its looks, alpha and beta."""
        alpha = self.alpha * self.entry(property_name, tier).weight
        return Design(self.sizes[profile][tier], alpha, shares=self.shares[tier])

    @property
    def total_weight(self) -> float:
        """The sum of all weights that can be spent: at most 1."""
        return sum(entry.weight * entry.checks for entry in self.entries.values())


def read(numbers: Mapping[tuple[str, str], int]) -> Ledger:
    """Return the ledger of so many checks of each property and tier, with the weights and sizes of ledger.toml.

    Raises:
      LedgerError: if its weights sum to more than 1.
    """
    with _FILE.open("rb") as file:
        content = tomllib.load(file)
    entries = {
        (name, tier): Entry(name, tier, content["weights"][tier], checks) for (name, tier), checks in numbers.items()
    }
    shares = {tier: tuple(looks) for tier, looks in content["looks"].items()}
    ledger = Ledger(entries, content["n_max"], shares)
    if ledger.total_weight > 1:
        raise LedgerError(f"The weights of the ledger sum to {ledger.total_weight:.3g}, more than 1.")
    return ledger
