"""What an upgrade leaves open that no record answers: a Keras that no side pins, and pins for other machines.

Either is a finding that cannot be told, so that no upgrade passes by what was not looked at.
"""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from noise_ops.comparison.changes import Change, Keeps
from noise_ops.comparison.groups import Comparison, Group
from noise_ops.fingerprint import shipped
from noise_ops.words import count

if TYPE_CHECKING:
    from noise_ops.environments.pins import Elsewhere, Upgrade


def told(comparison: Comparison) -> Comparison:
    """Return a comparison that says what was left open of a Keras that no side pins."""
    if (left := comparison.unpinned) is None:
        return comparison
    old, new = comparison.old, comparison.new
    newest = shipped.releases("keras")[-1].version
    command = _upgrade(f"{old.name} keras=={newest}", f"{new.name} keras=={newest}")
    group = _group(
        "unpinned-keras",
        "leave Keras to pip",
        "one Keras, the newest, stands beside both",
        f"{old.name} was recorded with Keras {left.keras[0]}, {new.name} with Keras {left.keras[1]}, and pip installs "
        "one newer Keras beside both.",
        f"Pin Keras, or name it on both sides: `{command}`.",
        command,
    )
    again = f"noise-ops compare {' '.join(each.name for each in left.releases)}"
    aside = f"Keras {' → '.join(left.keras)} alone makes {count(left.aside, 'finding')}, left aside: `{again}`."
    notes = (*([aside] if left.aside else []), *comparison.notes)
    return _and(comparison, [group], notes)


def with_pins(comparison: Comparison, upgrade: Upgrade) -> Comparison:
    """Return a comparison that says what its pins change for other machines, which was not judged."""
    where = f"Pins were read for {upgrade.where}." if upgrade.where else ""
    notes = (*filter(None, (where, upgrade.left_out)), *comparison.notes)
    return _and(comparison, list(map(group, upgrade.elsewhere)), notes)


def _and(comparison: Comparison, groups: list[Group], notes: tuple[str, ...]) -> Comparison:
    """Return a comparison with more findings, worst first and what was mended last as before, and with other notes."""
    every = sorted((*groups, *comparison.groups), key=lambda each: (each.fixed, -each.verdict.severity))
    return replace(comparison, groups=tuple(every), notes=notes)


def group(elsewhere: Elsewhere) -> Group:
    """Return what changes for another machine as a finding."""
    what = _becomes(elsewhere.before, elsewhere.after)
    command = _upgrade(elsewhere.before, elsewhere.after) if elsewhere.can_be_judged else ""
    return _group(
        "other-markers",
        f"install {elsewhere.where}",
        f"{what}{'' if elsewhere.before and elsewhere.after else '; that'} was not judged",
        f"{what} {elsewhere.where}.",
        f"Have it judged: `{command}`." if command else "Pin both sides there, or see to it that no pin changes.",
        command,
    )


def _becomes(before: str, after: str) -> str:
    if not (before and after):
        return f"{before} is dropped" if before else f"{after} is added"
    return f"{before} → {after}"


def _upgrade(before: str, after: str) -> str:
    return shlex.join(("noise-ops", "upgrade", before, after))


def _group(code: str, condition: str, in_short: str, message: str, remedy: str, reproduce: str) -> Group:
    change = Change(code, "any", "any", "any", "observed", None, Keeps.UNDOCUMENTED, "", "")
    return Group(
        code=code,
        keeps=Keeps.UNDOCUMENTED,
        stage=None,
        changes=(change,),
        message=message,
        remedy=remedy,
        reproduce=reproduce,
        script="",
        condition=condition,
        briefly=in_short,
    )
