"""Places in words, and those of one sort, for whoever tells of them."""

from __future__ import annotations

from collections.abc import Sequence

from noise_ops.audit.kinds import Kind
from noise_ops.audit.place import Place


def told(place: Place) -> str:
    """Return what a place is, with the argument by which it draws: "Dropout(0.01)", "LSTM(recurrent_dropout=0.2)"."""
    whole = place.kind in (Kind.FUNCTION, Kind.UNKNOWN)
    name = place.name if whole else place.class_name
    if place.strength is None:
        return name
    number = f"{place.strength:g}"
    return f"{name}({number})" if place.argument in ("rate", "stddev") else f"{name}({place.argument}={number})"


def drawing(places: Sequence[Place]) -> list[Place]:
    """Return the places that draw in training."""
    return [place for place in places if place.kind is not Kind.INITIALIZER and not draws_nothing(place)]


def draws_nothing(place: Place) -> bool:
    """Return whether no noise comes of a place that is there for it, since its rate or standard deviation is 0."""
    return place.kind in (Kind.NOISE, Kind.FUNCTION) and place.strength == 0


def unseeded(places: Sequence[Place]) -> list[Place]:
    """Return the places that draw without a seed of their own."""
    known = (place for place in places if place.kind is not Kind.UNKNOWN)
    return [place for place in known if place.seed is None and not draws_nothing(place)]
