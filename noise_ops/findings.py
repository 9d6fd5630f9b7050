"""Findings: what a check has to say, as data.

A finding names what it is about (subject, dtype, mode, property), how bad it is (verdict), where in the
pipeline it arose (stage), and how to see it again. What its code means stands in `noise_ops.codes`.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from noise_ops.codes import CODES as CODES
from noise_ops.codes import Code as Code
from noise_ops.points import Point
from noise_ops.properties.declaring import Stage as Stage
from noise_ops.verdicts import Verdict as Verdict


@dataclass(frozen=True)
class Finding:
    """One thing that a check observed and did not expect.

    Attributes:
      code: a key of `CODES`.
      subject: full name of the layer or op, such as "keras.layers.Dropout".
      dtype: compute dtype.
      mode: how the subject was run, such as "eager".
      property: name of the check.
      stage: stage of the pipeline at which observation and prediction part, if it is known.
      message: one sentence: where, expected, observed.
      reproduce: command line of this tool that shows it again.
      script: short program that shows it with TensorFlow and NumPy alone.
      points: what a picture shows of it, where no row of a certificate does; mostly none.
    """

    code: str
    subject: str
    dtype: str
    mode: str
    property: str
    stage: Stage | None
    message: str
    reproduce: str
    script: str
    points: tuple[Point, ...] = ()

    @builtins.property
    def verdict(self) -> Verdict:
        """The verdict of the finding's code."""
        return CODES[self.code].verdict

    def to_json(self) -> dict[str, Any]:
        """Return the finding as a JSON object; it has `points` only where there are any."""
        told = asdict(self)
        if not self.points:
            del told["points"]
        return {
            **told,
            "verdict": self.verdict.value,
            "stage": self.stage.value if self.stage else None,
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Finding:
        """Return the finding that `to_json` told."""
        fields = {name: value for name, value in told.items() if name != "verdict"}
        points = tuple(Point(**point) for point in told.get("points", ()))
        return cls(**{**fields, "stage": Stage(fields["stage"]) if fields["stage"] else None, "points": points})


class FindingError(AssertionError):
    """Raised by a test that holds a subject to a property and got a finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"{finding.subject} ({finding.dtype}, {finding.mode}): {finding.message}")
        self.finding = finding


def hold(finding: Finding | None) -> None:
    """Raise `FindingError` if there is a finding."""
    if finding is not None:
        raise FindingError(finding)


class HasVerdict(Protocol):
    """What has a verdict."""

    @property
    def verdict(self) -> Verdict:
        """How bad it is."""


def worst(findings: Iterable[HasVerdict]) -> Verdict:
    """Return the verdict of a run: that of its worst finding, `IDENTICAL` without any.

    A law that is seen to be broken outweighs a check that could not finish: nothing that it might have said would
    make the answer better.
    """
    verdicts = (finding.verdict for finding in findings)
    return max(verdicts, key=lambda verdict: verdict.severity, default=Verdict.IDENTICAL)
