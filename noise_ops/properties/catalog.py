"""The list of all properties, and what the property of a fact means."""

from __future__ import annotations

from noise_ops.properties import (
    calls,
    contracts,
    gradients,
    laws,
    masks,
    outputs,
    recurrent,
    round_trips,
    seeds,
    streams,
)
from noise_ops.properties.declaring import Kind, Property

_THEMES = (streams, seeds, calls, outputs, gradients, masks, recurrent, laws, contracts, round_trips)

PROPERTIES: dict[str, Property] = {declared.name: declared for theme in _THEMES for declared in theme.PROPERTIES}
"""Every property by name."""

UNKNOWN = Property("", Kind.CONTEXT, "unknown-property", "A property that this version of noise_ops does not know.")


def meaning(name: str) -> Property:
    """Return what a fact's property means, whose first word is its name; `UNKNOWN` if no version named it so far."""
    return PROPERTIES.get(name.partition(" ")[0], UNKNOWN)
