"""What a run of the suite is, without an engine: what it selects, whom it tells, and what it observed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from noise_ops import not_asked, patterns
from noise_ops.codes import CAUSES
from noise_ops.errors import UserError
from noise_ops.expected.file import LIBRARIES, Expected
from noise_ops.expected.sorting import Sorted, sorted_out
from noise_ops.findings import Finding, Verdict, worst
from noise_ops.properties.catalog import PROPERTIES, QUESTIONS, code_of
from noise_ops.reference.variates import DTYPES
from noise_ops.stats.certificate import NOTHING_ASKED, Certificate
from noise_ops.subjects import catalog, modes


def matching_layers(pattern: str) -> list[str]:
    """Return the subjects that a user means by a pattern, as `noise_ops.patterns` reads it.

    Raises:
      NoSuchNameError: if there is none; the message names the nearest known ones.
    """
    return patterns.required(pattern, catalog.names(), "layer")


def matching_properties(pattern: str) -> list[str]:
    """Return the properties that a check asks about and a user means by a pattern, as `matching_layers` does."""
    where = "that check asks about" if pattern in PROPERTIES else "here"
    return patterns.required(pattern, sorted(QUESTIONS), "property", where=where, forms=patterns.plain_forms)


def matching_modes(pattern: str) -> list[str]:
    """Return the modes that a user means by a pattern, as `matching_layers` does the subjects."""
    return patterns.required(pattern, modes.NAMES, "mode", forms=patterns.plain_forms)


class Listener(Protocol):
    """Who is told while a run or a self-test goes on."""

    def started(self, environment: dict[str, Any]) -> None:
        """TensorFlow is loaded; `environment` describes it."""

    def advanced(self, done: int, total: int, subject: str) -> None:
        """One more check, or broken layer, is done."""


@dataclass(frozen=True)
class Selection:
    """What to check; nothing for all. Each is a pattern, as `noise_ops.patterns` reads it, and has to mean something.

    Attributes:
      layers: patterns of subjects.
      dtypes: patterns of dtypes.
      modes: patterns of modes.
      properties: patterns of what is asked, such as mask_density.
      profile: quick, default, thorough or soak.
      max_time: seconds from the first check on after which none is begun; None for no limit.
    """

    layers: tuple[str, ...] = ()
    dtypes: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    profile: str = "default"
    max_time: float | None = None
    properties: tuple[str, ...] = ()

    def require_known(self) -> None:
        """Refuse patterns that mean nothing; known without TensorFlow.

        Raises:
          NoSuchNameError: if there is no such layer, dtype, mode, property or profile; the message names the nearest.
          UserError: if the time is no positive number.
        """
        for pattern in self.layers:
            matching_layers(pattern)
        for pattern in self.dtypes:
            patterns.required(pattern, map(str, DTYPES), "dtype", forms=patterns.plain_forms)
        for pattern in self.modes:
            matching_modes(pattern)
        for pattern in self.properties:
            matching_properties(pattern)
        if self.profile not in patterns.PROFILES:
            near = patterns.meant(str(self.profile), patterns.PROFILES) or "."
            raise patterns.NoSuchNameError(f"profile is {', '.join(patterns.PROFILES)}, not {self.profile!r}{near}")
        if self.max_time is not None and not (isinstance(self.max_time, (int, float)) and 0 < self.max_time < math.inf):
            raise UserError(f"max_time is a positive number of seconds, not {self.max_time!r}.")

    def asked(self) -> dict[str, tuple[str, ...]]:
        """Return the patterns by what they are of."""
        return {"layer": self.layers, "dtype": self.dtypes, "mode": self.modes, "property": self.properties}

    def sentence(self) -> str:
        """Return in words what is selected: "" if it is everything."""
        *of, asked = (patterns.listed(values) for values in self.asked().values())
        return " of ".join(filter(None, (asked, " in ".join(filter(None, of)))))


@dataclass(frozen=True)
class Check:
    """One check that ran.

    Attributes:
      subject, dtype, mode, property: what was asked of what.
      outcome: "passed", "failed", "skipped", or "known" for a deviation that was expected and seen.
      known: name of the known deviation that was expected, if any.
      finding: what it found, if it did not pass; the deviation itself where that is known.
      unreached: whether it was skipped because the time was up.
      examples: how many cases were asked, by their origin: "hard" or "drawn"; none of a statistical check.
      seconds: how long it took.
      parameter: the rate or standard deviation that alone it asked about; None of one that asks about several.
    """

    subject: str
    dtype: str
    mode: str
    property: str
    outcome: str
    known: str | None
    finding: Finding | None
    unreached: bool = False
    examples: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    parameter: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the check as a JSON object, as a worker hands it to the process that reports."""
        return {**vars(self), "finding": self.finding.to_json() if self.finding else None}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Check:
        """Return the check that `to_json` told."""
        return cls(**{**told, "finding": Finding.from_json(told["finding"]) if told["finding"] else None})


