"""Statistical properties of a user's layer: exact tests of counts, at cut points where noise has a distribution.

Cut points and not Kolmogorov-Smirnov: that float32 rounds is enough for the latter to reject a right Beta(0.2, 0.2).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from noise_ops.laws.continuous import Continuous
from noise_ops.laws.dropping import AffineDrops, Drops
from noise_ops.laws.happening import Applies, Selects
from noise_ops.laws.law import Law
from noise_ops.laws.noise import is_named
from noise_ops.stats.exact import Binomial, ExactTest, Mean, Variance
from noise_ops.testing import calling
from noise_ops.testing.asking import BrokenError, NotAskedError, Property, Seen, Shown, over
from noise_ops.testing.sampling import POOLED, Sample, counts, on_constant, probability, sample, told_apart
from noise_ops.testing.subject import Subject

QUANTILES = (0.5, 0.001, 0.01, 0.05, 0.2, 0.35, 0.65, 0.8, 0.95, 0.99, 0.999)
"""Where noise is cut: how much of it lies below is binomial. The first is the one whose visible effect is told."""

_EVEN = 2e-5
"""How far the share below a cut may move, as a part of it, when noise is rounded to float32."""


def is_continuous(law: Law) -> bool:
    """Return whether a law has a distribution that a sample can be cut by."""
    return isinstance(law, Continuous) and law.distribution is not None and law.observe is None


def is_normal(law: Law) -> bool:
    """Return whether the noise of a law is normal."""
    return is_continuous(law) and is_named(law.distribution, "norm")  # type: ignore[arg-type]


def mask_density(subject: Subject) -> Seen:
    """A state is one as often as the law says."""
    found, p = told_apart(sample(subject)), probability(subject)
    ones = int(np.count_nonzero(found.states))
    share = ones / found.n
    if p in (0.0, 1.0):
        if share != p:
            raise BrokenError("mask-density", f"{verb(subject.law)} {share:.4%} of {found.n:,} units, not {p:.0%}.")
        return Seen(
            (), 0, found.n, "relative departure of the rate", f"{verb(subject.law)} {p:.0%} of {found.n:,} units."
        )
    told = f"{verb(subject.law)} {share:.4%} of {found.n:,} units; {p:.4%} is documented ({share / p - 1:+.2%})."
    test = Binomial(found.n, p)
    shown = Shown(test, ones, 1, p, p, over(found.n))
    return Seen(((test, ones),), 1, found.n, "relative departure of the rate", told, (shown,))


def mean_preservation(subject: Subject) -> Seen:
    """The mean of normal noise is the documented one."""
    z, law = _normals(subject)
    total = float(z.sum())
    spread = float(law.drawn.std())
    told = (
        f"The mean of the noise is {law.mean + spread * total / z.size:+.6g}; {law.mean:g} is documented, "
        f"give or take {spread / math.sqrt(z.size):.2g} by chance."
    )
    test = Mean(z.size)
    shown = Shown(test, total, 1, law.mean, 0.0, over(z.size))
    return Seen(((test, total),), 1, z.size, "shift of the mean, in standard deviations,", told, (shown,))


def noise_variance(subject: Subject) -> Seen:
    """The standard deviation of normal noise is the documented one."""
    z, law = _normals(subject)
    total = float(np.square(z).sum())
    ratio, documented = math.sqrt(total / z.size), float(law.drawn.std())
    told = (
        f"The standard deviation of the noise is {ratio * documented:.6g}; {documented:.6g} is documented "
        f"({ratio - 1:+.2%})."
    )
    test = Variance(z.size)
    shown = Shown(test, total, 1, documented, 1.0, over(z.size))
    return Seen(((test, total),), 1, z.size, "relative departure of the standard deviation", told, (shown,))


def noise_distribution(subject: Subject) -> Seen:
    """Below each of some cut points lies the documented share of the noise."""
    found, law = told_apart(sample(subject)), subject.law
    assert isinstance(law, Continuous)
    noise = _noise_of(found)
    tests: list[tuple[ExactTest, float]] = []
    shares: list[float] = []
    worst = (0.0, 0.0, 0.0)
    for cut, share in _cuts(subject, law):
        below = int(np.count_nonzero(noise <= cut))
        tests.append((Binomial(noise.size, share), below))
        shares.append(share)
        score = abs(below / noise.size - share) / math.sqrt(share * (1 - share))
        worst = max(worst, (score, cut, below / noise.size))
    if not tests:
        raise NotAskedError("next to its inputs, noise is so small that it is rounded across every cut")
    _, cut, below_share = worst
    spread = float(law.drawn.std())
    told = (
        f"{below_share:.4%} of {noise.size:,} draws lie below {cut:.6g}, where {float(law.drawn.cdf(cut)):.4%} is "
        f"documented; their standard deviation is {float(noise.std()):.6g}, and {spread:.6g} documented "
        f"({float(noise.std()) / spread - 1:+.2%})."
    )
    shown = (
        Shown(test, below, len(tests), share, 1.0, over(noise.size * share))
        for (test, below), share in sorted(zip(tests, shares, strict=True), key=lambda each: each[1])
    )
    return Seen(tuple(tests), len(tests), noise.size, "relative departure of the share below a cut", told, tuple(shown))


PROPERTIES = tuple(
    Property(ask.__name__, code, ask, applies, statistical=True, rests_on=POOLED)
    for code, ask, applies in (
        ("mask-density", mask_density, lambda law: counts(law) and law.counted),
        ("mean", mean_preservation, is_normal),
        ("variance", noise_variance, is_normal),
        ("distribution", noise_distribution, is_continuous),
    )
)


def verb(law: Law) -> str:
    """Return what a layer does to a unit of state one, as a sentence begins."""
    if law.observe is not None:
        return "Has state one in"
    if isinstance(law, (Drops, AffineDrops)):
        return "Drops"
    return "Changes" if isinstance(law, Applies) else "Keeps" if isinstance(law, Selects) else "Noises"


def _normals(subject: Subject) -> tuple[npt.NDArray[np.float64], Continuous]:
    law = subject.law
    assert isinstance(law, Continuous)
    return (_noise_of(told_apart(sample(subject))) - law.mean) / float(law.drawn.std()), law


def _noise_of(found: Sample) -> npt.NDArray[np.float64]:
    assert found.noise is not None
    if not found.noise.size:
        raise BrokenError("distribution", f"None of {found.n:,} units drew any noise.")
    return np.nan_to_num(found.noise, nan=1e6, posinf=1e6, neginf=-1e6)


def _cuts(subject: Subject, law: Continuous) -> Iterator[tuple[float, float]]:
    """Yield cut points with what lies below them, but for those that float32 may round noise across."""
    # Noise is read off a constant input without a loss; off values of the user's it has their rounding.
    size = 0.0 if on_constant(subject) else float(np.max(np.abs(calling.first(subject.x()))))
    for quantile in QUANTILES:
        cut = float(law.drawn.ppf(quantile))
        step = 2 * float(np.spacing(np.float32(max(abs(cut), size, 1e-30))))
        share, moved = float(law.drawn.cdf(cut)), float(law.drawn.cdf(cut + step)) - float(law.drawn.cdf(cut - step))
        if moved <= _EVEN * min(share, 1 - share):
            yield cut, share
