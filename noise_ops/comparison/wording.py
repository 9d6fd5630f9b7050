"""Findings of a comparison in words: what was and what is, what to do, and how to see it again.

Texts from fingerprints are quoted as they are; whoever renders a message escapes it for its format.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from noise_ops.codes import CODES
from noise_ops.comparison import briefly, later
from noise_ops.comparison.changes import Change, Keeps
from noise_ops.comparison.deltas import Names, deltas, shown
from noise_ops.comparison.later import Outlook
from noise_ops.findings import Verdict
from noise_ops.fingerprint.facts import Fingerprint
from noise_ops.patterns import listed
from noise_ops.predictions.rules import Explanation, Rule
from noise_ops.usage import kin
from noise_ops.words import count

_LISTED = 4
_TOLD = 6
"""Differences that a message tells; --details tells all."""

__all__ = ["differences", "message", "remedy", "reproduce", "setting", "shown"]


def differences(old: str, new: str, changes: Sequence[Change]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what a group of changes shows: each difference once, with the subjects whose own facts show it.

    Args:
      old: name of the side before.
      new: name of the side after.
      changes: changes of one kind, the most telling first.
    """
    found: dict[str, dict[str, None]] = {}
    ways = _ways(old, new, changes)
    for change in changes:
        for delta in deltas(Names(old, new), change):
            found.setdefault(f"{delta}{ways.get((change.subject, delta), '')}", {})[change.subject] = None
    return tuple((delta, tuple(subjects)) for delta, subjects in found.items())


