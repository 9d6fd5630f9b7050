"""Verdicts: how bad a finding is, and a run."""

from __future__ import annotations

import enum


class Verdict(enum.Enum):
    """How far the observed noise is from the predicted one, mildest first."""

    IDENTICAL = "identical"
    STREAM_CHANGED = "stream-changed"
    CONTRACT_CHANGED = "contract-changed"
    CANNOT_TELL = "cannot-tell"
    LAW_CHANGED = "law-changed"

    @property
    def severity(self) -> int:
        """Rank of the verdict; a run's verdict is the one of highest rank."""
        return list(Verdict).index(self)

    def fails(self, fail_on: Verdict) -> bool:
        """Return whether it makes the exit code 1: at or above `fail_on`, and always where no value lets it pass.

        Args:
          fail_on: the mildest verdict that is to fail; what cannot be told is no pass, and a broken law outweighs it.
        """
        return self.severity >= min(fail_on.severity, Verdict.CANNOT_TELL.severity)

    @property
    def sentence(self) -> str:
        """What it says of the noise, and what to do."""
        return _SENTENCES[self]


_SENTENCES = {
    Verdict.IDENTICAL: "Every bit is the same, or as predicted. Nothing is to be done.",
    Verdict.STREAM_CHANGED: "Other numbers are drawn by the same law. Refresh seeded golden values, and nothing else.",
    Verdict.CONTRACT_CHANGED: "A layer accepts, raises or stores something else. Look at the code that relies on it.",
    Verdict.CANNOT_TELL: "A check could not finish or begin in time, no records show what changes, or code that may "
    "hide a change of the law was not read. It is no pass.",
    Verdict.LAW_CHANGED: "The noise has another distribution, or a piece repeats. Do not merge before you know why.",
}
