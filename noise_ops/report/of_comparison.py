"""The page of an upgrade: is it safe to merge, what changes, and who may stop reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from noise_ops import not_asked
from noise_ops.comparison import wording
from noise_ops.comparison.changes import Keeps
from noise_ops.comparison.expected import Outcome
from noise_ops.comparison.groups import Comparison, Group, in_words
from noise_ops.expected.words import failures, told, unobserved
from noise_ops.findings import Stage, Verdict
from noise_ops.report import figures, headline
from noise_ops.report.advice import advice
from noise_ops.report.page import AMISS, ANY, NOT_OF_THIS, Entry, Page
from noise_ops.version import __version__
from noise_ops.words import count

QUESTION = "Safe to merge?"
AS_RECORDED = "Is what is installed as recorded?"
STOP = "You can stop reading if you do not seed your layers."

_LIBRARIES = (("TensorFlow", "tensorflow"), ("Keras", "keras"), ("tf_keras", "tf_keras"))
_SIDES = {
    Keeps.BROKE: "{new} breaks what {old} kept",
    Keeps.FIXED: "{new} does {rule}, and {old} did not",
    Keeps.NEITHER: "neither side does {rule}",
    Keeps.BOTH: "both sides do {rule}",
    Keeps.UNDOCUMENTED: "nothing is documented of it",
}


def page(outcome: Outcome) -> Page:
    """Return the page of a comparison from which expected findings are taken out."""
    comparison = outcome.comparison
    only_streams = outcome.verdict is Verdict.STREAM_CHANGED
    ends_here = only_streams and not outcome.accepted and not outcome.expired
    names = comparison.old.name, comparison.new.name
    return Page(
        title=f"{comparison.old.name} → {comparison.new.name}{_for_whom(comparison)}",
        caveats=tuple(filter(None, (comparison.old.note, comparison.new.note))),
        setting=tuple(_setting(comparison)),
        question=_question(comparison),
        answer=headline.answer(outcome),
        verdict=headline.weight(outcome),
        table=_table(comparison),
        entries=tuple(entry(group, *names) for group in comparison.groups),
        expected=tuple(entry(group, *names) for group in outcome.accepted),
        failures=tuple(failures(outcome.expired)),
        notes=tuple(_notes(outcome)),
        advice=advice(outcome),
        stop=STOP if ends_here and not headline.in_part(comparison) and not comparison.same_versions else "",
        amiss=tuple(replace(entry(group, *names), side=AMISS) for group in comparison.amiss),
        asks_amiss=comparison.same_versions,
    )


def _question(comparison: Comparison) -> str:
    if not comparison.same_versions:
        return QUESTION
    return AS_RECORDED if comparison.new.name == "installed" else f"Is {comparison.new.name} as recorded?"


def _for_whom(comparison: Comparison) -> str:
    if comparison.narrowed is None:
        return ""
    usage = comparison.narrowed.usage
    return f", for {usage.scope()} ({count(usage.number, 'subject')})"


def side(keeps: Keeps, old: str, new: str, whose: str = "") -> str:
    """Say which side of an upgrade keeps what is documented, or the rule of whoever else has one."""
    return _SIDES[keeps].format(old=old, new=new, rule=f"as {whose} say" if whose else "what is documented")


def _setting(comparison: Comparison) -> Iterator[str]:
    old, new = comparison.old.environment, comparison.new.environment
    versions = (f"{title} {_step(getattr(old, name), getattr(new, name))}" for title, name in _LIBRARIES)
    yield " · ".join((f"noise_ops {__version__}", *versions))
    others = [
        f"{difference.name} {difference.old} → {difference.new}"
        for difference in comparison.differences
        if difference.name not in ("tensorflow", "keras", "tf_keras", "distribution")
    ]
    if others:
        yield "Differs as well, and may be the reason: " + ", ".join(others)


def _step(old: str | None, new: str | None) -> str:
    before, after = wording.setting(old), wording.setting(new)
    return before if before == after else f"{before} → {after}"


def _table(comparison: Comparison) -> tuple[tuple[str, ...], ...]:
    """Return a row a subject that changed: the worst of its dtypes and modes."""
    rows = []
    may = [change for group in comparison.groups if group.unrecorded for change in group.changes]
    of_targets = [change for target in comparison.targets for change in target.changes]
    for subject in sorted({change.subject for change in (*of_targets, *may)}):
        changes = [change for change in (*of_targets, *may) if change.subject == subject]
        if changes:
            codes = ", ".join(dict.fromkeys(change.code for change in changes))
            rows.append((subject, in_words(changes), codes))
    return (("subject", "worst verdict", "findings"), *rows) if rows else ()


def entry(group: Group, old: str, new: str) -> Entry:
    """Return a finding of an upgrade, told.

    Args:
      group: the finding.
      old: what the side before is called.
      new: the side after.
    """
    return Entry(
        verdict=group.verdict,
        code=group.code,
        title=group.meaning.sentence,
        message=group.message,
        places=group.seen_in,
        stage=group.stage.value if isinstance(group.stage, Stage) else "",
        side=group.keeps.value,
        kept=side(group.keeps, old, new, group.meaning.rule) if group.places[0][0] != ANY and not group.hides else "",
        reason=group.meaning.reason,
        remedy=group.remedy,
        reproduce=group.reproduce,
        script=group.script,
        differences=tuple(_differences(group)),
        figures=figures.of_group(group, old, new),
        condition=group.condition,
        briefly=group.briefly,
    )


def _differences(group: Group) -> Iterator[str]:
    if len(group.differences) > 1:
        yield from (f"{text}: {', '.join(subjects)}" for text, subjects in group.differences)


def _notes(outcome: Outcome) -> Iterator[str]:
    """Yield sentences, those first that somebody is to act on: of a screen the last are given up first."""
    comparison = outcome.comparison
    for entry, number in outcome.met:
        until = entry.expires.isoformat()
        yield f"Expected until {until}, and seen in {count(number, 'place')}: {told(entry)}."
    yield from unobserved(outcome.unobserved)
    for entry in outcome.mended:
        yield f"Mended: {told(entry)} needs no entry; take it out."
    if comparison.amiss and not comparison.same_versions:
        yield f"{NOT_OF_THIS.format(count(len(comparison.amiss), 'thing'))}."
    yield from _seeds(comparison)
    yield from comparison.notes
    yield not_asked.sentence(not_asked.BY_RECORDS)


def _seeds(comparison: Comparison) -> Iterator[str]:
    """Name the seed rule where none changed; where one did, a finding says so."""
    if comparison.seed_rules and not any(group.code == "seed-rule" for group in comparison.groups):
        old, new = comparison.seed_rules
        yield f"Seed rule, on both sides: {old}." if old == new else f"Seed rules: {old}; now {new}."