def _ways(old: str, new: str, changes: Sequence[Change]) -> dict[tuple[str, str], str]:
    """Return in which implementations of a subject its gates do one thing, which their delta does not say."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for change in changes:
        name, _, way = change.property.partition(" ")
        if change.code == "gate-masks" and name == "gate_masks" and way:
            for delta in deltas(Names(old, new), change):
                found.setdefault((change.subject, delta), {})[way] = None
    return {
        key: f" ({next(iter(each)).partition('=')[0]} {listed(sorted(way.partition('=')[2] for way in each))})"
        for key, each in found.items()
    }


def message(old: str, new: str, changes: Sequence[Change]) -> str:
    """Return what changed, with the old and the new value, and where it is seen; arguments as of `differences`."""
    if changes[0].code == "gone":
        return f"{', '.join(change.subject for change in changes)} was there in {old} and is not in {new}."
    told = differences(old, new, changes)
    if len(told) == 1:
        return f"{_upper(told[0][0])}. Seen in {_where(changes)}."
    texts = [f"{_named(subjects)}: {'; '.join(alike)}" for subjects, alike in _by_subjects(told[:_TOLD]).items()]
    rest = f". {count(len(told) - _TOLD, 'more difference')}, which the details list" if len(told) > _TOLD else ""
    return f"{'. '.join(texts)}{rest}. Seen in {_where(changes)}."


def may_touch(changes: Sequence[Change]) -> str:
    """Return the sentence that says of which subjects something was not recorded, and of which siblings it is seen."""
    if twins := _twins(changes):
        return f"Seen in {twins}."
    own, siblings = _sides(changes)
    place = briefly.where(changes)[1] or f"for {listed(list(dict.fromkeys(change.property for change in changes)))}"
    return f"May touch {own}, not recorded {place}, where it is seen of {siblings}."


def may_do(changes: Sequence[Change], seen: str) -> str:
    """Return what the new side may do, in a few words, of what is seen of siblings."""
    if twins := _twins(changes):
        return f"{seen} (seen in {twins})"
    own, siblings = _sides(changes)
    return f"{seen} of {siblings}; may touch {own}, not recorded there"


def _twins(changes: Sequence[Change]) -> str:
    """Return the classes that show a group of changes and run those that it is told of; "" if these are others."""
    seen = {kin.class_of(change.seen.subject) for change in changes if change.seen}
    return kin.told(change.subject for change in changes) if seen == _of_twins(changes) else ""


def _of_twins(changes: Sequence[Change]) -> set[str]:
    found = [kin.named(change.subject) for change in changes]
    return {each.twin for each in found if each} if all(found) else set()


def _sides(changes: Sequence[Change]) -> tuple[str, str]:
    own, siblings = (
        _named(list(dict.fromkeys(subjects)))
        for subjects in ([c.subject for c in changes], [c.seen.subject for c in changes if c.seen])
    )
    return own.removeprefix("keras.layers."), siblings.removeprefix("keras.layers.")


def _by_subjects(told: Sequence[tuple[str, tuple[str, ...]]]) -> dict[tuple[str, ...], list[str]]:
    """Put differences together that the same subjects show."""
    found: dict[tuple[str, ...], list[str]] = {}
    for delta, subjects in told:
        found.setdefault(subjects, []).append(delta)
    return found


def remedy(new: Fingerprint, changes: Sequence[Change]) -> str:
    """Return what to do about a group of changes."""
    first = changes[0]
    if first.keeps is Keeps.FIXED:
        return _of_mended(first)
    if first.code == "raises":
        return _avoid(changes, later.outlook(new, changes))
    if first.code == "modes-part" and first.new == "bits":
        return "Nothing: both draw one stream now, and a finding of its own tells which golden values to refresh."
    if first.code == "config" and all(_only_gains(change) for change in changes):
        return "Nothing for models that are saved already; the old side may not load those that the new one saves."
    advice = CODES[first.code].remedy
    if first.keeps is Keeps.BROKE:
        return f"{advice}{_outlook(later.outlook(new, changes))}"
    if first.code not in ("seed-rule", "seeded-by", "unseeded-stream"):
        return advice
    if first.rules and _turns_stateless(first.rules):
        advice += " tf.random.set_seed alone no longer decides: call keras.utils.set_random_seed."
    if _legacy_keeps_streams(new, changes):
        advice += " With tf_keras and TF_USE_LEGACY_KERAS=1 the streams stay as they were."
    return advice


def _of_mended(first: Change) -> str:
    if CODES[first.code].rule:
        return CODES[first.code].remedy
    other = ", and training under it is another" if first.verdict is Verdict.LAW_CHANGED else ""
    return f"Nothing, unless something relies on what was: the new side does what is documented{other}."


def remedy_of_amiss(new: Fingerprint, changes: Sequence[Change]) -> str:
    """Return what to do about what neither side keeps; arguments as of `remedy`."""
    return (
        f"Do without it: the step from one side to the other does not mend it.{_outlook(later.outlook(new, changes))}"
    )


def _avoid(changes: Sequence[Change], found: Outlook | None) -> str:
    """Say what to do about what raises: skip the release where a later one works, avoid the call where none does."""
    argument = changes[0].property.partition(" ")[2]
    how = f" with {argument}" if "=" in argument else f" {where}" if (where := briefly.where(changes)[1]) else ""
    if found is None:
        return f"Do not use these layers{how}, or keep the old release; no later one is shipped."
    if found.mended:
        return f"Skip this release if you use these layers{how}: from {found.mended} on it works; compare that one too."

    if found.lasting:
        return f"Do not use these layers{how}, or keep the old release: no shipped one up to {found.newest} mends it."
    return f"Do not use these layers{how}; `noise-ops bisect` names the releases that raise."


def _outlook(found: Outlook | None) -> str:
    if found and found.mended:
        return f" It is mended from {found.mended} on."
    return f" No later shipped release, up to {found.newest}, mends it." if found and found.lasting else ""


def reproduce(old: str, new: str, changes: Sequence[Change]) -> str:
    """Return the command line that shows changes again: of their subjects, or of all where these are many."""
    command = ["noise-ops", "compare", old, new]
    subjects = [subject for subject in dict.fromkeys(change.subject for change in changes) if subject != "any"]
    if len(subjects) <= _LISTED:
        command += [part for subject in subjects for part in ("--layer", subject)]
    return shlex.join(command)


def setting(value: object) -> str:
    """Return an entry of an environment as text."""
    if isinstance(value, Mapping):
        return " ".join(f"{name}={entry}" for name, entry in sorted(value.items())) or "none"
    return "not installed" if value is None else str(value)


def _where(changes: Sequence[Change]) -> str:
    """Say where a group of changes is seen, in a few words."""
    first = changes[0]
    subjects = list(dict.fromkeys(change.subject for change in changes))
    places = {(change.subject, change.dtype, change.mode) for change in changes}
    here = f"{first.subject} ({first.dtype}, {first.mode})"
    if len(places) == 1:
        return here
    more = f"{here} and {count(len(places) - 1, 'more place')}"
    return more if len(subjects) == 1 else f"{more}: {_named(subjects[1:])}"


def _named(subjects: Sequence[str]) -> str:
    """Name subjects, those of `tf.keras` without their path."""
    named = ", ".join(subject.removeprefix("keras.layers.") for subject in subjects[:_LISTED])
    return named + (f" and {count(len(subjects) - _LISTED, 'more subject')}" if len(subjects) > _LISTED else "")


def _upper(text: str) -> str:
    """Return a sentence with its first letter upper-case, unless it starts with a name."""
    return f"{text[0].upper()}{text[1:]}" if text.startswith(("the ", "configs ")) else text


def _only_gains(change: Change) -> bool:
    return isinstance(change.old, tuple) and isinstance(change.new, tuple) and set(change.old) <= set(change.new)


def _turns_stateless(rules: tuple[Explanation, Explanation]) -> bool:
    return rules[0].rule.stateful and rules[1].rule in (Rule.KERAS_3, Rule.UNSEEDED_KERAS_3)


def _legacy_keeps_streams(new: Fingerprint, changes: Sequence[Change]) -> bool:
    """Return whether tf_keras on the new side draws all of these streams as Keras does on the old one."""
    streams = [change for change in changes if change.property in ("stream", "unseeded_stream")]
    for change in streams:
        twin = new.recorded.get(f"tf_{change.subject}", {}).get(f"{change.dtype}/{change.mode}", {})
        if twin.get(change.property) != change.old:
            return False
    return bool(streams)
