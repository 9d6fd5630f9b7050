"""Deltas: what one change shows, in words that name no subject, so that equal words mean the same of every subject.

A change has one delta, or as many as a signature or a config has arguments or entries that differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from noise_ops.comparison.changes import Change
from noise_ops.comparison.configs import differences, entries
from noise_ops.comparison.signatures import added_arguments, lost_arguments
from noise_ops.comparison.streams import first_call
from noise_ops.findings import Stage
from noise_ops.fingerprint.facts import Value
from noise_ops.predictions.rules import Explanation, Rule
from noise_ops.properties.catalog import meaning

_LONGEST = 120
_LABELS = re.compile(r"[a-z-]{2,}")
_FAILED = ("raises ", "hangs", "crashes: ")
_MEANS: Mapping[str, Mapping[str, str]] = {
    "mode_draws_eager_stream": {
        "bits": "draws what eager execution draws, bit for bit",
        "close": "draws what eager execution draws, rounded otherwise",
        "mask": "drops what eager execution drops",
        "no": "draws other noise than eager execution",
    },
}
"""Values that say little by themselves, in words."""

_SEEDS = ("s", "s + 2**31 - 2", "s + 2**31 - 1", "s + 2**32")
_DRAWS = {"distant_seeds_differ": _SEEDS}
"""What the labels of a property stand for, where numbers would say too little."""


class Names(NamedTuple):
    """How the sides of a comparison are called."""

    old: str
    new: str


def deltas(names: Names, change: Change) -> tuple[str, ...]:
    """Return what a change shows, in words; one text for each thing that differs."""
    if change.rules is not None:
        return (_stream(names, change, change.rules),)
    listed = _LISTED.get(change.code)
    if listed is not None and isinstance(change.old, tuple) and isinstance(change.new, tuple):
        return tuple(listed(names, change))
    if change.property.startswith("accepts "):
        argument = change.property.partition(" ")[2]
        if change.old == change.new:
            return (f"{argument}: {_briefly(change.new)} on both sides",)
        return (f"{argument}: {_briefly(change.old)} in {names.old}, {_briefly(change.new)} in {names.new}",)
    before, after = _pair(change)
    failed = any(isinstance(value, str) and value.startswith(_FAILED) for value in (change.old, change.new))
    told = f"{names.old}: {before}; {names.new}: {after}" if change.old != change.new else f"both sides: {after}"
    if change.property == "stream" or (failed and " " not in change.property):
        return (told,)
    if change.code == "gate-masks" and change.old != change.new and all(map(_is_labels, (change.old, change.new))):
        return (f"{names.old}: {_gates(str(change.old))}; {names.new}: {_gates(str(change.new))}",)
    return (f"{told} ({_named(change.property)})",)


def shown(value: Value | None) -> str:
    """Return a fact's value in a few words."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return _counts(value)
    text = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f'"{text}"' if len(text) <= _LONGEST else f'"{text[: _LONGEST - 3]}..."'


# Lists of arguments and entries ---------------------------------------------------------------------------------------


def _lost(names: Names, change: Change) -> list[str]:
    assert isinstance(change.old, tuple)
    assert isinstance(change.new, tuple)
    return [f"{item} in {names.new}" for item in lost_arguments(change.old, change.new)]


def _added(names: Names, change: Change) -> list[str]:
    assert isinstance(change.old, tuple)
    assert isinstance(change.new, tuple)
    return [f"{item} is new in {names.new}" for item in added_arguments(change.old, change.new)]


def _entries(names: Names, change: Change) -> list[str]:
    assert isinstance(change.old, tuple)
    assert isinstance(change.new, tuple)
    return [f"{item} in {names.new}" for item in differences(change.old, change.new)]


def _refused(names: Names, change: Change) -> list[str]:
    assert isinstance(change.old, tuple)
    assert isinstance(change.beside, tuple)
    held = entries(change.old)
    unknown = " and ".join(held[str(name)] for name in change.beside)
    return [f"configs of {names.old} hold {unknown}, which the constructor of {names.new} does not take"]


_LISTED: Mapping[str, Callable[[Names, Change], list[str]]] = {
    "signature": _lost,
    "arguments-added": _added,
    "config": _entries,
    "config-refused": _refused,
}


# Values ---------------------------------------------------------------------------------------------------------------


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


def _named(property_name: str) -> str:
    said = meaning(property_name).shows.rstrip(".").removeprefix("Labels of ").removeprefix("Labels, ")
    return f"{property_name}: {said[:1].lower()}{said[1:]}"


