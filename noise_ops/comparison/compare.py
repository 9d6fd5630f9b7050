"""Two fingerprints, compared: what changed in each subject, dtype and mode, and what of it is one finding.

    comparison = compare(Side("2.15.1", old), Side("2.16.2", new))
    comparison.verdict, comparison.groups[0].message

Changes of one kind are one group, however many subjects, dtypes and modes show it: worst first, and what was mended
last. TensorFlow is not imported; what shipped releases drew is explained without NumPy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from fnmatch import fnmatchcase

from noise_ops.codes import CODES
from noise_ops.comparison import amiss, briefly, coverage, narrowing, scripts, siblings, unpinned, wording
from noise_ops.comparison.changes import Change, Judge, Keeps
from noise_ops.comparison.groups import (
    Comparison,
    Difference,
    Group,
    Narrowed,
    Target,
    Unchanged,
    earliest,
    group_key,
    kind,
    seen,
)
from noise_ops.comparison.unpinned import Unpinned
from noise_ops.findings import Stage
from noise_ops.fingerprint import superseded
from noise_ops.fingerprint.facts import Environment, Fingerprint
from noise_ops.fingerprint.side import Side
from noise_ops.usage import kin, runs
from noise_ops.usage.conditions import depends_on_run
from noise_ops.usage.used import Usage


def compare(
    old: Side,
    new: Side,
    patterns: Sequence[str] = (),
    *,
    usage: Usage | None = None,
    predict: bool = True,
    or_hidden: bool = False,
) -> Comparison:
    """Return what changes from one side to the other.

    Args:
      old: the side before.
      new: the side after.
      patterns: subjects to look at, as `noise_ops.patterns` reads them; none for all.
      usage: what is used, of which alone is told; None for all.
      predict: whether streams that no shipped release drew are predicted, which takes NumPy and a second.
      or_hidden: whether it is enough that a change may be hidden where it cannot be told what is used.

    Raises:
      NoSuchNameError: if a pattern means nothing that either side recorded.
      NothingComparedError: if both sides have no fact in common, or none of what a pattern means or is used.
    """
    names = old.name, new.name
    differences = tuple(_differences(old.environment, new.environment))
    before, after = unpinned.brought(old, new, patterns, usage)
    prints = before.fingerprint, after.fingerprint
    meant = set(coverage.chosen(prints, names, patterns))
    chosen = set(coverage.chosen(prints, names, patterns, usage))
    if old.fingerprint.probe != new.fingerprint.probe:
        untold = Narrowed(usage, 1, 1) if usage else None
        return Comparison(old, new, (), (_other_probe(old, new),), (), differences, narrowed=untold)
    judge = Judge(*prints, predict=predict)
    recorded = {key[0] for facts in judge.facts for key in facts}
    akin = chosen | {subject for subject in (usage.subjects if usage and not patterns else ()) if kin.named(subject)}
    near = {sibling for subject in akin for sibling in siblings.stand_ins(subject, recorded)}
    by_keras = unpinned.of(old, new)
    looked_at, gone, aside = _parted(list(_targets(judge, meant | near)), list(_gone(*prints)), by_keras)
    lent = siblings.sources(judge.facts, akin)
    may_touch = list(siblings.lent(lent, (change for target in looked_at for change in target.changes)))
    targets = [target for target in looked_at if target.subject in meant]
    every = [*(change for target in targets for change in target.changes), *(c for c in gone if c.subject in meant)]
    aside = [change for change in aside if change.subject in meant]
    facts, narrowed, in_doubt, hides = judge.facts, None, False, False
    twins = siblings.of_twins(facts, lent, recorded)
    stood_for = {key[0] for key in twins}
    if usage is not None:
        _, _, aside, _, _ = narrowing.narrow(usage, facts, (), aside, (), lent)
        doubts = usage.doubtful + (() if patterns else usage.unrecorded(recorded | stood_for))
        in_doubt = any(doubt.is_about(subject) for doubt in doubts for subject in meant if subject.startswith("keras."))
        facts, targets, every, may_touch, narrowed = narrowing.narrow(
            usage, facts, targets, every, may_touch, lent, doubts, twins
        )
        hides = or_hidden and any(narrowed.hides(change.subject) for change in narrowed.others)
    covered = coverage.of(
        facts, names, chosen | stood_for, patterns, [*every, *aside], usage, may_be_none=hides or bool(may_touch)
    )

    def unchanged() -> Unchanged:
        kept, found = amiss.of(judge, facts, chosen.intersection(covered.subjects), [*every, *aside])
        return Unchanged(kept, tuple(_amiss(old, new, found)))

    return Comparison(
        old,
        new,
        tuple(targets),
        tuple(_groups(old, new, [*every, *(may_touch if patterns or usage else ())], usage)),
        (
            *_notes(before, after, chosen),
            *unpinned.notes(old, before),
            *coverage.sentences(covered, *names),
            *(usage.doubts() if usage else ()),
        ),
        differences,
        _seed_rules(judge, [target.subject for target in targets if (target.dtype, target.mode) == _BEST_KNOWN]),
        covered,
        narrowed,
        tuple(may_touch),
        _left_to_pip(by_keras, aside, covered.subjects, in_doubt=in_doubt),
        unchanged,
    )


def _targets(judge: Judge, subjects: Collection[str]) -> Iterator[Target]:
    """Yield what became of each dtype and mode of some subjects that both sides recorded."""
    sides = [_names(facts) for facts in judge.facts]
    for target in sorted(target for target in sides[0].keys() | sides[1].keys() if _is_judged(target, sides)):
        if target[0] in subjects:
            properties = sorted(sides[0].get(target, set()) | sides[1].get(target, set()))
            yield Target(*target, tuple(sorted(judge.changes(*target, properties), key=_rank)))


def _parted(
    targets: list[Target], gone: list[Change], by_keras: Unpinned | None
) -> tuple[list[Target], list[Change], list[Change]]:
    """Return both without the changes that two Kerases make, which requirements leave to pip, and these."""
    if by_keras is None:
        return targets, gone, []
    every = [*(change for target in targets for change in target.changes), *gone]
    aside = {id(change): change for change in every if by_keras.makes(change)}
    left = [replace(t, changes=tuple(c for c in t.changes if id(c) not in aside)) for t in targets]
    return left, [change for change in gone if id(change) not in aside], list(aside.values())


def _left_to_pip(
    by_keras: Unpinned | None, aside: list[Change], subjects: Iterable[str], *, in_doubt: bool
) -> Unpinned | None:
    """Return the two Kerases with the number of findings that they make; None where nothing of Keras is asked."""
    if by_keras is None or not (in_doubt or any(_library(subject) == "keras" for subject in subjects)):
        return None
    return replace(by_keras, aside=len(set(map(kind, aside))))


_BEST_KNOWN = "float32", "eager"


def _is_judged(target: tuple[str, str, str], sides: Sequence[dict[tuple[str, str, str], set[str]]]) -> bool:
    """Return whether both sides recorded a target, or one side that it could not be observed to the end."""
    return all(target in side for side in sides) or any("observed" in side.get(target, ()) for side in sides)


def regrouped(comparison: Comparison, changes: list[Change]) -> Comparison:
    """Return a comparison that found only some of its changes."""
    usage = comparison.narrowed.usage if comparison.narrowed else None
    return replace(comparison, groups=tuple(_groups(comparison.old, comparison.new, changes, usage)))


def _seed_rules(judge: Judge, subjects: Sequence[str]) -> tuple[str, str] | None:
    """Return in words how the best-known of some subjects comes from its seed to its noise, on both sides."""
    for subject in sorted(subjects, key=lambda name: (not name.endswith(".Dropout"), name)):
        facts = [facts.get((subject, "float32", "eager", "stream")) for facts in judge.facts]
        if facts[0] is not None and facts[1] is not None:
            rules = judge.explainers[0].explain(facts[0]).rule, judge.explainers[1].explain(facts[1]).rule
            return rules[0].sentence, rules[1].sentence
    return None


def _names(facts: Iterable[tuple[str, str, str, str]]) -> dict[tuple[str, str, str], set[str]]:
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for subject, dtype, mode, name in facts:
        found[subject, dtype, mode].add(name)
    return found


# Groups ---------------------------------------------------------------------------------------------------------------

_ORDER = (Keeps.BROKE, Keeps.NEITHER, Keeps.UNDOCUMENTED, Keeps.BOTH, Keeps.FIXED)


_STOPS = ("config-refused", "gone", "raises", "rejects")
"""Codes of what ends in an exception, and not in something else that is done."""


def _rank(change: Change) -> tuple[int, int, str]:
    return -change.verdict.severity, _ORDER.index(change.keeps), change.property


def _groups(old: Side, new: Side, changes: list[Change], usage: Usage | None) -> Iterator[Group]:
    """Yield the groups of changes, worst first; of what is used, before what depends on how it is run.

    Of code they say where it names what they depend on.
    """
    collected: dict[tuple[object, ...], list[Change]] = defaultdict(list)
    for change in changes:
        collected[group_key(change)].append(change)
    groups = [_in_code(_group(old, new, members), usage) for members in collected.values()]
    narrowed = usage is not None

    def rank(group: Group) -> tuple[bool, int, bool, bool, int, int]:
        severity, keeps, _ = _rank(group.changes[0])
        depends, goes_on = (narrowed and _depends(group)), (narrowed and group.code not in _STOPS)
        return group.fixed, severity, depends, goes_on, keeps, -len(group.changes)

    yield from sorted(groups, key=rank)


def _depends(group: Group) -> bool:
    """Return whether it depends on how what is used is run whether a group of changes touches it."""
    return all(depends_on_run(change.property, change.mode, change.code) for change in group.seen)


def _in_code(group: Group, usage: Usage | None) -> Group:
    if usage is None or usage.runs is None or not group.condition:
        return group
    where = runs.told(usage.runs, ((change.mode, change.property) for change in group.seen))
    return replace(group, condition=f"{group.condition}{where}")


def _group(old: Side, new: Side, changes: list[Change]) -> Group:
    # The worst and most telling change speaks for the group.
    members = sorted(changes, key=lambda c: (_ORDER.index(c.keeps), _telling(c), c.subject, c.dtype, c.mode))
    told = seen(members)
    first = told[0]
    message, in_short = wording.message(old.name, new.name, told), briefly.briefly(told)
    if members[0].seen:
        message, in_short = f"{wording.may_touch(members)} {message}", wording.may_do(members, in_short)
    return Group(
        code=first.code,
        keeps=first.keeps,
        stage=earliest(change.stage for change in members),
        changes=tuple(members),
        message=message,
        remedy=wording.remedy(new.fingerprint, told),
        reproduce=wording.reproduce(old.name, new.name, told),
        script=scripts.script(first),
        differences=wording.differences(old.name, new.name, told),
        condition=briefly.condition(told),
        briefly=in_short,
    )


def _amiss(old: Side, new: Side, unchanged: list[list[Change]]) -> Iterator[Group]:
    """Yield what neither side keeps and does not change, worst first."""
    groups = [
        replace(_group(old, new, members), remedy=wording.remedy_of_amiss(new.fingerprint, members))
        for members in unchanged
    ]
    yield from sorted(groups, key=lambda group: (-group.verdict.severity, -len(group.changes)))


def _telling(change: Change) -> tuple[int, int, int]:
    """Rank what readers know best: Dropout in float32, eagerly."""
    return not change.subject.endswith(".Dropout"), change.dtype != "float32", change.mode != "eager"


# What is recorded on one side only ------------------------------------------------------------------------------------


def _library(subject: str) -> str:
    return subject.partition(".")[0]


def _gone(old: Fingerprint, new: Fingerprint) -> Iterator[Change]:
    """Yield the subjects that only the old side has, though their library was recorded on both."""
    libraries = {_library(subject) for subject in new.recorded}
    for subject in sorted(old.recorded.keys() - new.recorded.keys()):
        asked = not new.only or any(fnmatchcase(subject, pattern) for pattern in new.only)  # as the probe reads them
        if asked and _library(subject) in libraries:
            yield Change("gone", subject, "any", "any", "observed", Stage.LAYER, Keeps.UNDOCUMENTED, "there", None)


def _notes(old: Side, new: Side, chosen: Collection[str]) -> Iterator[str]:
    for side, other in ((old, new), (new, old)):
        if superseded.concerns(side.fingerprint) and not other.environment.early:
            yield superseded.NOTE.format(name=side.name)
    for one, other in ((old, new), (new, old)):
        libraries = {_library(subject) for subject in other.fingerprint.recorded}
        for library in sorted({_library(subject) for subject in one.fingerprint.recorded if subject in chosen}):
            if library not in libraries:
                yield f"{library} was recorded in {one.name} only, and is not compared."
    if old.fingerprint.only and old.fingerprint.only == new.fingerprint.only:
        of_keras = old.fingerprint.only == ("keras.*",)
        in_part = f"Both sides were recorded in part: {coverage.listed(old.fingerprint.only)}."
        yield "Only Keras was recorded of both sides: not tf.*, and not tf_keras." if of_keras else in_part
    else:
        for one in (old, new):
            if one.fingerprint.only:
                yield f"{one.name} was recorded in part: {coverage.listed(one.fingerprint.only)}."
    before = {_library(subject) for subject in old.fingerprint.recorded}
    added = [
        subject
        for subject in sorted(new.fingerprint.recorded.keys() - old.fingerprint.recorded.keys())
        if _library(subject) in before and subject in chosen and not old.fingerprint.only
    ]
    if added:
        yield f"{', '.join(added)} {'is' if len(added) == 1 else 'are'} there in {new.name} and not in {old.name}."


def _differences(old: Environment, new: Environment) -> Iterator[Difference]:
    for field in fields(Environment):
        values = getattr(old, field.name), getattr(new, field.name)
        if field.name in ("epsilon", "dtype_policy") and None in values:
            continue  # which is not known of an early recording, nor without Keras
        if values[0] != values[1]:
            yield Difference(field.name, *(wording.setting(value) for value in values))


def _other_probe(old: Side, new: Side) -> Group:
    probes = old.fingerprint.probe, new.fingerprint.probe
    change = Change("other-probe", "any", "any", "any", "observed", None, Keeps.UNDOCUMENTED, *probes)
    return Group(
        code=change.code,
        keeps=change.keeps,
        stage=None,
        changes=(change,),
        message=f"{old.name} was recorded by probe {probes[0]}, {new.name} by probe {probes[1]}.",
        remedy=CODES[change.code].remedy,
        reproduce="noise-ops record",
        script="",
    )
