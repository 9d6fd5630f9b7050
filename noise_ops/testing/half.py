"""How often a user's layer drops in half precision, at its own rate and at one that few bits cannot say.

A layer that draws its uniforms in bfloat16, of 7 bits, drops 1/128 or nothing where 1/1000 is asked for; in float16, of
10 bits, 2/1024. Samples are small, since such a departure is large, and each is decided by an exact binomial test.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from typing import Any

import ml_dtypes
import numpy as np

from noise_ops import deviations
from noise_ops.laws.adding import AddsToShare
from noise_ops.laws.happening import Applies
from noise_ops.laws.law import Law
from noise_ops.reference.variates import lattice_bits, share_below
from noise_ops.stats.exact import Binomial
from noise_ops.testing import calling
from noise_ops.testing.asking import BrokenError, NotAskedError, Property, Seen, Shown, over
from noise_ops.testing.constructing import has_share
from noise_ops.testing.modes import need_dtype
from noise_ops.testing.rates import has_rate, with_strength, written
from noise_ops.testing.sampling import POOLED, Sample, on_constant, sample_in, told_apart
from noise_ops.testing.statistics import verb
from noise_ops.testing.subject import Subject

RARE = 0.001
"""A rate that the uniforms of neither half precision can say."""

UNITS = 2**16
"""Units that are drawn at the layer's own rate."""

RARE_UNITS = {"float16": 2**18, "bfloat16": 2**16}
"""Units that are drawn at `RARE`: so many surely tell 1/1000 from 2/1024, and from 1/128 and 0."""

ELEMENTS = 2**23
"""Elements that are drawn at most for a rare rate: larger units are not asked for it; half of them at an own rate."""

_LARGE = 2.0**-10
"""Standard deviation of noise from which on float16 makes 0 of it one time in 20,000 at most."""

_SHOWN = 1e-6
"""Below this p-value, what may be behind it is said as well."""

_DTYPES = {"float16": np.dtype(np.float16), "bfloat16": np.dtype(ml_dtypes.bfloat16)}


@dataclass(frozen=True)
class _Rate:
    """One rate at which a layer is asked.

    Attributes:
      law: the law at this rate.
      made: makes a layer for a name, under a dtype policy.
      units: how many are drawn.
      changes: arguments that give another rate than the layer's own.
    """

    law: Law
    made: Callable[[str, str], Any]
    units: int
    changes: Mapping[str, Any] = field(default_factory=dict)


def mask_density_in_float16(subject: Subject) -> Seen:
    """In float16 a state is one as often as the law says, also where that is seldom."""
    return _mask_density("float16", subject)


def mask_density_in_bfloat16(subject: Subject) -> Seen:
    """In bfloat16 a state is one as often as the law says, also where that is seldom."""
    return _mask_density("bfloat16", subject)


def _mask_density(dtype: str, subject: Subject) -> Seen:
    need_dtype(subject, dtype)
    _need_visible(subject, dtype)
    tests, told, why = [], [], set()
    rates = list(_rates(dtype, subject))
    for rate in rates:
        found = _sampled(dtype, subject, rate)
        p, ones = rate.law.probability, int(np.count_nonzero(found.states))
        share, lattice = ones / found.n, share_below(p, _DTYPES[dtype])
        tests.append((Binomial(found.n, p), ones))
        given = f", with {written(rate.changes)}, it" if rate.changes else " it"
        told.append(
            f"{given} {verb(rate.law).lower()} {share:.4%} of {found.n:,} units, where {p:.4%} is documented "
            f"({share / p - 1:+.1%})"
        )
        if _is_rejected(*tests[-1]):
            is_coarse = not _is_rejected(Binomial(found.n, lattice), ones)
            why.add(
                _why(dtype, coarse=True) if is_coarse else _as_in_float32(subject, rate) or _why(dtype, coarse=False)
            )
    if not tests:
        raise NotAskedError("of its rate nothing is known that chance could miss")
    unit = f"relative departure of a rate of {tests[0][0].p:g}"
    observed = f"In {dtype}{'; at its own rate'.join(told)}.{''.join(sorted(why)[:1])}"
    changes = rates[0].changes if _is_rejected(*tests[0]) else {}
    known = _known(dtype, subject) if why == {_why(dtype, coarse=True)} else ""
    shown = tuple(Shown(test, ones, len(tests), test.p, test.p, over(test.n)) for test, ones in tests)
    return Seen(tuple(tests), len(tests), tests[0][0].n, unit, observed, shown, changes, known)


