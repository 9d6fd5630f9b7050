"""A user's layer held to its law: each property asked once, and what came of it."""

from __future__ import annotations

import contextlib
import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, Unpack

from noise_ops import patterns
from noise_ops.errors import UserError
from noise_ops.expected import installed
from noise_ops.expected.file import Expected
from noise_ops.expected.sorting import Sorted, sorted_out
from noise_ops.findings import Finding
from noise_ops.laws.law import Law
from noise_ops.laws.noise import LawError
from noise_ops.stats.certificate import Row
from noise_ops.stats.designs import BETA, Decision
from noise_ops.subjects.texts import telling
from noise_ops.testing import budget, calling, premises
from noise_ops.testing.asking import BrokenError, NotAskedError, Property, Seen
from noise_ops.testing.catalog import applying, named, unasked
from noise_ops.testing.making import LayerError
from noise_ops.testing.reproducing import script
from noise_ops.testing.subject import Narrowing, Options, Subject, checked_law, subject

_NEIGHBOURS = "neighbours_independent"


class NoiseWarning(UserWarning):
    """A layer does not keep its law, and `on_fail="warn"` was asked for."""


class LayerFailedError(AssertionError):
    """A layer does not keep its law; the message has a sentence for each property that it breaks."""


@dataclass(frozen=True)
class Outcome:
    """What came of one property.

    Attributes:
      property: its name.
      outcome: "passed", "failed", "skipped", or "expected" for a failure that was expected.
      message: why it was skipped, or what was seen.
      finding: what it found, if it failed, expected or not.
      row: of a statistical property, what it leaves for the certificate.
      is_gap: whether it was skipped though the layer promises something of it.
    """

    property: str
    outcome: str
    message: str = ""
    finding: Finding | None = None
    row: Row | None = None
    is_gap: bool = False


@dataclass(frozen=True, repr=False)
class Report:
    """What came of all properties of a layer.

    Attributes:
      layer: its name.
      law: its law, as one writes it.
      outcomes: one a property, in the order in which they are asked.
      expected: which of its findings a file of expected findings expects.
      is_whole: whether all that applies was asked, and no properties, modes or dtypes were named.
    """

    layer: str
    law: str
    outcomes: tuple[Outcome, ...]
    expected: Sorted[Finding] = field(default_factory=Sorted)
    is_whole: bool = True

    def expecting(self, entries: Iterable[Expected], today: date, file: str) -> Report:
        """Return the report with what is expected of it; an entry names the layer by its class or function.

        Args:
          entries: those of the file, of which some speak of what is installed and of this layer.
          today: the day by which they expire.
          file: name of the file.
        """
        versions = installed.versions()
        own = [each for each in entries if each.concerns(versions) and self._is_meant(each)]
        met = sorted_out(own, self.findings, today, file=file)
        taken = {id(finding) for finding in met.taken}
        outcomes = (replace(one, outcome="expected") if id(one.finding) in taken else one for one in self.outcomes)
        return replace(self, outcomes=tuple(outcomes), expected=met)

    def _is_meant(self, entry: Expected) -> bool:
        return any(patterns.matching(pattern, [self.layer]) for pattern in entry.subject)

    @property
    def findings(self) -> list[Finding]:
        """What was found and not expected."""
        return [each.finding for each in self.outcomes if each.finding is not None and each.outcome == "failed"]

    @property
    def rows(self) -> list[Row]:
        """What was asked statistically, for a certificate."""
        return [each.row for each in self.outcomes if each.row is not None]

    def sentences(self) -> list[str]:
        """Return what the report says, a line each: the answer first, then findings, then what was not asked."""
        failed = [each for each in self.outcomes if each.outcome == "failed"]
        passed = sum(each.outcome == "passed" for each in self.outcomes)
        skipped = [each for each in self.outcomes if each.outcome == "skipped"]
        keeps = "keeps what was asked of" if self.gaps() or not self.is_whole else "keeps"
        keeps = f"breaks {len(failed)} of the properties of" if failed else keeps
        lines = [f"{self.layer} {keeps} {self.law}: {passed} passed, {len(failed)} failed, {len(skipped)} not asked."]
        lines += [f"  {gap}" for gap in self.gaps()]
        lines += [f"  {each.property}: {each.message}" for each in failed]
        lines += [
            f"  {each.property}: expected, {each.message}" for each in self.outcomes if each.outcome == "expected"
        ]
        lines += [f"  {each.property}: not asked, {each.message}" for each in skipped if not each.is_gap]
        return lines + self.certificate()

    def gaps(self) -> list[str]:
        """Return what was not asked though the layer promises it, a line a reason."""
        return gaps((each.message, each.property) for each in self.outcomes if each.is_gap)

    def certificate(self) -> list[str]:
        """Return what its statistical properties spend and see, a line each; none without any."""
        if not self.rows:
            return []
        spent, asked = sum(row.alpha for row in self.rows), f"{len(self.rows)} statistical properties"
        return [
            f"A right layer fails one of {asked} at most once in {1 / spent:,.0f} runs.",
            *(f"  {visible(row)}" for row in self.rows),
        ]

    def __str__(self) -> str:
        return "\n".join(self.sentences())

    def __repr__(self) -> str:
        return f"<Report: {self.sentences()[0]}>"


