"""What of a comparison may be hidden where it could not be told what is used: of that no answer is a plain Yes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from noise_ops.codes import CODES
from noise_ops.comparison import briefly, wording
from noise_ops.comparison.changes import Change, Keeps
from noise_ops.comparison.groups import Comparison, Group, kind, parted
from noise_ops.findings import worst
from noise_ops.patterns import listed
from noise_ops.usage.used import Doubt, Why
from noise_ops.verdicts import Verdict
from noise_ops.words import count

BY_WORST: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.STREAM_CHANGED: "unread-stream",
        Verdict.CONTRACT_CHANGED: "unread-contract",
        Verdict.LAW_CHANGED: "unread-law",
        Verdict.CANNOT_TELL: "unread-law",
    }
)
"""The code that it is told under, by the worst that may be hidden: a run fails where it would fail by that."""


def of(comparison: Comparison, changes: Iterable[Change]) -> Group | None:
    """Return the finding that some changes may be hidden where it cannot be told what is used; None if none can.

    Args:
      comparison: what was found of what is used.
      changes: what was found of anything else, and is not expected; what was mended hides nothing that is feared.
    """
    doubts = comparison.narrowed.doubts if comparison.narrowed else ()
    left = [change for change in parted(changes)[0] if any(doubt.is_about(change.subject) for doubt in doubts)]
    return _group(comparison, left, [d for d in doubts if any(d.is_about(c.subject) for c in left)]) if left else None


def _group(comparison: Comparison, changes: Sequence[Change], doubts: Sequence[Doubt]) -> Group:
    kinds: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        kinds.setdefault(kind(change), []).append(change)
    first = max(kinds.values(), key=lambda alike: (alike[0].verdict.severity, len(alike)))
    code, number = BY_WORST[worst(changes)], len(kinds)
    whom, seen = briefly.condition(first) or "use what changes", briefly.briefly(first)
    others = f", or {count(number - 1, 'more way')}" if number > 1 else ""
    unread = "read" if any(doubt.why is not Why.UNRECORDED for doubt in doubts) else "recorded"
    return Group(
        code=code,
        keeps=Keeps.UNDOCUMENTED,
        stage=None,
        changes=tuple(_change(code, doubt) for doubt in doubts),
        message=f"{'; '.join(_told(doubts))}: {count(number, 'finding')} may be hidden there, "
        f"{'such as' if number > 1 else 'namely'} {_named(first)}.",
        remedy=CODES[code].remedy,
        reproduce=wording.reproduce(comparison.old.name, comparison.new.name, changes),
        script="",
        condition=f"{whom}{others}, in what was not {unread}",
        briefly=seen,
        hides=number,
    )


def _told(doubts: Sequence[Doubt]) -> Iterator[str]:
    for why in dict.fromkeys(doubt.why for doubt in doubts):
        places = [doubt.place for doubt in doubts if doubt.why is why]
        yield f"{listed(places, 5)} {why.of(len(places))}"


def _change(code: str, doubt: Doubt) -> Change:
    return Change(code, doubt.place, "any", "any", "observed", None, Keeps.UNDOCUMENTED, None, doubt.why.value)


def _named(alike: Sequence[Change]) -> str:
    subjects = listed(list(dict.fromkeys(change.subject for change in alike)))
    return f"{alike[0].code} of {subjects}"
