"""Results of a check, of a comparison and of an audit as versioned JSON."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from noise_ops.comparison.expected import Outcome
from noise_ops.comparison.groups import Target
from noise_ops.expected.file import Expected
from noise_ops.fingerprint.side import Side
from noise_ops.report import of_comparison

if TYPE_CHECKING:
    from noise_ops.audit.judgements import Audit
    from noise_ops.audit.place import Place  # a comparison needs none of what a run of the suite imports
    from noise_ops.result import Result

SCHEMA = "noise_ops/check/1"
COMPARISON_SCHEMA = "noise_ops/comparison/1"
AUDIT_SCHEMA = "noise_ops/audit/1"
"""Name and version of each format; the number grows when a key changes its meaning or disappears."""


def render(result: Result, fail_on: str = "contract-changed") -> str:
    """Return the report as a JSON text.

    `asked` is what was asked for, patterns as they were given: empty of what was not narrowed; null of a soak.
    `verdict` is the worst finding's, expected or not; `verdict_unexpected` leaves out what is expected, and decides the
    exit code together with what has expired.
    """
    outcomes = Counter(check.outcome for check in result.checks)
    report = {
        "schema": SCHEMA,
        "asked": _asked(result, fail_on),
        "environment": result.environment,
        "verdict": result.verdict_of([*result.findings, *result.expected.taken]).value,
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
            "unreached": result.unreached,
            "examples": _examples(result),
        },
        "certificate": result.certificate.to_json(),
        "seconds": round(result.seconds, 1),
    }
    return json.dumps(report, indent=2) + "\n"


def _asked(result: Result, fail_on: str) -> dict[str, Any] | None:
    """Return the options of a run, `max_time` null without a limit; None of a soak, whose file several runs made."""
    if result.soaked is not None:
        return None
    asked = asdict(result.selection)
    names = ("layers", "dtypes", "modes", "properties", "profile", "max_time")
    return {**{name: asked[name] for name in names}, "fail_on": fail_on}


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
    are null where the comparison was not narrowed to what is used. `amiss` is what neither side does as documented and
    that did not change, beside the number of values that both keep.
    """
    comparison = outcome.comparison
    narrowed = comparison.narrowed
    page = of_comparison.page(outcome)
    report = {
        "schema": COMPARISON_SCHEMA,
        "old": _side(comparison.old),
        "new": _side(comparison.new),
        "caveats": list(page.caveats),
        "verdict": outcome.verdict.value,
        "verdict_unfixed": comparison.verdict_unfixed.value,
        "answer": page.answer,
        "advice": page.advice,
        "only_seeded": outcome.only_seeded,
        "seed_rules": dict(zip(("old", "new"), comparison.seed_rules, strict=True)) if comparison.seed_rules else None,
        "findings": [group.to_json() for group in comparison.groups],
        "findings_not_used": narrowed.found - narrowed.touching if narrowed else None,
        "used": [used.to_json() for used in narrowed.usage.used] if narrowed else None,
        "amiss": [group.to_json() for group in comparison.amiss],
        "kept": comparison.kept,
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


def render_audit(audit: Audit) -> str:
    """Return an audit as a JSON text, with every place, and whether anything is known against it."""
    from noise_ops.report import of_audit

    report = {
        "schema": AUDIT_SCHEMA,
        "model": {
            "name": audit.model.name,
            "keras_version": audit.model.version or None,
            "layers": audit.model.layers,
        },
        "judged_by": asdict(audit.judged),
        "verdict": audit.verdict.value,
        "answer": (page := of_audit.page(audit)).answer,
        "advice": page.advice,
        "findings": [
            {
                "code": each.code,
                "verdict": each.verdict.value,
                "message": each.message,
                "deviation": each.deviation or None,
                "places": list(dict.fromkeys(place.path for place in each.places)),
                "expected": each not in audit.news,
            }
            for each in audit.judgements
        ],
        "places": [_place(place) for place in audit.model.places],
        "known_besides": [
            {
                "deviation": beside.deviation.name,
                "measured": beside.deviation.measured,
                "places": list(dict.fromkeys(place.path for place in beside.places)),
            }
            for beside in audit.besides
        ],
        "without_noise": list(audit.without_noise),
        "ran": list(audit.ran),
    }
    return json.dumps(report, indent=2) + "\n"


def _place(place: Place) -> dict[str, Any]:
    strength = place.strength
    return {
        "path": place.path,
        "kind": place.kind.value,
        "name": place.name,
        "subject": place.subject or None,
        "class_name": place.class_name,
        "argument": place.argument or None,
        # JSON has no nan: what is no number of its own is told as text.
        "value": strength if strength is None or math.isfinite(strength) else str(strength),
        "dtype": place.dtype,
        "seed": place.seed,
    }


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
