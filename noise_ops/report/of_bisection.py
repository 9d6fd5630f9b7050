"""The table of a bisection: every shipped release between a good and a bad one, and the first bad one."""

from __future__ import annotations

import json

from noise_ops.fingerprint.history import Bisection
from noise_ops.report.escaping import plain

SCHEMA = "noise_ops/bisection/1"
"""Name and version of the JSON format."""

_LISTED = 5


def render_text(found: Bisection) -> str:
    """Return the table as plain text, its answer first."""
    lines = [_answer(found), ""]
    width = max(len(row.release) for row in found.rows)
    words = ("broken", "mended") if found.mends else ("good", "bad ")
    lines += [f"  {row.release:<{width}}  {words[row.bad]}  {plain(row.value)}" for row in found.rows]
    if found.also:
        rest = f", and {len(found.also) - _LISTED} more" if len(found.also) > _LISTED else ""
        lines += ["", f"In the same release: {plain('; '.join(found.also[:_LISTED]))}{rest}."]
    if found.first_bad:
        before = found.rows[[row.release for row in found.rows].index(found.first_bad) - 1].release
        lines += ["", f"Next: noise-ops compare {before} {found.first_bad}"]
    return "\n".join(lines) + "\n"


def render_json(found: Bisection) -> str:
    """Return the table as JSON."""
    rows = [
        {
            "release": row.release,
            "value": row.value,
            "bad": row.bad,
            "verdict": row.verdict.value if row.verdict else None,
        }
        for row in found.rows
    ]
    answer = {"what": found.what, "first_bad": found.first_bad, "mends": found.mends}
    content = {"schema": SCHEMA, **answer, "rows": rows, "also": found.also}
    return json.dumps(content, indent=2) + "\n"


def _answer(found: Bisection) -> str:
    if found.first_bad is None:
        return f"Nothing turned bad: {plain(found.what)} is the same in every release."
    if found.mends:
        return f"The first release that mends it is {found.first_bad}, by {plain(found.what)}."
    return f"The first bad release is {found.first_bad}, by {plain(found.what)}."
