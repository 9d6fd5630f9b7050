"""Initial weights of one seed: which initializers draw the same numbers, and how alike what they fill then starts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from noise_ops.audit.place import Place

_DRAWS = {
    **dict.fromkeys(("GlorotUniform", "HeUniform", "LecunUniform", "RandomUniform"), "uniform"),
    **dict.fromkeys(("GlorotNormal", "HeNormal", "LecunNormal", "TruncatedNormal"), "truncated_normal"),
    **dict.fromkeys(("Orthogonal", "OrthogonalInitializer"), "orthogonal"),
    "RandomNormal": "normal",
}
"""What an initializer draws, which it scales; of VarianceScaling its distribution says that."""

_SCALED = {"uniform": "uniform", "untruncated_normal": "normal"}


def alike(places: Iterable[Place]) -> list[list[Place]]:
    """Return initializers that draw the same numbers where they have one seed: those of one distribution.

    Of orthogonal ones, whose numbers are those of a whole matrix, only such as may fill one shape.
    """
    found: dict[object, list[Place]] = defaultdict(list)
    for place in places:
        draws = _draws(place)
        found[draws, place.fills if draws == "orthogonal" else ()].append(place)
    return list(found.values())


def how(places: Sequence[Place]) -> str:
    """Return how alike the weights start that initializers of one seed and distribution fill."""
    same = len({(place.class_name, tuple(sorted(map(str, place.arguments.items())))) for place in places}) == 1
    numbers = "they draw the same numbers" if same else "they draw the same numbers, and scale or shift them"
    one_shape = f"weights of one shape start {'equal' if same else 'alike but for that'}"
    others = "" if _draws(places[0]) == "orthogonal" else ", and others with the same numbers in rows of another length"
    return f"{numbers}, so that {one_shape}{others}"


def _draws(place: Place) -> str:
    if place.class_name in _DRAWS:
        return _DRAWS[place.class_name]
    return _SCALED.get(str(place.arguments.get("distribution")), "truncated_normal")
