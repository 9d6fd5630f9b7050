"""What neither of two records does as documented: it is no change, and no comparison may pass it over for that."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from noise_ops.comparison import briefly
from noise_ops.comparison.changes import Change, Judge, Keeps
from noise_ops.comparison.documented import NONSENSE
from noise_ops.comparison.groups import group_key
from noise_ops.comparison.streams import Key
from noise_ops.fingerprint.facts import Fact

Facts = Mapping[Key, Fact]


def of(
    judge: Judge, facts: tuple[Facts, Facts], subjects: Collection[str], told: Collection[Change]
) -> tuple[int, list[list[Change]]]:
    """Return how many values keep on both sides what is documented of them, and what keeps it on neither, by kind.

    Args:
      judge: of the two records.
      facts: what is looked at of each.
      subjects: what is compared.
      told: the changes that are told; they are not told again.
    """
    known = {(change.subject, change.dtype, change.mode, change.property) for change in told}
    kept, found = 0, dict[object, list[Change]]()
    for key in sorted(facts[0].keys() & facts[1].keys()):
        if key[0] not in subjects or key in known:
            continue
        sides = judge.keeps(key)
        kept += sides == (True, True)
        if sides == (False, False):
            change = _unchanged(facts[0][key], facts[1][key])
            found.setdefault((group_key(change), briefly.briefly([change])), []).append(change)
    return kept, list(found.values())


def _unchanged(old: Fact, new: Fact) -> Change:
    return Change(_code(new), *new.key, new.meaning.stage, Keeps.NEITHER, old.value, new.value)


def _code(fact: Fact) -> str:
    """Return the code of a check: those of a comparison speak of what changes."""
    if fact.fate:
        return "dies"
    name, _, argument = fact.property.partition(" ")
    if fact.raised:
        return "raises"
    if name != "accepts":
        return "round-trip" if name == "mode_draws_eager_stream" else fact.meaning.code
    what, _, value = argument.partition("=")
    if value in NONSENSE or what.startswith("minval"):
        return "accepts-nonsense"
    return {"noise_shape": "noise-shape", "seed": "argument-ignored"}.get(what, "rate-limit")
