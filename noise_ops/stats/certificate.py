"""The certificate: what a run asked statistically, what it found, and what both error rates were.

Each decided check leaves one row. Rows come from any number of processes; together they are one certificate,
which refuses a check that spent twice or more than its ledger entry allows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from noise_ops.points import Point
from noise_ops.stats.designs import BETA
from noise_ops.stats.ledger import Ledger, LedgerError


@dataclass(frozen=True)
class Row:
    """One decided check.

    Attributes:
      check: name of the property.
      subject, dtype, mode, parameter: what it was asked of.
      tier: tier of the ledger.
      n: sample size at which it was decided.
      p: two-sided p-value there, corrected for the parts of the check.
      alpha: what it spent; 0 where it follows from another check.
      delta: smallest departure that it sees with probability 1 - beta.
      unit: unit of the departure.
      observed: what was seen, in words.
      verdict: "pass" or "fail".
      points: what a picture of it shows: one number, or each of several where one of them was rejected; may be empty.
    """

    check: str
    subject: str
    dtype: str
    mode: str
    parameter: float
    tier: str
    n: int
    p: float
    alpha: float
    delta: float
    unit: str
    observed: str
    verdict: str
    points: tuple[Point, ...] = ()

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Row:
        """Return the row of which `dataclasses.asdict` made a JSON object."""
        return cls(**{**told, "points": tuple(Point(**point) for point in told.get("points", ()))})

    @property
    def key(self) -> tuple[object, ...]:
        """What may occur once."""
        return self.check, self.subject, self.dtype, self.mode, self.parameter


@dataclass(frozen=True)
class Certificate:
    """The rows of a run.

    Attributes:
      rows: one a check.
      ledger: what they were allowed to spend.
    """

    rows: tuple[Row, ...]
    ledger: Ledger = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what the ledger does not allow."""
        twice = [key for key, count in Counter(row.key for row in self.rows).items() if count > 1]
        if twice:
            raise LedgerError(f"A statistical check spent its alpha twice: {', '.join(map(str, twice[0]))}.")
        for (check, tier), count in Counter((row.check, row.tier) for row in self.rows if row.alpha).items():
            allowed = self.ledger.entry(check, tier).checks
            if count > allowed:
                raise LedgerError(f"{check} ({tier}) was asked {count} times; its ledger entry allows {allowed}.")

    @property
    def alpha_total(self) -> float:
        """Probability, at most, that a correct TensorFlow fails a check of this run."""
        return sum(row.alpha for row in self.rows)

    def smallest_visible_effects(self) -> list[dict[str, Any]]:
        """Return, by property, tier and parameter, the departure that every check saw with probability 1 - beta."""
        worst: dict[tuple[str, str, float], Row] = {}
        for row in self.rows:
            key = (row.check, row.tier, row.parameter)
            if row.alpha and (key not in worst or row.delta > worst[key].delta):
                worst[key] = row
        return [
            {"check": check, "tier": tier, "parameter": parameter, "delta": row.delta, "unit": row.unit}
            for (check, tier, parameter), row in sorted(worst.items())
        ]

    def sentence(self) -> str:
        """Return what the passes of the run mean, for someone who knows no statistics; empty without any check."""
        asked = sum(row.alpha > 0 for row in self.rows)
        if not asked:
            return ""
        seen = [text for check, parameter, noun in _HEADLINES if (text := self._visible(check, parameter, noun))]
        caught = f"; {' or '.join(seen)} would be caught with probability {1 - BETA:.6f}" if seen else ""
        return (
            f"What a pass means: a correct TensorFlow fails at most once in {1 / self.ledger.alpha:,.0f} runs{caught} "
            f"({asked:,} statistical checks)."
        )

    def _visible(self, check: str, parameter: float, noun: str) -> str:
        deltas: dict[str, float] = {}
        for row in self.rows:
            if (row.check, row.parameter) == (check, parameter) and row.alpha:
                deltas[row.tier] = max(row.delta, deltas.get(row.tier, 0.0))
        main, other = deltas.get("main"), deltas.get("other")
        size = other if main is None else main
        beside = "" if main is None or other is None else f" ({other:.1%} outside eager float32)"
        return "" if size is None else f"{noun} wrong by {size:.2%} of itself{beside}"

    def to_json(self) -> dict[str, Any]:
        """Return the certificate as a JSON object."""
        return {
            "alpha_total": self.alpha_total,
            "alpha_allowed": self.ledger.alpha,
            "beta": BETA,
            "smallest_visible_effect": self.smallest_visible_effects(),
            "checks": [{**asdict(row), "beta": BETA} for row in self.rows],
        }


NOTHING_ASKED = Certificate((), Ledger({}, {}, {}))
"""The certificate of what asked nothing statistically, and so could spend nothing."""

_HEADLINES = (("mask_density", 0.5, "a drop rate of 0.5"), ("noise_variance", 1.0, "a standard deviation"))
"""What the sentence speaks of: check, parameter, words."""

_recorded: list[Row] = []


def record(row: Row) -> None:
    """Keep a row until `take` hands it on."""
    _recorded.append(row)


def take() -> list[Row]:
    """Return the rows that were recorded since the last call."""
    taken = list(_recorded)
    _recorded.clear()
    return taken


def merged(rows: Iterable[Row], ledger: Ledger) -> Certificate:
    """Return the certificate of rows in any order: whichever worker was first, it is the same."""
    return Certificate(tuple(sorted(rows, key=lambda row: tuple(map(str, row.key)))), ledger)
