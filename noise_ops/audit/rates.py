"""Rates of places, judged: those that mean nothing, and what arithmetic makes of the others at their own dtype."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fnmatch import fnmatch

from noise_ops import deviations
from noise_ops.audit import recorded
from noise_ops.audit.judgements import Judged, Judgement
from noise_ops.audit.kinds import Kind
from noise_ops.audit.place import Place
from noise_ops.audit.telling import told
from noise_ops.deviations import Deviation
from noise_ops.expected import installed
from noise_ops.points import Point

DENSITY = {"bfloat16": "bfloat16-mask-density", "float16": "float16-mask-density"}
"""The deviations by which a mask is drawn in the compute dtype."""

_IN_FLOAT32 = ("AlphaDropout", "GaussianDropout", "MaskedGaussianNoise")
"""The classes with a rate whose noise is not drawn so."""

AT_LIMITS = (
    "rate-one-raises",
    "rate-one-divides-by-zero",
    "bad-rates-pass-tf-keras",
    "gaussian-noise-stddev-above-one",
    "gaussian-noise-zero-stddev",
)
"""The deviations that speak of an argument at or beyond an end of its range, and `RAISES` of a dtype."""

RAISES = "gaussians-raise-outside-float32"
_VISIBLE = 1e-3
"""Share of a rate by which what is dropped must differ from it to be told."""

_AT_ONE = ("rate-one-raises", "rate-one-divides-by-zero")


def judgements(place: Place, judged: Judged) -> Iterator[Judgement]:
    """Yield what is amiss with the rate, or the standard deviation, of a place."""
    strength = place.strength
    if place.kind not in (Kind.NOISE, Kind.FUNCTION) or strength is None:
        return
    if RAISES in (known := _known(place, judged)):
        yield Judgement("raises", f"in {place.dtype}, {known[RAISES].measured}", (place,), RAISES)
    if place.argument == "stddev":
        yield from _of_stddev(place, strength, judged, known)
    elif 0 <= strength < 1:
        yield from _of_rate(place, strength, judged)
    else:
        names = _AT_ONE if strength == 1 else ("bad-rates-pass-tf-keras",)
        yield _meaningless(place, "a rate is at least 0 and below 1", judged, known, names)


def _known(place: Place, judged: Judged) -> dict[str, Deviation]:
    """Return the deviations at limits that are known of a place, by name."""
    return {
        deviation.name: deviation
        for deviation in deviations.known()
        if deviation.name in (*AT_LIMITS, RAISES) and concerns(deviation, place, judged)
    }


def concerns(deviation: Deviation, place: Place, judged: Judged) -> bool:
    """Return whether a deviation is known of what a place is, at its dtype, in the version that it is judged by."""
    return (
        any(fnmatch(place.name, pattern) for pattern in deviation.subjects)
        and (not deviation.dtypes or place.compute_dtype in deviation.dtypes)
        and is_in(deviation, judged, place)
    )


def is_in(deviation: Deviation, judged: Judged, place: Place) -> bool:
    """Return whether the range of a deviation holds the version that a place is judged by."""
    # A model that holds functions of TensorFlow is of Keras 2, whose versions are TensorFlow's.
    library = "tensorflow" if place.kind is Kind.FUNCTION else judged.library
    beneath = installed.versions()["tensorflow"] if deviation.beneath else None
    return deviation.is_in(library, judged.version, beneath or "0")


def _of_rate(place: Place, rate: float, judged: Judged) -> Iterator[Judgement]:
    if place.class_name in _IN_FLOAT32 or place.compute_dtype not in DENSITY or not rate:
        return
    name = DENSITY[place.compute_dtype]
    if not any(deviation.name == name and is_in(deviation, judged, place) for deviation in deviations.known()):
        return
    from noise_ops.reference.variates import DTYPES, LATTICE_BITS, share_below

    (dtype,) = (dtype for dtype in DTYPES if dtype.name == place.compute_dtype)
    dropped, compiled = share_below(rate, dtype), share_below(rate, dtype, "xla")
    unseen = _VISIBLE * min(rate, 1 - rate)
    if abs(dropped - rate) < unseen:
        return
    under_xla = f"; under XLA {_percent(compiled)}" if compiled != dropped else ""
    size = f"drops {_percent(dropped)} in place of {_percent(rate)} ({100 * (dropped / rate - 1):+.2g} %)"
    remedy = f"Give the layer dtype='float32', or take a rate that is a multiple of 1/{2 ** LATTICE_BITS[dtype]}."
    shown = (Point(rate, dropped, rate, rate - unseen, rate + unseen),)
    yield Judgement("mask-density", f"{told(place)} in {place.dtype} {size}{under_xla}", (place,), name, remedy, shown)


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _of_stddev(place: Place, stddev: float, judged: Judged, known: dict[str, Deviation]) -> Iterator[Judgement]:
    above, zero = known.get("gaussian-noise-stddev-above-one"), known.get("gaussian-noise-zero-stddev")
    if not (0 <= stddev < math.inf):
        yield _meaningless(place, "a standard deviation is a number of at least 0", judged, known, ())
    elif stddev > 1 and above:
        yield Judgement("raises", f"{told(place)} cannot be made: {above.measured}", (place,), above.name)
    elif stddev == 0 and zero:
        yield Judgement("rate-limit", zero.measured, (place,), zero.name)


def _meaningless(
    place: Place, why: str, judged: Judged, known: dict[str, Deviation], names: tuple[str, ...]
) -> Judgement:
    deviation = next((known[name] for name in names if name in known), None)
    seen = deviation.measured if deviation else recorded.at_limit(place, judged)
    measured = f"; {seen}" if seen else ""
    return Judgement(
        "meaningless-rate", f"{told(place)}: {why}{measured}", (place,), deviation.name if deviation else ""
    )
