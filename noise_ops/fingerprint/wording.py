"""Findings of a comparison in words: what was and what is, what to do, and how to see it again.

Texts from fingerprints are quoted as they are; whoever renders a message escapes it for its format.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence

from noise_ops import codes
from noise_ops.fingerprint import vocabulary
from noise_ops.fingerprint.changes import Change, Keeps
from noise_ops.fingerprint.facts import Fingerprint, Value
from noise_ops.fingerprint.rules import Explanation, Rule
from noise_ops.fingerprint.signatures import lost_arguments

_LONGEST = 120
_LISTED = 4
_LABELS = re.compile(r"[a-z-]{2,}")
_STATEFUL = {Rule.LEGACY, Rule.KERAS_2, Rule.UNSEEDED_LEGACY, Rule.UNSEEDED_GRAPH, Rule.UNSEEDED_NUMPY}


def message(old: str, new: str, changes: Sequence[Change]) -> str:
    """Return what changed, with the old and the new value, and where it is seen.

    Args:
      old: name of the side before.
      new: name of the side after.
      changes: changes of one kind, the most telling first.
    """
    if changes[0].code == "gone":
        return f"{', '.join(change.subject for change in changes)} was there in {old} and is not in {new}."
    return f"{_evidence(old, new, changes)}. Seen in {_where(changes)}."


def _evidence(old: str, new: str, changes: Sequence[Change]) -> str:
    first = changes[0]
    if first.rules is not None:
        return _rules(old, new, changes)
    if first.property.startswith("accepts"):
        return _arguments(old, new, changes)
    if first.property == "signature" and isinstance(first.old, tuple) and isinstance(first.new, tuple):
        return f"In {new}, {', '.join(lost_arguments(first.old, first.new)[:_LISTED])}"
    before, after = _pair(first)
    what = "" if first.property == "stream" else f" ({_named(changes)})"
    return f"{old}: {before}; {new}: {after}{what}"


def remedy(old: Fingerprint, new: Fingerprint, changes: Sequence[Change]) -> str:
    """Return what to do about a group of changes."""
    first = changes[0]
    if first.code == "raises":
        where = "under MirroredStrategy" if first.mode == "mirrored" else "so"
        return f"Skip this release if you use these layers {where}; `noise-ops bisect` names the releases that raise."
    if first.keeps is Keeps.FIXED:
        return "Nothing, unless something relies on what was: the new side does what is documented."
    advice = codes.code(first.code).remedy
    if first.code not in ("seed-rule", "seeded-by", "unseeded-stream"):
        return advice
    if first.rules and _turns_stateless(first.rules):
        advice += " tf.random.set_seed alone no longer decides: call keras.utils.set_random_seed."
    if _legacy_keeps_streams(old, new, changes):
        advice += " With tf_keras and TF_USE_LEGACY_KERAS=1 the streams stay as they were."
    return advice


def reproduce(old: str, new: str, change: Change) -> str:
    """Return the command line that shows a change again."""
    command = ["noise-ops", "compare", old, new]
    if change.subject != "any":
        command += ["--layer", change.subject]
    return shlex.join(command)


def shown(value: Value | None) -> str:
    """Return a fact's value in a few words."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return _counts(value)
    text = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f'"{text}"' if len(text) <= _LONGEST else f'"{text[: _LONGEST - 3]}..."'


def setting(value: object) -> str:
    """Return an entry of an environment as text."""
    if isinstance(value, Mapping):
        return " ".join(f"{name}={entry}" for name, entry in sorted(value.items())) or "none"
    return "not installed" if value is None else str(value)


def _counts(value: Mapping[str, int | tuple[int, ...]]) -> str:
    n = value.get("n")
    dropped, tails, sums = value.get("dropped"), value.get("tails"), value.get("sums")
    if not isinstance(n, int) or n == 0:
        return " ".join(f"{name} {number}" for name, number in sorted(value.items()))
    if isinstance(dropped, int):
        return f"drops {dropped / n:.4f} of {n}"
    if isinstance(tails, tuple) and isinstance(sums, tuple) and len(tails) > 4 and len(sums) > 1:
        return f"variance {sums[1] / 65536 / n:.4f}, {tails[4]} of {n} beyond 4.5 standard deviations"
    return f"{value.get('distinct')} distinct values of {n}, {value.get('zeros')} zeros"


def _where(changes: Sequence[Change]) -> str:
    """Say where a group of changes is seen, in a few words."""
    first = changes[0]
    subjects = list(dict.fromkeys(change.subject for change in changes))
    places = {(change.subject, change.dtype, change.mode) for change in changes}
    here = f"{first.subject} ({first.dtype}, {first.mode})"
    if len(places) == 1:
        return here
    more = f"{here} and {_more(len(places) - 1, 'place')}"
    if len(subjects) == 1:
        return more
    others = ", ".join(subject.rpartition(".")[2] for subject in subjects[1:_LISTED])
    return f"{more}: {others}" + (
        f" and {_more(len(subjects) - _LISTED, 'subject')}" if len(subjects) > _LISTED else ""
    )


def _more(number: int, noun: str) -> str:
    return f"{number} more {noun}" + ("s" if number > 1 else "")


