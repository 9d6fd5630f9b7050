"""The audit of a model: every place judged by itself, and all of them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from noise_ops import deviations
from noise_ops.audit import rates, recorded, seeds
from noise_ops.audit.judgements import Audit, Beside, Judged, Judgement, worst_first
from noise_ops.audit.kinds import Kind
from noise_ops.audit.places import Model
from noise_ops.audit.reading import ModelError
from noise_ops.audit.telling import draws_nothing
from noise_ops.audit.versions import judged_by, other
from noise_ops.patterns import listed, required

OWN_RATE = (*rates.DENSITY.values(), *rates.AT_LIMITS, rates.RAISES, *seeds.MODULI)
"""The deviations that a config decides, and that are judged at its own rates, dtypes and seeds."""

_SEEDED = (
    "neighbouring-seeds-tf-keras",
    "replicas-share-op-seed",
    "retraced-op-seed-starts-again",
    "repeated-op-seed-starts-again",
    "colliding-seeds-tensorflow",
)
"""The deviations of layers with a seed alone."""


def audit(model: Model, without_noise: Sequence[str] = ()) -> Audit:
    """Return what is known to be amiss with the noise of a model.

    Args:
      model: what was read.
      without_noise: patterns of layers that noise_ops does not know and that draw nothing, as their author says.

    Raises:
      UserError: if the model has no layer, a pattern means none of its unknown layers, or no version is known to judge
        it by.
    """
    if not model.layers and not model.places:
        raise ModelError(f"{model.name} holds a model without layers: there is nothing to judge.")
    unknown = dict.fromkeys(place.name for place in model.places if place.kind is Kind.UNKNOWN)
    quiet = {
        name
        for pattern in without_noise
        for name in required(pattern, unknown, "unknown layer", where=f"in {model.name}")
    }
    left = tuple(place for place in model.places if place.kind is not Kind.UNKNOWN or place.name not in quiet)
    kept, judged = replace(model, places=left), judged_by(model)
    found = worst_first((*_merged(_of_places(kept, judged)), *seeds.judgements(kept.places, judged)))
    unsaved = tuple(place for place in kept.places if recorded.loses_its_seed(place, judged))
    return Audit(
        kept, judged, found, tuple(_besides(kept, judged)), tuple(sorted(quiet)), unsaved=unsaved, other=other(model)
    )


def _of_places(model: Model, judged: Judged) -> Iterator[Judgement]:
    for place in model.places:
        yield from rates.judgements(place, judged)
        yield from recorded.judgements(place, judged)
        if place.kind is Kind.UNKNOWN:
            yield Judgement("not-judged", f"{place.name} is not known to noise_ops: its noise was not judged", (place,))
        elif place.kind is Kind.NOISE and not place.compute_dtype:
            message = f"the dtype policy {place.dtype} is not known to noise_ops: the rate in it was not judged"
            yield Judgement("not-judged", message, (place,))


def _merged(judgements: Iterator[Judgement]) -> Iterator[Judgement]:
    """Yield judgements of which those that say the same are one, that names the places of all."""
    found: dict[tuple[str, str], list[Judgement]] = defaultdict(list)
    for each in judgements:
        found[each.code, each.message].append(each)
    for alike in found.values():
        places = tuple(place for each in alike for place in each.places)
        paths = list(dict.fromkeys(place.path for place in places))
        yield replace(alike[0], message=f"{listed(paths)}: {alike[0].message}.", places=places)


def _besides(model: Model, judged: Judged) -> Iterator[Beside]:
    drawing = [place for place in model.places if place.kind in (Kind.NOISE, Kind.FUNCTION)]
    for deviation in deviations.known():
        if deviation.name in OWN_RATE:
            continue
        concerned = tuple(
            place
            for place in drawing
            if rates.concerns(deviation, place, judged)
            and not draws_nothing(place)
            and (place.seed is not None or deviation.name not in _SEEDED)
            and (place.training is not False or deviation.name != "explicit-training-ignored")
        )
        if concerned:
            yield Beside(deviation, concerned)