def _pair(change: Change) -> tuple[str, str]:
    """Return both values in words; of long lists, only what differs."""
    old, new = change.old, change.new
    if isinstance(old, tuple) and isinstance(new, tuple) and len(old) + len(new) > 6:
        only = [[str(item) for item in one if item not in other] for one, other in ((old, new), (new, old))]
        return shown(tuple(only[0]) or "no such entry"), shown(tuple(only[1]) or "no such entry")
    if change.property == "stream" or any(str(value).startswith(_FAILED) for value in (old, new)):
        return _outcome(old), _outcome(new)
    if change.property in _MEANS:
        means = _MEANS[change.property]
        return means.get(str(old), shown(old)), means.get(str(new), shown(new))
    if change.property == "words_stream":
        later = "the first call draws the same words, later calls others"
        return ("some words", later if first_call(old) == first_call(new) else "others")
    if meaning(change.property).shows.startswith("Labels"):
        draws = _DRAWS.get(change.property)
        return _labels(old, draws), _labels(new, draws)
    return shown(old), shown(new)


def _labels(value: Value | None, draws: Sequence[str] | None) -> str:
    """Say in words which of several draws are the same: of "aabb", 1 = 2 and 3 = 4."""
    if not isinstance(value, str) or not _LABELS.fullmatch(value):
        return shown(value)
    called = draws if draws and len(draws) == len(value) else [str(number) for number in range(1, len(value) + 1)]
    equal = [
        (" and " if draws else " = ").join(name for name, label in zip(called, value, strict=True) if label == letter)
        for letter in dict.fromkeys(value.replace("-", ""))
    ]
    shared = [names for names in equal if names not in called]
    refused = [name for name, label in zip(called, value, strict=True) if label == "-"]
    several = "seeds" if draws else f"of {len(value)} draws,"
    told = (
        f"{several} {' and '.join(shared)} {'draw the same' if draws else 'are the same'}"
        if shared
        else "all draws differ"
    )
    return told + (f", {', '.join(refused)} refused" if refused else "")


def _is_labels(value: Value | None) -> bool:
    return isinstance(value, str) and value.isalpha()


def _gates(labels: str) -> str:
    """Say in words which gates of a recurrent layer share a mask: of "aaaa", all four."""
    number = {3: "three", 4: "four"}.get(len(labels), str(len(labels)))
    if len(set(labels)) == 1:
        return f"the {number} gates share one mask"
    if len(set(labels)) == len(labels):
        return f"each of the {number} gates has its own mask"
    return f"the {number} gates share {len(set(labels))} masks"


def equal_draws(change: Change) -> str:
    """Return which seeds of `distant_seeds_differ` draw the same on the new side; "" if none do."""
    labels = str(change.new)
    alike = [seed for seed, label in zip(_SEEDS, labels, strict=False) if labels.count(label) > 1 and label != "-"]
    return " and ".join(alike)


def _outcome(value: Value | None) -> str:
    """Say whether a layer works; digests would say nothing."""
    failed = isinstance(value, str) and value.startswith(_FAILED)
    return str(shown(value)).strip('"') if failed else "works"


def _briefly(value: Value | None) -> str:
    """Return what an argument leads to, without the sentence of an exception."""
    raises = isinstance(value, str) and value.startswith("raises ")
    return str(value).partition(":")[0] if raises else shown(value)


# Streams --------------------------------------------------------------------------------------------------------------


def _stream(names: Names, change: Change, rules: tuple[Explanation, Explanation]) -> str:
    """Say which rules predict the streams of both sides, and what differs between them."""
    before, after = rules
    if change.code == "rounding":
        known = after.rule if after.rule is not Rule.UNKNOWN else before.rule
        return f"{known.sentence}; same mask and counts, and the first units {_apart(change.beside)}"
    if before.rule is not after.rule:
        return f"{names.old}: {_said(before)}; {names.new}: {_said(after)}"
    what = f"{before.rule.sentence}, on both sides" if before.rule is not Rule.UNKNOWN else "the rule is not known"
    if before.engine != after.engine:
        made = f"by {_engine(before)} in {names.old}, by {_engine(after)} in {names.new}"
        return f"{what}; the floats are made of the words as {made}"
    if change.code == "signed-zeros":
        signed = names.old if before.op == "signed zeros" else names.new
        return f"{what}; what is dropped is -0 or 0 in {signed}, with the sign of the input, and 0 otherwise"
    if first_call(change.old) == first_call(change.new):
        return f"{what}; the first call draws the same, later calls other noise"
    if before.rule is not Rule.UNKNOWN and change.stage is Stage.SEED:
        return f"{what}; the noise is that of another place in this sequence"
    return f"{what}; the {change.stage.value} stage moved" if change.stage else f"{what}; outputs at one seed differ"


def _said(explanation: Explanation) -> str:
    return explanation.rule.sentence + (" (no seed is taken)" if explanation.rule.unseeded else "")


def _apart(ulps: Value | None) -> str:
    return f"differ by {ulps} ulp at most" if ulps else "are the same"


def _engine(explanation: Explanation) -> str:
    return "XLA" if explanation.engine == "xla" else "the kernels"
