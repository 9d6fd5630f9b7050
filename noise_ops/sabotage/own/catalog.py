"""All layers of a user's own, those of libraries that are installed."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from noise_ops.sabotage.mutant import Kind, Wound
from noise_ops.sabotage.own.layer import OwnLayer
from noise_ops.subjects import libraries

_FILES = {
    "keras": (
        3,
        (
            "dropping.ALL",
            "seeds.ALL",
            "limits.ALL",
            "adding.ALL",
            "samples.ALL",
            "constructing.ALL",
            "constructing.RIGHT",
            "controls.ALL",
        ),
    ),
    "tf_keras": (2, ("keras2.BROKEN", "keras2.RIGHT")),
    "tensorflow": (2, ("functions.BROKEN", "functions.RIGHT")),
}


@cache
def catalog() -> tuple[OwnLayer, ...]:
    """Return them; of a library that is missing, or is another generation, one that is not run. Imports TensorFlow."""
    found: list[OwnLayer] = []
    for name, (generation, lists) in _FILES.items():
        library = libraries.tensorflow() and libraries.load(name) if name != "tensorflow" else None
        if name != "tensorflow" and (library is None or library.generation != generation):
            wound = Wound("all", Kind.UNBROKEN, "all of them", ())
            found.append(OwnLayer(f"own layers of {name}", wound, missing=f"{name} {generation}"))
            continue
        for listed in lists:
            file, _, attribute = listed.partition(".")
            found += getattr(import_module(f"noise_ops.sabotage.own.{file}"), attribute)
    return tuple(found)