PROPERTIES = tuple(
    Property(ask.__name__, "mask-density", ask, has_share, statistical=True, dtype=dtype, rests_on=POOLED)
    for dtype, ask in (("float16", mask_density_in_float16), ("bfloat16", mask_density_in_bfloat16))
)


def _sampled(dtype: str, subject: Subject, rate: _Rate) -> Sample:
    try:
        return told_apart(sample_in(subject, dtype, rate.units, lambda name: rate.made(name, dtype), rate.law))
    except calling.RaisedError:
        raise NotAskedError(f"it raises in {dtype}, as in_{dtype} says") from None


def _as_in_float32(subject: Subject, rate: _Rate) -> str:
    """Return that it is wrong in float32 as well, at the same rate; "" if half precision alone is."""
    try:
        found = _sampled("float32", subject, rate)
    except NotAskedError:
        return ""
    is_wrong = _is_rejected(Binomial(found.n, rate.law.probability), int(np.count_nonzero(found.states)))
    return " In float32 it is no better." if is_wrong else ""


def _need_visible(subject: Subject, dtype: str) -> None:
    """Make sure that no rounding to 16 bits hides a state.

    Raises:
      NotAskedError: if it may.
    """
    law = subject.law
    if not subject.keeps_shape:
        raise NotAskedError("its output has another shape than its input")
    if law.observe is not None:
        raise NotAskedError("its states are told by `observe`, which may be made for float32 alone")
    if isinstance(law, Applies):
        x = calling.first(subject.x(dtype))
        if law.to is None or not np.asarray(law.visible(x)).reshape(len(x), -1).any(axis=1).all():
            raise NotAskedError(
                "rounded to 16 bits, what it changes may be what it was (to= of its law says what it is)"
            )
    if isinstance(law, AddsToShare) and (not on_constant(subject) or float(law.drawn.std()) < _LARGE):
        raise NotAskedError("rounded to 16 bits, what it adds to may be what it was")


def _is_rejected(test: Binomial, ones: int) -> bool:
    return test.p_value(ones) < _SHOWN


def _rates(dtype: str, subject: Subject) -> Iterator[_Rate]:
    """Yield a rare rate where the layer has an argument for it, and that of the law."""
    law, x = subject.law, subject.x()
    in_one = calling.first(x).size / max(1, subject.states(x, subject.outcome).size)
    if law.probability > RARE and has_rate(law) and RARE_UNITS[dtype] * in_one <= ELEMENTS:
        yield from _rare(dtype, subject)
    if 0 < law.probability < 1:
        units = RARE_UNITS[dtype] if law.probability <= RARE else UNITS
        yield _Rate(law, subject.fresh, int(min(units, ELEMENTS / 2 / in_one)))


def _rare(dtype: str, subject: Subject) -> Iterator[_Rate]:
    law = subject.law
    # Where there is no such argument, or it raises, properties of arguments say so.
    with contextlib.suppress(NotAskedError, BrokenError, calling.RaisedError):
        changes, _ = with_strength(subject, "rare", RARE, policy=dtype)
        seldom = replace(law, p=RARE) if isinstance(law, Applies) else replace(law, rate=RARE)  # type: ignore[call-arg]

        def made(name: str, policy: str) -> Any:
            return with_strength(subject, name, RARE, policy=policy)[1]

        yield _Rate(seldom, made, RARE_UNITS[dtype], changes)


def _why(dtype: str, *, coarse: bool) -> str:
    bits = lattice_bits(_DTYPES[dtype], "kernel")
    if not coarse:
        return f" Draw uniforms in float32, and cast the mask: those of {dtype} have {bits} bits."
    return (
        f" So do uniforms of {dtype}, of {bits} bits, and with them Dropout of Keras ({dtype}-mask-density): if the "
        "layer calls it, or keras.random.dropout, the rate is theirs; else draw in float32, and cast the mask."
    )


def _known(dtype: str, subject: Subject) -> str:
    """Return that the noise is that of a layer of Keras of which it is known; "" if it holds none."""
    own, name = subject.own, f"{dtype}-mask-density"
    if own.keras is None:
        return ""
    deviation = next(each for each in deviations.known() if each.name == name)
    library, version = own.keras.__name__, own.keras.__version__
    held = [type(each) for each in own.made(subject.seed("held"))._flatten_layers()]  # noqa: SLF001 - of all Keras
    for cls in held:
        full = f"{library}.layers.{cls.__name__}"
        is_known = any(fnmatch(full, each) for each in deviation.subjects) and deviation.is_in(library, version)
        if cls.__module__.partition(".")[0] == library and is_known:
            return f"it holds {full}, of which this is known ({name})"
    return ""
