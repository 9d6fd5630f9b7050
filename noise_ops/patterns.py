"""The one way in which a user names layers, properties, dtypes and modes: from a pattern to the names that it means.

    Dropout              the last part of a full name, in any case; LSTM means LSTM(dropout) and LSTM(recurrent_dropout)
    keras.layers.Dropout a full name, in any case; tf.keras.layers.Dropout is the same
    LSTM.dropout         LSTM(dropout), which a shell would not take without quotes
    LSTM*  *Dropout      as in a shell: first of full names, then of last parts; in its own case, or else in any

A pattern that means nothing is an error, never an empty selection: nothing would be asked, and all would be well.
Names that are no patterns, such as those of options and attributes, are met by `meant`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from types import MappingProxyType

from noise_ops.errors import UserError

Forms = Callable[[str], tuple[Sequence[str], Sequence[str]]]
"""Takes a name to how it is written in full, and to its shorter forms."""

_WILD = re.compile(r"[*?\[\]]")
_LONGEST = 60
_NEAR = 0.7
_NEAREST = 3
_TELLING = 3
"""Letters from which on a part of a name is near to it."""

PROFILES = ("quick", "default", "thorough", "soak")
"""How much a run can ask, from little to much."""


class NoSuchNameError(UserError, ValueError):
    """A pattern means nothing here; the message is one sentence that names the nearest, where anything is near."""


def subject_forms(name: str) -> tuple[list[str], list[str]]:
    """Return the forms of a subject: of keras.layers.LSTM(dropout), LSTM(dropout), LSTM.dropout and LSTM are short."""
    base, _, variant = name.rstrip(")").partition("(")
    parts = base.split(".")
    tails = [".".join(parts[start:]) for start in range(len(parts))]
    forms = [[tail, *((f"{tail}({variant})", f"{tail}.{variant}") if variant else ())] for tail in tails]
    return forms[0], [form for of_tail in forms[1:] for form in of_tail]


def property_forms(name: str) -> tuple[list[str], list[str]]:
    """Return the forms of a property: "accepts rate=1", and its first word."""
    return [name], [name.partition(" ")[0]]


def plain_forms(name: str) -> tuple[list[str], list[str]]:
    """Return the one form of a dtype or mode."""
    return [name], []


def matching(pattern: str, names: Iterable[str], forms: Forms = subject_forms) -> list[str]:
    """Return the names that a pattern means, in their order; none if it means nothing."""
    known = {name: forms(name) for name in names}
    wanted = _unaliased(pattern.strip())
    if not wanted:
        return []
    if not _WILD.search(wanted):
        lowered = wanted.lower()
        return [name for name, (full, short) in known.items() if lowered in map(str.lower, (*full, *short))]
    for fold in (str, str.lower):
        for which in (0, 1):
            found = [name for name in known if any(fnmatchcase(fold(f), fold(wanted)) for f in known[name][which])]
            if found:
                return found
    return []


def _unaliased(pattern: str) -> str:
    return pattern[len("tf.") :] if pattern.lower().startswith("tf.keras.") else pattern


def required(
    pattern: str, names: Iterable[str], noun: str, *, where: str = "here", forms: Forms = subject_forms
) -> list[str]:
    """Return the names that a pattern means.

    Args:
      pattern: what the user wrote.
      names: what there is.
      noun: what it is called in the message: "layer", "property".
      where: where there is none of that name, in the message.
      forms: how the names are written.

    Raises:
      NoSuchNameError: if it means nothing.
    """
    known = list(names)
    if found := matching(pattern, known, forms):
        return found
    if not pattern.strip():
        raise NoSuchNameError(f"the name of a {noun} is empty; leave the option out to ask of every {noun}.")
    raise NoSuchNameError(f"there is no {noun} {quoted(pattern)} {where}{_advice(pattern, known, forms)}.")


def selected(
    patterns: Sequence[str],
    names: Iterable[str],
    noun: str = "layer",
    *,
    where: str = "here",
    forms: Forms = subject_forms,
) -> list[str]:
    """Return the names that some patterns mean together, each once and in the order of `names`; all without patterns.

    Raises:
      NoSuchNameError: if one of the patterns means nothing.
    """
    known = list(names)
    meant = {name for pattern in patterns for name in required(pattern, known, noun, where=where, forms=forms)}
    return [name for name in known if name in meant] if patterns else known


AXES: Mapping[str, Forms] = MappingProxyType(
    {"layer": subject_forms, "dtype": plain_forms, "mode": plain_forms, "property": plain_forms}
)
"""What a run of checks is narrowed by, with the forms of its names."""


def narrowed(asked: Mapping[str, Sequence[str]], items: Sequence[Mapping[str, str]]) -> list[bool]:
    """Return of each item whether it is selected.

    Args:
      asked: the patterns of each of `AXES`; none for all.
      items: what there is of each axis that is asked.

    Raises:
      NoSuchNameError: if a pattern means nothing, alone or together with the other options.
    """
    axes = [axis for axis in AXES if asked.get(axis)]
    meant = {axis: _meant(axis, asked[axis], items) for axis in axes}
    chosen = [all(item[axis] in meant[axis] for axis in axes) for item in items]
    options = " ".join(f"--{axis} {quoted(pattern)}" for axis in axes for pattern in asked[axis])
    if not any(chosen):
        raise NoSuchNameError(f"No check has all of these: {options or 'there is none at all'}.")
    for axis in axes:
        left = dict.fromkeys(item[axis] for item, wanted in zip(items, chosen, strict=True) if wanted)
        for pattern in asked[axis]:
            if not matching(pattern, left, AXES[axis]):
                raise NoSuchNameError(f"No check has --{axis} {quoted(pattern)} together with the rest of {options}.")
    return chosen


def _meant(axis: str, asked: Sequence[str], items: Sequence[Mapping[str, str]]) -> set[str]:
    return set(selected(asked, dict.fromkeys(item[axis] for item in items), axis, forms=AXES[axis]))


def nearest(pattern: str, names: Iterable[str], forms: Forms = subject_forms) -> list[str]:
    """Return up to three names that a user may have meant, the nearest first; none where nothing is near.

    Near is what has a last part like that of the pattern: all names of a library begin alike. They are told as the
    pattern is written, in full or by their last parts.
    """
    wanted = _WILD.sub("", _unaliased(pattern.strip())).lower()[:_LONGEST]
    dotted = "." in wanted.partition("(")[0]
    ranked: dict[str, float] = {}
    for name in names:
        full, short = forms(name)
        last = [form for form in (*full, *short) if "." not in form] or list(full)
        likeness = max(_likeness(part, form) for form in last for part in ([wanted] if form in full else _last(wanted)))
        if likeness >= _NEAR or _is_part(wanted, (*full, *short)):
            best = max(_likeness(wanted, form) for form in (*full, *short))
            ranked.update({name: best} if dotted else {form: _likeness(wanted, form) for form in last})
    return sorted(ranked, key=lambda form: (-ranked[form], form))[:_NEAREST]


def _last(text: str) -> tuple[str, str]:
    """Return the last part of a name, with and without what is called with it: Dropout(0.3), Dropout."""
    name, opened, arguments = text.partition("(")
    last = name.rpartition(".")[2]
    return last + opened + arguments, last


def _likeness(wanted: str, form: str) -> float:
    return difflib.SequenceMatcher(None, wanted, form.lower()).ratio()


def _is_part(wanted: str, forms: Iterable[str]) -> bool:
    return len(wanted) >= _TELLING and any(wanted in form.lower() for form in forms)


def _advice(pattern: str, names: Sequence[str], forms: Forms) -> str:
    near = [quoted(form) for form in nearest(pattern, names, forms)]
    if not near:
        return ""
    *others, last = near
    return f"; the nearest are {', '.join(others)} and {last}" if others else f"; the nearest known one is {last}"


def meant(name: str, known: Iterable[str]) -> str:
    """Return which known name may be meant, as the end of a sentence; "" if none is near."""
    near = difflib.get_close_matches(name, list(known), 1)
    return f"; did you mean {near[0]}?" if near else ""


def no_attribute(module: str, name: str, known: Iterable[str]) -> AttributeError:
    """Return the error of a module that lacks an attribute; the message names the nearest of those that it has."""
    # Python and its tools ask for names that begin with "_", and expect none.
    near = "" if name.startswith("_") else meant(name, known)
    return AttributeError(f"module {module!r} has no attribute {name!r}{near}", name=name)


def quoted(text: str) -> str:
    """Return what a user wrote, as it can be printed in a sentence."""
    return repr(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}...")


def listed(names: Sequence[str], limit: int = 3) -> str:
    """Return names as the part of a sentence: the first of them, and how many more there are."""
    shown, more = list(names[:limit]), len(names) - limit
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(part for part in (", ".join(shown[:-1]), *shown[-1:]) if part)