def gaps(unasked: Iterable[tuple[str, str]]) -> list[str]:
    """Return reasons and the properties that were not asked for them as lines, whichever worker was first."""
    names: dict[str, set[str]] = {}
    for reason, name in unasked:
        names.setdefault(reason, set()).add(name)
    return [f"Not judged, {reason}: {', '.join(sorted(each))}." for reason, each in sorted(names.items())]


def visible(row: Row) -> str:
    """Return what a statistical property would surely have seen, and how rarely it fails a right layer."""
    if not math.isfinite(row.delta):
        return f"{row.check}: of {row.n:,}, no {row.unit} of any size would surely be seen."
    return (
        f"{row.check}: of {row.n:,}, a {row.unit} of {row.delta:.3g} is seen with probability {1 - BETA:.6f}; a right "
        f"layer fails once in {1 / row.alpha:,.0f} times."
    )


def asked(
    one: Subject,
    prop: Property,
    alpha: float,
    expected: str | None = None,
    again: str = "",
    among: Sequence[str] = (),
) -> Outcome:
    """Return what comes of asking a property.

    Args:
      one: the layer.
      prop: the property.
      alpha: how often it may fail a right layer; for a statistical one.
      expected: why it is expected to fail; None if it is not.
      again: how it is asked again, such as a pytest id.
      among: names of all that are asked in this run, of which one tells what all would.
    """
    why, is_gap = unasked(prop, one.law)
    if why:
        return Outcome(prop.name, "skipped", why, is_gap=is_gap)
    try:
        with _warnings_told():
            seen = premises.ask(one, prop, alpha, among)
        row = None if seen is None else _row(one, prop, seen, alpha)
    except NotAskedError as reason:
        return Outcome(prop.name, "skipped", str(reason), is_gap=reason.is_gap)
    except (BrokenError, calling.RaisedError, calling.NoArrayError) as error:
        changes = getattr(error, "changes", {})
        return _broken(prop, _finding(one, prop, _code(error), str(error), again, changes), expected)
    except LawError as reason:
        return Outcome(prop.name, "skipped", f"its law does not say it: {reason}")
    except (UserError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - of whatever a layer returned that this property was not ready for
        told = f"The property could not be asked: {telling(error)}"
        return Outcome(prop.name, "failed", told, _finding(one, prop, "crash", told, again))
    if seen is not None and row is not None and row.verdict == Decision.FAIL.value:
        told = f"{row.observed} {_chance(one, prop, alpha)}"
        finding = _finding(one, prop, prop.code, told, again, seen.changes)
        return _broken(prop, finding, expected or seen.known or None, row)
    if expected is not None:
        told = f"It was expected to fail ({expected}), and does not: take it out of expected_failures."
        return Outcome(prop.name, "failed", told, _finding(one, prop, "unobserved", told, again), row)
    return Outcome(prop.name, "passed", row.observed if row else "", row=row)


def _chance(one: Subject, prop: Property, alpha: float) -> str:
    """Return how often a right layer shows what was seen, if its units are independent, as that sentence takes them."""
    if prop.name != _NEIGHBOURS and premises.is_broken(one, _NEIGHBOURS, alpha):
        return f"Its units are not independent ({_NEIGHBOURS}), so that chance may move this further than it should."
    return f"A right layer shows this at most once in {1 / alpha:,.0f} times."


@contextlib.contextmanager
def _warnings_told() -> Iterator[None]:
    """Tell warnings that a test run makes errors: what a layer, or Keras, warns of breaks no law."""
    with warnings.catch_warnings():
        if any(each[0] == "error" for each in warnings.filters):
            warnings.simplefilter("default")
        yield


def _broken(prop: Property, finding: Finding, expected: str | None, row: Row | None = None) -> Outcome:
    if expected is not None:
        return Outcome(prop.name, "expected", f"{expected}: {finding.message}", finding, row)
    return Outcome(prop.name, "failed", finding.message, finding, row)


def _code(error: Exception) -> str:
    if isinstance(error, BrokenError):
        return error.code
    return "raises" if isinstance(error, calling.RaisedError) else "dtype"


def _finding(
    one: Subject, prop: Property, code: str, message: str, again: str, changes: Mapping[str, Any] = MappingProxyType({})
) -> Finding:
    told = message[:1].upper() + message[1:] + ("" if message.endswith(".") else ".")
    return Finding(code, one.name, prop.dtype, prop.mode, prop.name, None, told, again, script(one, prop, changes))


def _row(one: Subject, prop: Property, seen: Seen, alpha: float) -> Row:
    """Return the decision of what was seen: of the most extreme of its tests, corrected for how many there are."""
    p = seen.p_value
    fails = p <= alpha
    delta = seen.tests[0][0].smallest_departure(alpha / seen.shares[0], BETA) if seen.tests else 0.0
    return Row(
        check=prop.name,
        subject=one.name,
        dtype=prop.dtype,
        mode=prop.mode,
        parameter=0.0,
        tier="own",
        n=seen.n,
        p=p,
        alpha=alpha,
        delta=delta,
        unit=seen.unit,
        observed=seen.observed,
        verdict=(Decision.FAIL if fails else Decision.PASS).value,
        points=seen.points(alpha) if fails else (),
    )


def check_layer(
    factory: Callable[..., Any],
    law: Law,
    *,
    expected_failures: Mapping[str, str] | None = None,
    on_fail: Literal["raise", "warn", "report"] = "raise",
    again: str = "",
    **options: Unpack[Options],
) -> Report:
    """Hold a layer, model or function of yours to its law, and return what came of each property.

    Args:
      factory: returns a new layer or model, with or without a parameter `seed`: a class, a function, a lambda. Or it is
        the noise itself, a function of `(x, seed)` or of `x`, of TensorFlow or NumPy. Or a layer that is made already:
        then what needs a new one is not asked.
      law: what its noise promises, of `noise_ops.laws`.
      expected_failures: reasons by the names of properties that fail; one that does not fail is a failure.
      on_fail: "raise" an AssertionError, "warn", or only "report".
      again: the command that asks this again, for findings to show.
      **options: of `noise_ops.testing.Options`: args, shape, inputs, output, outputs, training, inference, predict,
        profile, units, properties, modes and dtypes.

    Returns:
      A report; `report.findings` has what was found, and str(report) says it all.

    Raises:
      LayerFailedError: if it breaks a property and `on_fail` is "raise".
      LayerError: if what was given cannot be held to a law.
    """
    if on_fail not in ("raise", "warn", "report"):
        raise LayerError(f"on_fail is raise, warn or report, not {on_fail!r}.")
    one, wanted = subject(factory, law, options), applying(checked_law(law), options)
    expected, among = named(expected_failures), [prop.name for prop in wanted]
    alpha = budget.share_of_call(sum(prop.statistical and prop.applies(law) for prop in wanted))
    outcomes = tuple(asked(one, prop, alpha, expected.get(prop.name), again, among) for prop in wanted)
    is_whole = not any(name in options for name in Narrowing.__annotations__)
    report = Report(one.name, repr(law), outcomes, is_whole=is_whole)
    one.kept.clear()
    if all(each.outcome == "skipped" for each in report.outcomes):
        raise LayerError(f"nothing could be asked of {one.name}: every property was left out.")
    if report.findings and on_fail == "raise":
        raise LayerFailedError(str(report))
    if report.findings and on_fail == "warn":
        warnings.warn(str(report), NoiseWarning, stacklevel=2)
    return report
