"""What of a comparison is about what is used: the facts, the targets, and the changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from noise_ops.comparison import siblings
from noise_ops.comparison.changes import Change
from noise_ops.comparison.groups import Narrowed, Target, kind
from noise_ops.fingerprint.facts import Fact
from noise_ops.usage.touching import Key, Touching
from noise_ops.usage.used import Doubt, Usage

Facts = Mapping[Key, Fact]


def narrow(
    usage: Usage,
    facts: tuple[Facts, Facts],
    targets: Sequence[Target],
    changes: Sequence[Change],
    may_touch: Sequence[Change],
    lent: Mapping[Key, Key],
    doubts: tuple[Doubt, ...] = (),
    twins: Mapping[Key, Key] = MappingProxyType({}),
) -> tuple[tuple[dict[Key, Fact], dict[Key, Fact]], list[Target], list[Change], list[Change], Narrowed]:
    """Return what of a comparison is about what is used.

    Args:
      usage: what is used.
      facts: the facts of both sides.
      targets: what became of each subject, dtype and mode.
      changes: everything that changed.
      may_touch: what is seen of siblings, as `siblings.lent` yields it.
      lent: what siblings recorded in place of what is lacking, as `siblings.sources` returns it.
      doubts: where it cannot be told what is used, or nothing was recorded of what is.
      twins: what twins recorded in place of subjects that are in no record, as `siblings.of_twins` returns it.

    Returns:
      the facts of both sides that are about it, the targets of which there are such, each with its own changes, all of
      these changes, those of siblings that may touch it, and what was left out.
    """
    touching = Touching(usage, *facts)
    touched = [change for change in changes if touching.touches(_key(change), change.code)]
    may = Touching(usage, *siblings.with_sources(facts, lent))
    with_twins = siblings.with_sources(facts, twins)
    may_touch = [change for change in may_touch if may.touches(_key(change), change.code)]
    ids = set(map(id, touched))
    kept = may.narrowed(with_twins[0]), may.narrowed(with_twins[1])
    places = {key[:3] for side in kept for key in side} | {_key(change)[:3] for change in touched}
    found, left = (len(set(map(kind, each))) for each in ([*changes, *may_touch], [*touched, *may_touch]))
    return (
        kept,
        [
            replace(target, changes=tuple(change for change in target.changes if id(change) in ids))
            for target in targets
            if (target.subject, target.dtype, target.mode) in places
        ],
        touched,
        may_touch,
        Narrowed(
            usage,
            found,
            left,
            tuple(change for change in changes if id(change) not in ids),
            doubts,
            tuple(dict.fromkeys(key[0] for key in twins)),
        ),
    )


def _key(change: Change) -> Key:
    return change.subject, change.dtype, change.mode, change.property
