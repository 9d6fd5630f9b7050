"""The result of a check as versioned JSON."""

from __future__ import annotations

import json
from collections import Counter

from noise_ops.session import Result

SCHEMA = "noise_ops/check/1"
"""Name and version of the format; the number grows when a key changes its meaning or disappears."""


def render(result: Result) -> str:
    """Return the report as a JSON text."""
    outcomes = Counter(check.outcome for check in result.checks)
    report = {
        "schema": SCHEMA,
        "environment": result.environment,
        "verdict": result.verdict.value,
        "findings": [finding.to_json() for finding in result.findings],
        "known_deviations": [
            {"name": check.known, **(check.finding.to_json() if check.finding else {})} for check in result.known
        ],
        "checks": {
            "run": len(result.checks),
            "passed": outcomes["passed"],
            "failed": outcomes["failed"],
            "known": outcomes["known"],
            "skipped": outcomes["skipped"],
        },
        "certificate": result.certificate.to_json(),
        "seconds": round(result.seconds, 1),
    }
    return json.dumps(report, indent=2) + "\n"
