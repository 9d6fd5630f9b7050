"""The table of a bisection: every shipped release between a good and a bad one, and the first bad one."""

from __future__ import annotations

import json
from itertools import groupby

from noise_ops.comparison.coverage import listed
from noise_ops.history.turns import Bisection, How, Row
from noise_ops.report import layout
from noise_ops.report.escaping import plain
from noise_ops.usage.used import Usage

SCHEMA = "noise_ops/bisection/1"
"""Name and version of the JSON format."""

_LISTED = 5


def render_text(found: Bisection, *, width: int | None = None) -> str:
    """Return the table as plain text, its answer first."""
    rows = [(row.release, _word(found, row), plain(row.value)) for row in found.rows]
    notes = []
    if found.also:
        rest = f", and {len(found.also) - _LISTED} more" if len(found.also) > _LISTED else ""
        notes += ["", f"In the same release: {plain('; '.join(found.also[:_LISTED]))}{rest}."]
    if found.notes:
        notes += ["", *map(plain, found.notes)]
    if found.first_bad:
        notes += ["", *_instead(found), f"Next: noise-ops compare {_before(found)} {found.first_bad}"]
    told = [part for line in notes for part in layout.wrapped(line, width)]
    return "\n".join((*layout.wrapped(answer(found), width), "", *layout.table(rows, width), *told, ""))


def render_json(found: Bisection, usage: Usage | None = None) -> str:
    """Return the table as JSON; what a release did not record is neither good nor bad, but null.

    Args:
      found: the bisection.
      usage: what it was narrowed to; None if to nothing, as which `used` is null.
    """
    rows = [
        {
            "release": row.release,
            "value": row.value,
            "bad": row.bad,
            "verdict": row.verdict.value if row.verdict else None,
        }
        for row in found.rows
    ]
    told = {"what": found.what, "first_bad": found.first_bad, "mends": found.mends}
    turns = [{"release": turn.release, "how": turn.how.value} for turn in found.turns]
    more = {"answer": answer(found), "turns": turns, "notes": found.notes}
    used = {"used": [used.to_json() for used in usage.used] if usage else None}
    return json.dumps({"schema": SCHEMA, **told, **used, "rows": rows, "also": found.also, **more}, indent=2) + "\n"


def _word(found: Bisection, row: Row) -> str:
    """Say what a release is: what nobody recorded is nothing."""
    broken = found.first_bad is None and any(one.kept is False for one in found.rows)
    good, bad = ("broken", "mended") if found.mends else ("broken", "good") if broken else ("good", "bad")
    if row.bad is None:
        return "-"
    if found.mends or broken:
        return good if row.kept is False or (row.kept is None and not row.bad) else bad
    return bad if row.bad else good


def _instead(found: Bisection) -> list[str]:
    """Say which release to take instead: the last good one, and whether a later one is good again."""
    if found.mends or _backwards(found):
        return []
    good = [row.release for row in found.rows if row.bad is False]
    last, bad = _before(found), str(found.first_bad)
    if good[-1] != last:
        return [f"Last good before {bad}: {last}. Good again, the newest of them: {good[-1]}."]
    if bad == found.rows[-1].release:
        return [f"Last good: {last}."]
    return [f"Last good: {last}. No later one, up to {found.rows[-1].release}, was seen to be good."]


def _before(found: Bisection) -> str:
    """Return the last release before the first bad one that recorded something."""
    rows = [row for row in found.rows if row.bad is not None]
    return rows[[row.release for row in rows].index(str(found.first_bad)) - 1].release


def answer(found: Bisection) -> str:
    """Return what became of it from the good to the bad release, every turn of it, and which way time runs."""
    return " ".join(part for part in (_turning(found), _backwards(found)) if part)


def _turning(found: Bisection) -> str:
    if found.first_bad is None:
        return f"Nothing turned bad: {plain(found.what)} {plain(found.unchanged)}."
    first = "The first release that mends it is" if found.mends else "The first bad release is"
    return f"{first} {found.first_bad}{_later(found)}, by {plain(found.what)}."


def _later(found: Bisection) -> str:
    """Tell what it turned to after the first bad release."""
    good = next(row.release for row in found.rows if row.bad is not None)
    told: list[str] = []
    for how, same in groupby(found.turns[1:], key=lambda turn: turn.how):
        releases = [turn.release for turn in same]
        told.append(f"{listed(releases, _LISTED)} {_verb(how, len(releases) > 1).format(good=good)}")
    return f", and {', '.join(told[:-1])}{' and ' if told[1:] else ''}{told[-1]}" if told else ""


def _verb(how: How, several: bool) -> str:
    words = {
        How.BREAKS: ("breaks it again", "break it again"),
        How.MENDS: ("mends it", "mend it"),
        How.RETURNS: ("is as {good} again", "are as {good} again"),
        How.CHANGES: ("changes it again", "change it again"),
    }
    return words[how][several]


def _backwards(found: Bisection) -> str:
    good, bad = found.rows[0].release, found.rows[-1].release
    if _numbers(good) <= _numbers(bad):
        return ""
    return f"{good}, called good, is newer than {bad}: the table runs from newer to older."


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.rpartition("==")[2].split("."))
