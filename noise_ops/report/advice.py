"""What to do about an upgrade, in one sentence that may stand in a pull request: who waits, who looks, who merges.

It stands below every answer but a yes, which says itself what to do. What to do about each finding is its remedy.
"""

from __future__ import annotations

from collections.abc import Sequence

from noise_ops.comparison.expected import Outcome
from noise_ops.comparison.groups import Comparison, Group, parted
from noise_ops.findings import Verdict, worst
from noise_ops.usage.runs import NOWHERE

_LONGEST = 140
"""Characters that conditions may take; of longer ones the sentence says how many findings there are."""


def advice(outcome: Outcome) -> str:
    """Return what to do where the answer is no yes; "" where it is one, which says so itself."""
    comparison = outcome.comparison
    left, mended = parted(comparison.groups)
    if worst(left) is Verdict.LAW_CHANGED:
        return f"What to do: {_why(comparison) if comparison.same_versions else _keep(comparison, left)}."
    if worst(left) is Verdict.CANNOT_TELL:
        return f"What to do: {_lower(next(group.remedy for group in left if group.verdict is Verdict.CANNOT_TELL))}"
    concerned = {
        "look at your code": _who(left, Verdict.CONTRACT_CHANGED),
        "expect other results of training": _who(mended, Verdict.LAW_CHANGED),
    }
    told = [f"{what} {who}".rstrip() for what, who in concerned.items() if who is not None]
    rest = "" if "" in concerned.values() else "; else go on" if comparison.same_versions else "; else merge"
    return f"What to do: {', and '.join(told)}{rest}." if told else ""


def _keep(comparison: Comparison, left: Sequence[Group]) -> str:
    """Say who keeps the old side, and how one finds out whether one is among them."""
    keep, who = f"keep {comparison.old.name}", _who(left, Verdict.LAW_CHANGED)
    if not who:
        return keep
    others = any(group.verdict in (Verdict.CANNOT_TELL, Verdict.CONTRACT_CHANGED) for group in left)
    rest = "look at the rest" if others else "merge"
    live, own = "`--accept` writes down that you merge all the same", "`--used-in .` tells only what your code uses"
    return f"{keep} {who}; else {rest}. {live if comparison.narrowed else own}"


def _why(comparison: Comparison) -> str:
    name = comparison.new.name
    return f"do not rely on {name} before you know why: the script of a finding shows it on either side (--details)"


def _who(groups: Sequence[Group], verdict: Verdict) -> str | None:
    """Say whom findings of a verdict affect, as "if you ..."; "" if anybody, None if there are none."""
    found = [group for group in groups if group.verdict is verdict]
    conditions = list(dict.fromkeys(_condition(group) for group in found))
    if not found or "" in conditions:
        return "" if found else None
    told = ", or ".join(f"if you {condition}" for condition in conditions)
    return told if len(told) <= _LONGEST else f"if one of the {len(found)} {verdict.value} findings affects you"


def _condition(group: Group) -> str:
    # That code does not name it stands beside the finding.
    return group.condition.replace("these layers", _layers(group)).removesuffix(NOWHERE)


def _layers(group: Group) -> str:
    """Name the layers, without their arguments, of which a finding's heading says "these"."""
    first, *others = dict.fromkeys(name.removeprefix("keras.layers.").partition("(")[0] for name, _, _ in group.seen_in)
    return f"{first}, or {len(others)} more" if others else first


def _lower(text: str) -> str:
    return f"{text[0].lower()}{text[1:]}"
