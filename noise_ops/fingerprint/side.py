"""One side of a comparison: a fingerprint, and how the user named it."""

from __future__ import annotations

from dataclasses import dataclass, field

from noise_ops.fingerprint.facts import Environment, Fingerprint


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Attributes:
      name: how the user named it: "2.15.1", "keras==3.7.0", a path, "installed".
      fingerprint: what was recorded.
      note: a sentence on what it stands for and is not, before the answer; "" if there is nothing to say.
      brings: of requirements, the libraries whose versions they decide, such as "keras"; None of what was recorded as
        it is, or is named as a release.
    """

    name: str
    fingerprint: Fingerprint = field(repr=False)
    note: str = field(default="", repr=False)
    brings: frozenset[str] | None = field(default=None, repr=False)

    @property
    def environment(self) -> Environment:
        """What it was recorded with."""
        return self.fingerprint.environment