def _named(changes: Sequence[Change]) -> str:
    """Name the properties that changed; of one alone, say what it is."""
    names = list(dict.fromkeys(change.property for change in changes))
    if len(names) > 1:
        return ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
    said = vocabulary.meaning(names[0]).sentence.rstrip(".").removeprefix("Labels of ").removeprefix("Labels, ")
    return f"{names[0]}: {said[:1].lower()}{said[1:]}"


def _pair(change: Change) -> tuple[str, str]:
    """Return both values in words; of long lists, only what differs."""
    old, new = change.old, change.new
    if isinstance(old, tuple) and isinstance(new, tuple) and len(old) + len(new) > 6:
        only = [[str(item) for item in one if item not in other] for one, other in ((old, new), (new, old))]
        return shown(tuple(only[0]) or "no such entry"), shown(tuple(only[1]) or "no such entry")
    if change.property == "stream":
        return _outcome(old), _outcome(new)
    if vocabulary.meaning(change.property).sentence.startswith("Labels"):
        return _labels(old), _labels(new)
    return shown(old), shown(new)


def _labels(value: Value | None) -> str:
    """Say in words which of several draws are the same: of "aabb", 1 = 2 and 3 = 4."""
    if not isinstance(value, str) or not _LABELS.fullmatch(value):
        return shown(value)
    equal = [
        " = ".join(str(number) for number, label in enumerate(value, 1) if label == letter)
        for letter in dict.fromkeys(value.replace("-", ""))
    ]
    shared = [numbers for numbers in equal if "=" in numbers]
    refused = [str(number) for number, label in enumerate(value, 1) if label == "-"]
    told = f"of {len(value)} draws, {' and '.join(shared)} are the same" if shared else "all draws differ"
    return told + (f", {', '.join(refused)} refused" if refused else "")


def _outcome(value: Value | None) -> str:
    """Say whether a layer works; digests would say nothing."""
    failed = isinstance(value, str) and value.startswith(("raises ", "hangs", "crashes: "))
    return str(shown(value)).strip('"') if failed else "works"


def _briefly(value: Value | None) -> str:
    """Return what an argument leads to, without the sentence of an exception."""
    raises = isinstance(value, str) and value.startswith("raises ")
    return str(value).partition(":")[0] if raises else shown(value)


def _arguments(old: str, new: str, changes: Sequence[Change]) -> str:
    """Say what arguments did and do, each once."""
    seen: dict[str, tuple[str, str]] = {}
    for change in changes:
        seen.setdefault(change.property.partition(" ")[2], (_briefly(change.old), _briefly(change.new)))
    texts = [f"{name} in {old}: {before}; in {new}: {after}" for name, (before, after) in list(seen.items())[:2]]
    rest = ", ".join(list(seen)[2:])
    return "; ".join(texts) + (f"; likewise {rest}" if rest else "")


def _rules(old: str, new: str, changes: Sequence[Change]) -> str:
    """Say which rules predict the streams of both sides, the most frequent pair first."""
    pairs = Counter(change.rules for change in changes if change.rules)
    by_rule = Counter({pair: count for pair, count in pairs.items() if pair})
    ranked = sorted(by_rule, key=lambda pair: (_seeded(pair), -by_rule[pair]))
    before, after = ranked[0]
    if before.rule is not after.rule:
        told = [f"{old}: {before.rule.sentence}; {new}: {after.rule.sentence}"]
        others = {(a.rule, b.rule) for a, b in ranked[1:]} - {(before.rule, after.rule)}
        told += [f"{_more(len(others), 'pair')} of rules, of layers without a seed" if others else ""]
        return "; ".join(part for part in told if part)
    what = f"{before.rule.sentence}, on both sides" if before.rule is not Rule.UNKNOWN else "the rule is not known"
    if before.engine != after.engine:
        return (
            f"{what}; the floats are made of the words as by {_engine(before)} in {old}, by {_engine(after)} in {new}"
        )
    if before.op != after.op:
        signed = [side for side, e in ((old, before), (new, after)) if e.op == "signed zeros"]
        return f"{what}; what is dropped is -0 or 0 in {signed[0]}, with the sign of the input, and 0 otherwise"
    stage = changes[0].stage
    return f"{what}; the {stage.value} stage moved" if stage else f"{what}; outputs at the same seed differ"


def _seeded(pair: tuple[Explanation, Explanation]) -> int:
    return sum(explanation.rule.value.startswith("unseeded") for explanation in pair)


def _engine(explanation: Explanation) -> str:
    return "XLA" if explanation.engine == "xla" else "the kernels"


def _turns_stateless(rules: tuple[Explanation, Explanation]) -> bool:
    return rules[0].rule in _STATEFUL and rules[1].rule in (Rule.KERAS_3, Rule.UNSEEDED_KERAS_3)


def _legacy_keeps_streams(old: Fingerprint, new: Fingerprint, changes: Sequence[Change]) -> bool:
    """Return whether tf_keras on the new side draws all of these streams as Keras does on the old one."""
    streams = [change for change in changes if change.property in ("stream", "unseeded_stream")]
    for change in streams:
        twin = new.recorded.get(f"tf_{change.subject}", {}).get(f"{change.dtype}/{change.mode}", {})
        if twin.get(change.property) != change.old:
            return False
    return bool(streams)
