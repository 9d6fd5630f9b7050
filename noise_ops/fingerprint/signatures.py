"""Signatures: what a call by an old one can no longer rely on."""

from __future__ import annotations

_BY_POSITION = 3
"""Arguments that people give by position; a later one that moves is given by name."""


def lost_arguments(old: tuple[object, ...], new: tuple[object, ...]) -> list[str]:
    """Return what a call by the old signature can no longer rely on: arguments gone, moved, or of another default."""
    before, after = ([str(item) for item in side] for side in (old, new))
    names = [item.partition("=")[0] for item in after]
    lost = []
    for place, item in enumerate(before):
        name = item.partition("=")[0]
        if item.startswith("*"):
            lost += [] if item in after else [f"{item} is gone"]
        elif name not in names:
            lost.append(f"{name} is gone")
        elif item not in after:
            lost.append(f"{item} became {after[names.index(name)]}")
        elif names.index(name) != place < _BY_POSITION:
            lost.append(f"{name} moved")
    return lost