@dataclass(repr=False)
class Result:
    """What a run observed.

    Attributes:
      checks: every check that ran.
      environment: what was checked with what (`subjects.environment.describe`).
      seconds: how long the run took, imports included.
      certificate: what was asked statistically, and both error rates.
      soaked: how many samples a soak drew; None of a run of the suite.
      selection: what was asked for; all of the default profile where that is not known.
      given: the options of the command that called for it, as its header tells them; "" for none.
      expected: which of its findings a team has decided to live with.
    """

    checks: list[Check] = field(default_factory=list)
    environment: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    certificate: Certificate = NOTHING_ASKED
    soaked: int | None = None
    selection: Selection = field(default_factory=Selection)
    given: str = ""
    expected: Sorted[Finding] = field(default_factory=Sorted)

    def __repr__(self) -> str:
        codes = ", ".join(dict.fromkeys(finding.code for finding in self.findings))
        found = len(self.findings)
        told = f"{found} finding{'s' * (found > 1)} ({codes})" if codes else "no finding"
        return f"<Result: {self.verdict.value}; {self.asked} checks, {told}, {len(self.known)} of known deviations>"

    def expect(self, entries: Iterable[Expected], today: date, file: str) -> None:
        """Sort out which of the findings are expected; what cannot be told never is.

        Args:
          entries: those of the file, of which some speak of what is installed.
          today: the day by which they expire.
          file: name of the file.
        """
        installed = {library: self.environment.get(library) for library in LIBRARIES}
        own = [entry for entry in entries if entry.concerns(installed)]
        self.expected = sorted_out(own, self.found, today, file=file, was_asked=self._was_asked)

    def _was_asked(self, entry: Expected) -> bool:
        """Return whether what an entry expects could have been found: in a run of everything all of it could."""
        if not self.selection.sentence() and not self.unreached:
            return True
        return any(
            entry.is_about(check.subject, check.dtype, check.mode, check.property)
            and (entry.property != ("*",) or code_of(check.property) == entry.code)
            for check in self.checks
            if check.outcome != "skipped"
        )

    @property
    def found(self) -> list[Finding]:
        """Every finding that is not of a known deviation, expected or not, from cause to consequence."""
        failed = [check for check in self.checks if check.outcome == "failed"]
        return from_the_cause(check.finding for check in failed if check.finding is not None)

    @property
    def findings(self) -> list[Finding]:
        """The findings that are news: not those of known deviations, nor those that are expected."""
        return [finding for finding in self.found if finding not in self.expected.taken]

    @property
    def unreached(self) -> int:
        """How many checks were not begun, since the time was up."""
        return sum(check.unreached for check in self.checks)

    @property
    def known(self) -> list[Check]:
        """The checks that showed a known deviation."""
        return [check for check in self.checks if check.outcome == "known"]

    @property
    def subjects(self) -> list[str]:
        """The subjects that were asked, in the catalog's order, whichever worker came first."""
        order = {name: position for position, name in enumerate(catalog.names())}
        return sorted({check.subject for check in self.checks}, key=lambda name: order.get(name, len(order)))

    def left_out(self) -> list[str]:
        """Return what the verdict does not speak of: what this run left out, then what no run asks."""
        asked = [check for check in self.checks if check.outcome != "skipped"]
        others = len(set(catalog.names()) - {check.subject for check in asked})
        found = [f"{others} other {'layers or functions' if others > 1 else 'layer or function'}"] if others else []
        if self.soaked is None:
            dtypes = {check.dtype for check in asked}
            found += _rest("dtype", tuple(map(str, DTYPES)), dtypes)
            if weighed := {row.dtype for row in self.certificate.rows}:
                found += [f"laws in {', '.join(sorted(dtypes - weighed))}"] if dtypes - weighed else []
            found += _rest("mode", modes.NAMES, {check.mode for check in asked})
        if self.selection.properties:
            left = len(QUESTIONS) - len({check.property for check in asked})
            found.append(f"{left} other properties")
        return [*found, *not_asked.BY_CHECK]

    @property
    def verdict(self) -> Verdict:
        """The verdict of the worst finding; where not all was asked, only that of a broken law can be told."""
        return self.verdict_of(self.findings)

    def verdict_of(self, findings: Iterable[Finding]) -> Verdict:
        """Return the verdict of some findings of this run: what was not asked could be worse than all but a law."""
        found, whole = worst(findings), self.asked and not self.unreached
        return found if whole or found is Verdict.LAW_CHANGED else Verdict.CANNOT_TELL

    @property
    def asked(self) -> int:
        """How many checks were not skipped."""
        return sum(check.outcome != "skipped" for check in self.checks)


def from_the_cause(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings from cause to consequence, those of one code told by what readers know best first.

    A call that raises is the cause of what cannot be told, but not of a law that other calls of the layer break.
    """
    told = list(findings)
    breaks_law = {finding.subject for finding in told if finding.verdict is Verdict.LAW_CHANGED}

    def rank(finding: Finding) -> tuple[float, bool, bool, bool]:
        cause: float = CAUSES.index(finding.code) if finding.code in CAUSES else len(CAUSES)
        if finding.code == "raises" and finding.subject in breaks_law:
            cause = _BEHIND_LAWS
        known = finding.property in PROPERTIES or finding.property in QUESTIONS
        follows = known and code_of(finding.property) != finding.code
        return cause, follows, finding.dtype != "float32", finding.mode != "eager"

    return sorted(told, key=rank)


_BEHIND_LAWS = CAUSES.index("evenness") + 0.5
"""Where the codes of laws end in the order of causes."""


def _rest(noun: str, known: Sequence[str], asked: set[str]) -> list[str]:
    """Return in few words which of some are missing from those that were asked; nothing if none is."""
    missing = [name for name in known if name not in asked]
    if len(missing) > len(asked):
        return [f"{noun}s but {', '.join(sorted(asked))}"]
    return [f"{noun} {', '.join(missing)}"] if missing else []
