"""Verdicts: how bad a finding is, and a run."""

from __future__ import annotations

import enum


class Verdict(enum.Enum):
    """How far the observed noise is from the predicted one, mildest first."""

    IDENTICAL = "identical"
    STREAM_CHANGED = "stream-changed"
    CONTRACT_CHANGED = "contract-changed"
    LAW_CHANGED = "law-changed"
    CANNOT_TELL = "cannot-tell"

    @property
    def severity(self) -> int:
        """Rank of the verdict; a run's verdict is the one of highest rank."""
        return list(Verdict).index(self)
