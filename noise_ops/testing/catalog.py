"""Every property that a user's layer is held to, by name, and which of them are asked of a law."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterable, Mapping

from noise_ops.laws.law import Law
from noise_ops.testing import (
    any_input,
    arguments,
    constructing,
    half,
    independence,
    modes,
    one_call,
    rates,
    seeding,
    statistics,
)
from noise_ops.testing.asking import Property
from noise_ops.testing.making import LayerError
from noise_ops.testing.subject import Narrowing

PROPERTIES: Mapping[str, Property] = {
    each.name: each
    for theme in (one_call, any_input, seeding, modes, arguments, rates, constructing, statistics, half, independence)
    for each in theme.PROPERTIES
}
"""Every property that a user's layer is held to, by name."""


def applying(law: Law, narrowing: Narrowing) -> list[Property]:
    """Return the properties that are asked of a law, and those of which `unasked` says why they are not.

    Raises:
      LayerError: if a name is none of a property, mode or dtype, if nothing of the law is asked, or if a property is
        named that the law's `observe` leaves unasked.
    """
    asked = narrowing.get("properties")
    if asked is None:
        wanted = [prop for prop in PROPERTIES.values() if prop.applies(law) or unasked(prop, law)[1]]
    else:
        wanted = [PROPERTIES[name] for name in named(dict.fromkeys(asked, ""))]
        for prop in wanted:
            why, is_gap = unasked(prop, law)
            if is_gap:
                raise LayerError(f"{prop.name} cannot be asked of {law!r}: {why}.")
    for axis, given in (("mode", narrowing.get("modes")), ("dtype", narrowing.get("dtypes"))):
        if given is not None:
            chosen = list(given)
            for each in chosen:
                _require(each, {getattr(prop, axis) for prop in PROPERTIES.values()}, axis)
            wanted = [prop for prop in wanted if getattr(prop, axis) in chosen]
    if not any(prop.applies(law) for prop in wanted):
        raise LayerError(f"none of these properties is asked of {law!r}.")
    return wanted


def unasked(prop: Property, law: Law) -> tuple[str, bool]:
    """Return why a property is not asked of a law, "" if it is, and whether it is so for the law's `observe` alone."""
    if prop.applies(law):
        return "", False
    if law.observe is not None:
        plain = copy.copy(law)
        object.__setattr__(plain, "observe", None)  # of a law of the user's own, whose constructor is not known
        if prop.applies(plain):
            return "under observe= only how often a state is one is judged, and that states are independent", True
    return "its law promises nothing of it", False


def named(reasons: Mapping[str, str] | None) -> Mapping[str, str]:
    """Return reasons by the names of properties, each of which there is.

    Raises:
      LayerError: if there is none of a name; the message has the nearest ones.
    """
    for name in reasons or {}:
        _require(name, PROPERTIES, "property")
    return reasons or {}


def _require(name: str, known: Iterable[str], what: str) -> None:
    every = sorted(known)
    if name not in every:
        near = difflib.get_close_matches(str(name), every, 3) or every
        raise LayerError(f"there is no {what} {name!r}; there are {', '.join(near)}.")
