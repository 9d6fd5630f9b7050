"""Signatures: what a call by an old one can no longer rely on, and what a new one takes besides."""

from __future__ import annotations

_BY_POSITION = 3
"""Arguments that people give by position; a later one that moves is given by name."""

Signature = tuple[object, ...]


def names(signature: Signature) -> list[str]:
    """Return the names of a signature's arguments, those with stars left out."""
    return [str(item).partition("=")[0] for item in signature if not str(item).startswith("*")]


def lost_arguments(old: Signature, new: Signature) -> list[str]:
    """Return what a call by the old signature can no longer rely on: arguments gone, moved, or of another default."""
    before, after = ([str(item) for item in side] for side in (old, new))
    named = [item.partition("=")[0] for item in after]
    lost = []
    for place, item in enumerate(before):
        name = item.partition("=")[0]
        if item.startswith("*"):
            lost += [] if item in after else [f"{item} is gone"]
        elif name not in named:
            lost.append(f"{name} is gone")
        elif item not in after:
            lost.append(f"{item} became {after[named.index(name)]}")
        elif named.index(name) != place < _BY_POSITION:
            lost.append(f"{name} moved")
    return lost


def added_arguments(old: Signature, new: Signature) -> list[str]:
    """Return the arguments that the new signature names and the old one did not, with defaults."""
    before = [str(item).partition("=")[0] for item in old]
    added = [str(item) for item in new if str(item).partition("=")[0] not in before]
    hidden = " (before, in **kwargs if at all)" if "**kwargs" in before else ""
    return [item + ("" if item.startswith("*") else hidden) for item in added]
