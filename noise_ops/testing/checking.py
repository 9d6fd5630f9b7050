"""A user's layer held to its law: each property asked once, and what came of it."""

from __future__ import annotations

import contextlib
import difflib
import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
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
from noise_ops.testing import (
    any_input,
    arguments,
    budget,
    calling,
    constructing,
    half,
    independence,
    modes,
    one_call,
    rates,
    seeding,
    statistics,
)
from noise_ops.testing.asking import BrokenError, NotAskedError, Property, Seen
from noise_ops.testing.making import LayerError
from noise_ops.testing.reproducing import script
from noise_ops.testing.subject import Narrowing, Options, Subject, checked_law, subject

PROPERTIES: Mapping[str, Property] = {
    each.name: each
    for theme in (one_call, any_input, seeding, modes, arguments, rates, constructing, statistics, half, independence)
    for each in theme.PROPERTIES
}
"""Every property that a user's layer is held to, by name."""


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
    """

    property: str
    outcome: str
    message: str = ""
    finding: Finding | None = None
    row: Row | None = None


@dataclass(frozen=True, repr=False)
class Report:
    """What came of all properties of a layer.

    Attributes:
      layer: its name.
      law: its law, as one writes it.
      outcomes: one a property, in the order in which they are asked.
      expected: which of its findings a file of expected findings expects.
    """

    layer: str
    law: str
    outcomes: tuple[Outcome, ...]
    expected: Sorted[Finding] = field(default_factory=Sorted)

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
        keeps = f"breaks {len(failed)} of the properties of" if failed else "keeps"
        lines = [f"{self.layer} {keeps} {self.law}: {passed} passed, {len(failed)} failed, {len(skipped)} not asked."]
        lines += [f"  {each.property}: {each.message}" for each in failed]
        lines += [
            f"  {each.property}: expected, {each.message}" for each in self.outcomes if each.outcome == "expected"
        ]
        lines += [f"  {each.property}: not asked, {each.message}" for each in skipped]
        return lines + self.certificate()

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


def visible(row: Row) -> str:
    """Return what a statistical property would surely have seen, and how rarely it fails a right layer."""
    if not math.isfinite(row.delta):
        return f"{row.check}: of {row.n:,}, no {row.unit} of any size would surely be seen."
    return (
        f"{row.check}: of {row.n:,}, a {row.unit} of {row.delta:.3g} is seen with probability {1 - BETA:.6f}; a right "
        f"layer fails once in {1 / row.alpha:,.0f} times."
    )


def applying(law: Law, narrowing: Narrowing) -> list[Property]:
    """Return the properties that are asked of a law.

    Raises:
      LayerError: if a name is none of a property, mode or dtype, or nothing of the law is asked.
    """
    asked = narrowing.get("properties")
    names = PROPERTIES if asked is None else named(dict.fromkeys(asked, ""))
    wanted = [PROPERTIES[name] for name in names if PROPERTIES[name].applies(law)]
    for axis, given in (("mode", narrowing.get("modes")), ("dtype", narrowing.get("dtypes"))):
        if given is not None:
            chosen = list(given)
            for each in chosen:
                _require(each, {getattr(prop, axis) for prop in PROPERTIES.values()}, axis)
            wanted = [prop for prop in wanted if getattr(prop, axis) in chosen]
    if not wanted:
        raise LayerError(f"none of these properties is asked of {law!r}.")
    return wanted


def named(reasons: Mapping[str, str] | None) -> Mapping[str, str]:
    """Return reasons by the names of properties, each of which there is.

    Raises:
      LayerError: if there is none of a name; the message has the nearest ones.
    """
    for name in reasons or {}:
        _require(name, PROPERTIES, "property")
    return reasons or {}


def _require(name: str, known: Iterable[str], what: str) -> None:
    every = sorted(known)
    if name not in every:
        near = difflib.get_close_matches(str(name), every, 3) or every
        raise LayerError(f"there is no {what} {name!r}; there are {', '.join(near)}.")


def asked(one: Subject, prop: Property, alpha: float, expected: str | None = None, again: str = "") -> Outcome:
    """Return what comes of asking a property.

    Args:
      one: the layer.
      prop: the property.
      alpha: how often it may fail a right layer; for a statistical one.
      expected: why it is expected to fail; None if it is not.
      again: how it is asked again, such as a pytest id.
    """
    try:
        with _warnings_told():
            seen = prop.ask(one)
        row = None if seen is None else _row(one, prop, seen, alpha)
    except NotAskedError as reason:
        return Outcome(prop.name, "skipped", str(reason))
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
        told = f"{row.observed} A right layer shows this at most once in {1 / alpha:,.0f} times."
        finding = _finding(one, prop, prop.code, told, again, seen.changes)
        return _broken(prop, finding, expected or seen.known or None, row)
    if expected is not None:
        told = f"It was expected to fail ({expected}), and does not: take it out of expected_failures."
        return Outcome(prop.name, "failed", told, _finding(one, prop, "unobserved", told, again), row)
    return Outcome(prop.name, "passed", row.observed if row else "", row=row)


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
    expected = named(expected_failures)
    alpha = budget.share_of_call(sum(prop.statistical for prop in wanted))
    report = Report(
        one.name, repr(law), tuple(asked(one, prop, alpha, expected.get(prop.name), again) for prop in wanted)
    )
    one.kept.clear()
    if all(each.outcome == "skipped" for each in report.outcomes):
        raise LayerError(f"nothing could be asked of {one.name}: every property was left out.")
    if report.findings and on_fail == "raise":
        raise LayerFailedError(str(report))
    if report.findings and on_fail == "warn":
        warnings.warn(str(report), NoiseWarning, stacklevel=2)
    return report
