"""The page of a user's own layer: does it keep its law, and what of it does it break."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from noise_ops.expected.words import expectation, expiry, failures, unobserved
from noise_ops.findings import Verdict, worst
from noise_ops.report import figures
from noise_ops.report.page import Entry, Page
from noise_ops.testing.checking import Outcome, Report
from noise_ops.words import count

SCHEMA = "noise_ops/layer/1"

_REMEDY = "Mend the layer. If it means to do this, name the law that it keeps, or expect the failure."
_REMEDIES = {"unobserved": "Take it out of what is expected to fail."}
"""By code, what to do where that is another thing."""


def as_json(report: Report, page: Page) -> str:
    """Return a report as a JSON text."""
    told = {
        "schema": SCHEMA,
        "layer": report.layer,
        "law": report.law,
        "setting": page.setting,
        "verdict": page.verdict.value,
        "findings": [finding.to_json() for finding in report.findings],
        "properties": [
            {"property": each.property, "outcome": each.outcome, "message": each.message} for each in report.outcomes
        ],
        "certificate": [asdict(row) for row in report.rows],
    }
    return json.dumps(told, indent=2) + "\n"


def page(report: Report, setting: tuple[str, ...], seconds: float) -> Page:
    """Return the page of a report.

    Args:
      report: of `noise_ops.testing.check_layer`.
      setting: lines that say what it was judged with.
      seconds: how long that took.
    """
    asked = [each for each in report.outcomes if each.outcome != "skipped"]
    return Page(
        title=f"noise-ops check {report.layer}",
        setting=setting,
        question=f"{count(len(asked), 'property', 'properties')} in {seconds:.0f} s. "
        f"Does {report.layer} keep {report.law}?",
        answer=_answer(report, len(asked)),
        verdict=max(worst(report.findings), _least(report), key=lambda verdict: verdict.severity),
        table=(("property", "outcome"), *((each.property, _told(each)) for each in report.outcomes)),
        entries=tuple(_entry(each) for each in report.outcomes if each.outcome == "failed"),
        expected=tuple(_entry(each) for each in report.outcomes if each.outcome == "expected"),
        failures=tuple(failures(report.expected.expired)),
        notes=(*unobserved(report.expected.unobserved), *report.certificate()),
    )


def _least(report: Report) -> Verdict:
    """Return the verdict at least: with an entry past its day it is no pass."""
    return Verdict.CONTRACT_CHANGED if report.expected.expired else Verdict.IDENTICAL


def _answer(report: Report, asked: int) -> str:
    left = len(report.outcomes) - asked
    besides = (
        f" {count(left, 'property', 'properties')} did not apply, for reasons that the table gives." if left else ""
    )
    if gaps := report.gaps():
        besides = f"{besides} {' '.join(gaps)}"
    if not report.findings:
        expected = sum(each.outcome == "expected" for each in report.outcomes)
        but = f", but for {count(expected, 'failure')} that you expect" if expected else ""
        if report.expected.expired:
            return f"{expiry(report.expected.expired)}{besides}"
        if met := report.expected.met:
            return (
                f"Yes, by your decision: {expectation(len(met), report.expected.until, report.expected.file)}.{besides}"
            )
        return f"Yes, by all that was asked{but}.{besides}"
    broken = f"it breaks {count(len(report.findings), 'property', 'properties')}, {report.findings[0].property} first"
    law = worst(report.findings) is Verdict.LAW_CHANGED
    return f"No: {broken}{'' if law else '; the law of its noise holds'}.{besides}"


def _told(outcome: Outcome) -> str:
    words = {"passed": "holds", "failed": "BROKEN", "skipped": "not asked", "expected": "broken, as expected"}
    return f"{words[outcome.outcome]}{f': {outcome.message}' if outcome.message else ''}"


def _entry(outcome: Outcome) -> Entry:
    finding = outcome.finding
    assert finding is not None
    entry = Entry.of_findings([finding], f"{finding.property}: {finding.message}", figures.of_own(outcome))
    # What the codes advise is for who takes up a release that others made.
    return entry if finding.code == "crash" else replace(entry, remedy=_REMEDIES.get(finding.code, _REMEDY))
