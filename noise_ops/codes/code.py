"""What a code is, and the sentences that several share."""

from __future__ import annotations

from typing import NamedTuple

from noise_ops.verdicts import Verdict


class Code(NamedTuple):
    """What a finding code means.

    Attributes:
      verdict: the verdict of every finding with this code.
      sentence: what is wrong, in one sentence.
      reason: why the property holds of a correct layer.
      remedy: what to do next; of most breaches of a law, to ask upstream.
      rule: whose rule it is, where no documentation of the library has it.
      in_half: what to do in half precision, where that is something else.
    """

    verdict: Verdict
    sentence: str
    reason: str
    remedy: str = "Do not merge the upgrade before you know why; the script is made for an upstream report."
    rule: str = ""
    in_half: str = ""

    def remedy_in(self, dtype: str) -> str:
        """Return what to do next of a finding in a dtype."""
        return (self.in_half if dtype in ("float16", "bfloat16") else "") or self.remedy


REFRESH = "Refresh seeded golden values, and nothing else for this: a finding of its own tells where the law changes."
LOOK = "Look at the code that relies on it before you merge."
