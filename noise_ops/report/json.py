"""Results of a check and of a comparison as versioned JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from noise_ops.comparison.expected import Outcome
from noise_ops.comparison.groups import Target
from noise_ops.expected.file import Expected
from noise_ops.findings import worst
from noise_ops.fingerprint.side import Side
from noise_ops.report import of_comparison

if TYPE_CHECKING:  # a comparison needs none of what a run of the suite imports
    from noise_ops.result import Result

SCHEMA = "noise_ops/check/1"
COMPARISON_SCHEMA = "noise_ops/comparison/1"
"""Name and version of each format; the number grows when a key changes its meaning or disappears."""


def render(result: Result) -> str:
    """Return the report as a JSON text.

    `verdict` is the worst finding's, expected or not; `verdict_unexpected` leaves out what is expected, and decides the
    exit code together with what has expired.
    """
    outcomes = Counter(check.outcome for check in result.checks)
    report = {
        "schema": SCHEMA,
        "environment": result.environment,
        "verdict": worst([*result.findings, *result.expected.taken]).value if result.asked else result.verdict.value,
        "verdict_unexpected": result.verdict.value,
        "findings": [finding.to_json() for finding in result.findings],
        "expected": {
            "file": result.expected.file,
            "findings": [finding.to_json() for finding in result.expected.taken],
            "met": _expected(entry for entry, _ in result.expected.met),
            "unobserved": _expected(result.expected.unobserved),
            "expired": _expected(result.expected.expired),
        },
        "known_deviations": [
            {"name": check.known, **(check.finding.to_json() if check.finding else {})} for check in result.known
        ],
        "checks": {
            "run": len(result.checks),
            "passed": outcomes["passed"],
            "failed": outcomes["failed"],
            "known": outcomes["known"],
            "skipped": outcomes["skipped"],
            "examples": _examples(result),
        },
        "certificate": result.certificate.to_json(),
        "seconds": round(result.seconds, 1),
    }
    return json.dumps(report, indent=2) + "\n"


def _examples(result: Result) -> dict[str, dict[str, Any]]:
    """Return how many cases each exact property was asked about: in all, and in each of its checks."""
    counted: dict[str, dict[str, Any]] = {}
    for check in result.checks:
        if not check.examples:
            continue
        entry = counted.setdefault(check.property, {"hard": 0, "drawn": 0, "checks": []})
        asked = {origin: check.examples.get(origin, 0) for origin in ("hard", "drawn")}
        entry["hard"] += asked["hard"]
        entry["drawn"] += asked["drawn"]
        where = {"subject": check.subject, "dtype": check.dtype, "mode": check.mode}
        entry["checks"].append({**where, "outcome": check.outcome, **asked})
    return dict(sorted(counted.items()))


def render_comparison(outcome: Outcome) -> str:
    """Return a comparison as a JSON text.

    `verdict` is the worst finding's, expected or not, whichever side keeps what is documented; `verdict_unfixed`
    leaves out what is expected and what the new side mended, and decides the exit code. `used` and `findings_not_used`
    are null where the comparison was not narrowed to what is used.
    """
    comparison = outcome.comparison
    narrowed = comparison.narrowed
    page = of_comparison.page(outcome)
    report = {
        "schema": COMPARISON_SCHEMA,
        "old": _side(comparison.old),
        "new": _side(comparison.new),
        "verdict": outcome.verdict.value,
        "verdict_unfixed": comparison.verdict_unfixed.value,
        "answer": page.answer,
        "only_seeded": outcome.only_seeded,
        "seed_rules": dict(zip(("old", "new"), comparison.seed_rules, strict=True)) if comparison.seed_rules else None,
        "findings": [group.to_json() for group in comparison.groups],
        "findings_not_used": narrowed.found - narrowed.touching if narrowed else None,
        "used": [used.to_json() for used in narrowed.usage.used] if narrowed else None,
        "targets": [_target(target) for target in comparison.targets],
        "differences": [asdict(difference) for difference in comparison.differences],
        "notes": list(comparison.notes),
        "coverage": {
            "asked": list(comparison.coverage.asked),
            "left_out": comparison.coverage.left_out,
            "only_old": [list(place) for place in comparison.coverage.old.places],
            "only_new": [list(place) for place in comparison.coverage.new.places],
        },
        "expected": {
            "file": outcome.file,
            "findings": [group.to_json() for group in outcome.accepted],
            "met": _expected(entry for entry, _ in outcome.met),
            "unobserved": _expected(outcome.unobserved),
            "expired": _expected(outcome.expired),
            "mended": _expected(outcome.mended),
        },
    }
    return json.dumps(report, indent=2) + "\n"


def _side(side: Side) -> dict[str, Any]:
    environment = {**vars(side.environment), "flags": dict(side.environment.flags)}
    return {"name": side.name, "environment": environment}


def _target(target: Target) -> dict[str, Any]:
    return {
        "subject": target.subject,
        "dtype": target.dtype,
        "mode": target.mode,
        "verdict": target.verdict.value,
        "stage": target.stage.value if target.stage else None,
        "findings": list(dict.fromkeys(change.code for change in target.changes)),
    }


def _expected(entries: Iterable[Expected]) -> list[dict[str, str]]:
    return [
        {name: ", ".join(value) if isinstance(value, tuple) else str(value) for name, value in asdict(entry).items()}
        for entry in entries
    ]
