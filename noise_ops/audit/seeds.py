"""Seeds of a model's places, judged: given twice, or congruent in the arithmetic that takes a seed to its noise."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from noise_ops import deviations
from noise_ops.audit.judgements import Judged, Judgement
from noise_ops.audit.kinds import Kind
from noise_ops.audit.place import Place
from noise_ops.patterns import listed

MODULI = {"colliding-seeds": 2**31 - 2, "colliding-seeds-32-bits": 2**32, "colliding-seeds-tf-keras": 2**31 - 1}
"""By deviation, the number modulo which seeds draw the same noise."""

_COPIES = ", since Bidirectional makes both directions of one layer and its seed"
_OWN_COPY = "Give Bidirectional a backward_layer with a seed of its own, or its layer no seed."


def judgements(places: Sequence[Place], judged: Judged) -> Iterator[Judgement]:
    """Yield what is amiss with the seeds of all places of a model together."""
    for group in _groups(places, judged):
        modulus, deviation = _modulus(group, judged)
        for together in _alike(group, modulus):
            yield from _judgement(together, deviation, judged)


def _groups(places: Sequence[Place], judged: Judged) -> Iterator[list[Place]]:
    """Yield the seeded places whose seeds go one way to their noise."""
    seeded = [place for place in places if place.seed is not None and place.kind is not Kind.FUNCTION]
    yield [place for place in seeded if place.kind is Kind.INITIALIZER]
    layers = [place for place in seeded if place.kind is not Kind.INITIALIZER]
    if judged.generation == 3:
        yield layers
    else:
        # Random image layers draw by stateless ops, all others by stateful ones.
        yield [place for place in layers if place.kind is Kind.IMAGE]
        yield [place for place in layers if place.kind is not Kind.IMAGE]


def _modulus(group: Sequence[Place], judged: Judged) -> tuple[int, str]:
    """Return modulo which the seeds of a group draw alike, and the deviation that says so; 0 where none is known."""
    stateless = all(place.kind in (Kind.INITIALIZER, Kind.IMAGE) for place in group)
    for name in (deviation.name for deviation in deviations.known() if deviation.is_in(judged.library, judged.version)):
        # Of stateless draws only the first was seen: those of tf_keras differ at s and s + 2**31 - 1.
        if name in MODULI and (name == "colliding-seeds" or not stateless):
            return MODULI[name], name
    return 0, ""


def _alike(group: Sequence[Place], modulus: int) -> Iterator[list[Place]]:
    """Yield the places of several layers whose seeds are congruent, of any but one and the same layer."""
    found: dict[int, list[Place]] = defaultdict(list)
    for place in group:
        assert place.seed is not None
        found[place.seed % modulus if modulus else place.seed].append(place)
    yield from (together for together in found.values() if len({place.path for place in together}) > 1)


def _judgement(together: Sequence[Place], deviation: str, judged: Judged) -> Iterator[Judgement]:
    by_seed: dict[int, list[Place]] = defaultdict(list)
    for place in together:
        assert place.seed is not None
        by_seed[place.seed].append(place)
    initializers = together[0].kind is Kind.INITIALIZER
    for seed, places in by_seed.items():
        paths = list(dict.fromkeys(place.path for place in places))
        if len(paths) > 1:
            code = "shared-initial-weights" if initializers else "shared-seed"
            told = f"seed {seed} is that of {listed(paths)}{_how(places, judged)}"
            copied = len({_copied(path) for path in paths}) == 1
            why, remedy = (_COPIES, _OWN_COPY) if copied else ("", "")
            yield Judgement(code, f"{told}{why}.", tuple(places), remedy=remedy)
    if len(by_seed) > 1:
        (first, one), (second, other), *_ = by_seed.items()
        named = f"{first} ({one[0].path}) and {second} ({other[0].path})"
        message = f"seeds {named} draw the same numbers: they are equal modulo {_written(MODULI[deviation])}."
        yield Judgement("colliding-seeds", message, tuple(together), deviation)


def _copied(path: str) -> str:
    """Return the path of the layer that was given to the wrapper around it, of which a place is the copy."""
    return re.sub(r"(^|/)(forward|backward)_([^/]*)(?=/|$)", r"\1\3", path)


def _how(places: Sequence[Place], judged: Judged) -> str:
    if places[0].kind is Kind.INITIALIZER:
        return ": of one class and shape, they start equal"
    if all(place.kind is Kind.IMAGE for place in places):
        return ": they draw the same numbers at every call"
    # Eagerly, the kernels of Keras 2 keep one state for layers of one seed, and go on from it.
    where = "" if judged.generation == 3 else " of fit or another tf.function"
    return f": in one shape they draw the same noise at every call{where}"


def _written(modulus: int) -> str:
    return {2**31 - 2: "2**31 - 2", 2**31 - 1: "2**31 - 1", 2**32: "2**32"}[modulus]
