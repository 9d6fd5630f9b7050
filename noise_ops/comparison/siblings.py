"""What was not recorded of a subject and was of a sibling: what is found there may touch the subject as well.

LSTM(recurrent_dropout) was not run under MirroredStrategy; LSTM(dropout), which raises there in one release, was. Of
LSTMCell nothing was recorded, and LSTM stands for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from noise_ops.comparison.changes import Change
from noise_ops.fingerprint.facts import Fact
from noise_ops.subjects.classes import ATTENTION, GATES, KERAS_LAYERS
from noise_ops.usage import kin
from noise_ops.verdicts import Verdict

Key = tuple[str, str, str, str]
Facts = tuple[Mapping[Key, Fact], Mapping[Key, Fact]]

_FAMILIES = {
    **{entry.class_name: entry.op for entry in KERAS_LAYERS},
    **dict.fromkeys(GATES, "recurrent"),
    **dict.fromkeys(ATTENTION, "attention"),
}
_GRAVE = Verdict.CONTRACT_CHANGED.severity
"""What else is seen of a sibling are its own bits, of which nobody is told that they are another layer's."""


def siblings(subject: str, known: Iterable[str]) -> list[str]:
    """Return the subjects of the same library and family of layers: variants of the same class first."""
    library, name, variant = _parts(subject)
    family = _FAMILIES.get(name)
    near = [each for each in known if each != subject and family and _family(each) == (library, family)]
    return sorted(near, key=lambda each: (_parts(each)[1] != name, _parts(each)[2] != variant, each))


def sources(facts: Facts, subjects: Collection[str]) -> dict[Key, Key]:
    """Return what was not recorded of some subjects on both sides, each with what a sibling recorded in its place.

    A variant of the same class stands in for whatever the subject lacks; another class of the family for a mode that
    was not recorded of the subject at all, since its properties are its own. For what is in no record its twin does.

    Args:
      facts: the facts of both sides, of every subject.
      subjects: those of which it is asked.
    """
    by_subject: dict[str, dict[Key, None]] = {}
    for key in (*facts[0], *facts[1]):
        by_subject.setdefault(key[0], {})[key] = None
    found: dict[Key, Key] = {}
    for subject in subjects:
        recorded = subject if subject in by_subject else kin.twin(subject)
        modes = {key[2] for key in by_subject.get(recorded, ())}
        _, name, variant = _parts(recorded)
        for sibling in stand_ins(subject, by_subject) if modes else ():
            _, other, theirs = _parts(sibling)
            for key in by_subject[sibling]:
                own = _translated(key[3], theirs, variant)
                lacking = other == name and _lacks(facts, (recorded, key[1], key[2], own))
                if sibling == recorded or key[2] not in modes or lacking:
                    found.setdefault((subject, key[1], key[2], own), key)
    return found


def of_twins(facts: Facts, lent: Mapping[Key, Key], recorded: Collection[str]) -> dict[Key, Key]:
    """Return what is lent to subjects that are in no record by their twins, where both sides recorded these."""
    found = {own: s for own, s in lent.items() if own[0] not in recorded and s[0] == kin.twin(own[0])}
    both = {own[0] for own, source in found.items() if all(source in of_side for of_side in facts)}
    return {own: source for own, source in found.items() if own[0] in both}


def stand_ins(subject: str, known: Collection[str]) -> list[str]:
    """Return the subjects that may show what was not recorded of one, the nearest first."""
    recorded = subject if subject in known else kin.twin(subject)
    return [*([recorded] if recorded != subject and recorded in known else []), *siblings(recorded, known)]


def with_sources(facts: Facts, lent: Mapping[Key, Key]) -> Facts:
    """Return facts and, in the place of what is lacking, those of siblings."""
    old, new = ({**of_side, **{k: of_side[s] for k, s in lent.items() if s in of_side}} for of_side in facts)
    return old, new


def lent(found: Mapping[Key, Key], changes: Iterable[Change]) -> Iterator[Change]:
    """Yield what may touch subjects: changes of the law or of a contract, or that cannot be told, seen of siblings.

    Of what is in no record, other streams as well: nothing else is known of its own.

    Args:
      found: as `sources` returns it.
      changes: everything that changed, of siblings too.
    """
    seen: dict[Key, list[Change]] = {}
    for change in changes:
        if change.code != "gone":
            seen.setdefault((change.subject, change.dtype, change.mode, change.property), []).append(change)
    for own, source in found.items():
        for change in seen.get(source, ()):
            if change.verdict.severity >= _GRAVE or kin.named(own[0]):
                yield replace(change, subject=own[0], property=own[3], seen=change)


def _lacks(facts: Facts, own: Key) -> bool:
    """Return whether a side did not record something, though the subject itself does not raise there."""
    if all(own in of_side for of_side in facts):
        return False
    streams = (of_side.get((*own[:3], "stream")) for of_side in facts)
    return not any(stream is not None and (stream.raised or stream.fate) for stream in streams)


def _family(subject: str) -> tuple[str, str | None]:
    library, name, _ = _parts(subject)
    return library, _FAMILIES.get(name)


def _parts(subject: str) -> tuple[str, str, str]:
    """Return the library, the class and the variant of a subject such as "keras.layers.LSTM(dropout)"."""
    path, _, variant = subject.partition("(")
    return path.partition(".")[0], path.rpartition(".")[2], variant.rstrip(")")


def _translated(property_name: str, theirs: str, own: str) -> str:
    """Return the property of a variant that stands for another's: of "accepts dropout=1" that of its own argument."""
    return property_name.replace(f" {theirs}=", f" {own}=") if theirs and own else property_name
