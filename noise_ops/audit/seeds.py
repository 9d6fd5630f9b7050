"""Seeds of a model's places, judged: given twice, or congruent in the arithmetic that takes a seed to its noise."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from noise_ops import deviations
from noise_ops.audit import initial, recorded
from noise_ops.audit.judgements import Judged, Judgement
from noise_ops.audit.kinds import Kind
from noise_ops.audit.place import Place
from noise_ops.codes import CODES
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
    yield from initial.alike(place for place in seeded if place.kind is Kind.INITIALIZER)
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
    for seed, places in by_seed.items():
        for code, alike, how in _shared(places, judged):
            paths = list(dict.fromkeys(place.path for place in alike))
            copied = len({_copied(path) for path in paths}) == 1
            why, remedy = (_COPIES, _OWN_COPY) if copied else ("", _remedy(code, judged))
            message = f"seed {seed} is that of {listed(paths)}: {how}{why}."
            yield Judgement(code, message, tuple(alike), remedy=remedy)
    if len(by_seed) > 1:
        (first, one), (second, other), *_ = by_seed.items()
        named = f"{first} ({one[0].path}) and {second} ({other[0].path})"
        message = f"seeds {named} draw the same numbers: they are equal modulo {_written(MODULI[deviation])}."
        yield Judgement("colliding-seeds", message, tuple(together), deviation)


def _shared(places: Sequence[Place], judged: Judged) -> Iterator[tuple[str, Sequence[Place], str]]:
    """Yield what is said of the places of one seed: the code, of which of them, and how alike they draw."""
    if len({place.path for place in places}) == 1:
        return
    if places[0].kind is Kind.INITIALIZER:
        yield "shared-initial-weights", places, initial.how(places)
        return
    by_pace: dict[object, list[Place]] = defaultdict(list)
    for place in places:
        of_layer = [each for each in places if each.path == place.path]
        by_pace[_pace(of_layer, judged)].append(place)
    for alike in by_pace.values():
        if len({place.path for place in alike}) > 1:
            yield "shared-seed", alike, f"{_what(alike)} at every call{_where(alike, judged)}"
    if len(by_pace) > 1:
        yield "overlapping-seed", places, f"{_what(places)} at their first call, and go on at paces of their own"


def _pace(layer: Sequence[Place], judged: Judged) -> object:
    """Return how often the places of one layer draw at a call, or else what decides that."""
    if judged.generation == 2:
        return ""  # each op goes on by itself
    drawn = [number for place in layer if (number := recorded.draws(place, judged))]
    kind = tuple((place.class_name.removesuffix("Cell"), place.argument) for place in layer)
    return sum(drawn) if len(drawn) == len(layer) else kind


def _remedy(code: str, judged: Judged) -> str:
    """Return what to do next, where the Keras that draws is not called as the remedy of the code says."""
    plain = CODES[code].remedy
    return "" if judged.library == "keras" else plain.replace("keras.utils", f"{judged.library}.utils")


def _copied(path: str) -> str:
    """Return the path of the layer that was given to the wrapper around it, of which a place is the copy."""
    return re.sub(r"(^|/)(forward|backward)_([^/]*)(?=/|$)", r"\1\3", path)


def _what(places: Sequence[Place]) -> str:
    if all(place.kind is Kind.IMAGE for place in places):
        return "they draw the same numbers"
    one_class = len({place.class_name for place in places}) == 1
    return f"in one shape they draw {'the same noise' if one_class else 'from the same random numbers'}"


def _where(places: Sequence[Place], judged: Judged) -> str:
    # Eagerly, the kernels of Keras 2 keep one state for layers of one seed, and go on from it.
    eager = judged.generation == 3 or all(place.kind is Kind.IMAGE for place in places)
    return "" if eager else " of fit or another tf.function"


def _written(modulus: int) -> str:
    return {2**31 - 2: "2**31 - 2", 2**31 - 1: "2**31 - 1", 2**32: "2**32"}[modulus]
