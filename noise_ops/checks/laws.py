"""Statistical: mask density, mean, variance, normality and independence, each by one exact test.

Each check draws one sample per (target, parameter), shared by all checks of that target, from a seed that
follows from the epoch: one build gives one verdict every time. A correct layer fails one check on a new
stream with probability `ALPHA`.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import stats

from noise_ops import __version__
from noise_ops.checks.report import finding
from noise_ops.findings import Finding
from noise_ops.laws import drop_probability, noise_stddev
from noise_ops.reference.ops import affine_correction
from noise_ops.reference.variates import BFLOAT16, FLOAT16, FloatArray
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

RATES = (0.5, 0.3, 0.1, 0.01, 0.9)
"""The grid of rates."""

STDDEVS = (1.0, 0.25)
"""The grid of standard deviations."""

ALPHA = 1e-9
"""Probability that one check fails a correct layer on a new stream."""

EPOCH = __version__
"""What every sample's seed is hashed with; it changes with a release of the suite, never after a failure."""

UNITS = 2**18
"""Independent mask units, or normals, in a sample."""

BFLOAT16_UNITS = 2**20
"""The same in bfloat16, whose mask at rate 0.3 is 1.6 % too dense: ten standard deviations of this sample."""


DENSITY_DTYPES = ("float16", "bfloat16", "float32")
"""Dtypes in which the mask density is sampled; a float64 mask differs from a float32 one by 2**-23 at most."""


def rates(target: Target) -> tuple[float, ...]:
    """Return the grid of rates for a dtype; in half precisions, those at which the lattice shows clearly or not."""
    return {BFLOAT16: (0.5, 0.3, 0.01), FLOAT16: (0.5, 0.3, 0.001)}.get(target.dtype, RATES)


def units_in(target: Target) -> int:
    """Return how many independent units a sample of a target holds."""
    return BFLOAT16_UNITS if target.dtype == BFLOAT16 else UNITS


def sample_case(target: Target, parameter: float) -> Case:
    """Return the case of a sample: a constant input, `UNITS` mask units, a seed from the epoch.

    The input is 1 where noise multiplies and 0 where it is added, so that nothing of it is lost in rounding.
    """
    rank = target.subject.rank
    batch = units_in(target) // 512
    shape = (batch, 512) if rank is None else (batch, *(1,) * (rank - 3), 2, 512)
    seed = int.from_bytes(hashlib.sha256(f"{EPOCH}/{target}/{parameter}".encode()).digest()[:4], "big")
    x = np.full(shape, _origin(target), target.dtype)
    recipe = f"np.full({shape}, {_origin(target)})"
    return target.subject_case(x, rate=parameter, stddev=parameter if parameter <= 1 else 1.0, seed=seed, recipe=recipe)


@lru_cache(maxsize=128)
def _sample(target: Target, parameter: float) -> FloatArray:
    """Return one output per independent unit, for spatial layers one a feature map; drawn once for all checks."""
    output = target.run(sample_case(target, parameter))[0]
    if target.subject.rank is not None:
        output = output.reshape(len(output), -1, output.shape[-1])[:, 0]
    return output.reshape(-1).copy()


def _units(target: Target, parameter: float) -> npt.NDArray[np.float64]:
    return _sample(target, parameter).astype(np.float64)


def mask_density(target: Target, parameter: float) -> Finding | None:
    """The number of dropped units is binomial with the documented rate."""
    dropped, n = int(_dropped(target, parameter).sum()), units_in(target)
    p = drop_probability(parameter)
    if stats.binomtest(dropped, n, p).pvalue >= ALPHA:
        return None
    message = (
        f"The documented drop rate is {p:g}, observed {dropped / n:.5f} of {n} units "
        f"({_relative(dropped / n, p)}); a correct layer shows this at most once in {1 / ALPHA:.0e} streams."
    )
    return finding("mask-density", "mask_density", target, sample_case(target, parameter), message)


def mean_preservation(target: Target, parameter: float) -> Finding | None:
    """The mean output is the input."""
    units = _units(target, parameter)
    sigma = noise_stddev(target.subject.op, parameter, parameter) / math.sqrt(units_in(target))
    if target.subject.op == "masked_gaussian_noise":
        sigma *= math.sqrt(parameter)
    mean = float(units.mean())
    if _z_test(mean - _origin(target), sigma) >= ALPHA:
        return None
    message = (
        f"The mean of the output must be that of the input, {_origin(target):g}; observed {mean:.6f} +- {sigma:.6f}."
    )
    return finding("mean", "mean_preservation", target, sample_case(target, parameter), message)


def moments_preserved(target: Target, parameter: float) -> Finding | None:
    """On input of mean 0 and variance 1, AlphaDropout's output keeps both: its two support points carry them."""
    dropped = float(_dropped(target, parameter).mean())
    a, b = affine_correction(parameter)
    low = float(_units(target, parameter).min())
    # Given the support, E y = d low + (1-d) b and E y^2 = d low^2 + (1-d)(a^2 + b^2).
    mean = dropped * low + (1 - dropped) * b
    variance = dropped * low**2 + (1 - dropped) * (a * a + b * b) - mean**2
    sigma = math.sqrt(parameter * (1 - parameter) / units_in(target))
    if _z_test(mean, sigma * abs(low - b)) >= ALPHA or abs(mean) < 2.0**-12:
        return None
    message = f"Mean 0 and variance 1 must be kept; observed {mean:.5f} and {variance:.5f}."
    return finding("mean", "moments_preserved", target, sample_case(target, parameter), message)


def noise_variance(target: Target, parameter: float) -> Finding | None:
    """The variance of the noise is the documented one: rate / (1 - rate), or stddev squared."""
    expected = noise_stddev(target.subject.op, parameter, parameter) ** 2
    if target.subject.op in ("dropout", "spatial_dropout"):
        # Two points and a density: the variance follows from them, and the density has an exact test.
        dropped = _dropped(target, parameter)
        if stats.binomtest(int(dropped.sum()), dropped.size, parameter).pvalue >= ALPHA:
            return None
        observed = float(_units(target, parameter).var())
    else:
        noise = _noise(target, parameter)
        observed = float(np.mean(noise**2))
        statistic = observed * len(noise) / expected
        tail = min(stats.chi2.cdf(statistic, len(noise)), stats.chi2.sf(statistic, len(noise)))
        if 2 * tail >= ALPHA:
            return None
    message = f"The documented variance is {expected:.6g}, observed {observed:.6g} ({_relative(observed, expected)})."
    return finding("variance", "noise_variance", target, sample_case(target, parameter), message)


def noise_is_normal(target: Target, parameter: float) -> Finding | None:
    """The counts of normals beyond 1, 2, 3, 4 and 4.5 standard deviations, on either side, are binomial."""
    z = _noise(target, parameter) / noise_stddev(target.subject.op, parameter, parameter)
    for bound in (1.0, 2.0, 3.0, 4.0, 4.5):
        for side, count in (("above", int((z > bound).sum())), ("below", int((z < -bound).sum()))):
            tail = float(stats.norm.sf(bound))
            if stats.binomtest(count, len(z), tail).pvalue < ALPHA / 10:
                message = (
                    f"Of {len(z)} normals, {len(z) * tail:.1f} should lie {side} {bound} standard deviations; "
                    f"observed {count}."
                )
                return finding("normality", "noise_is_normal", target, sample_case(target, parameter), message)
    return None


def neighbours_independent(target: Target, parameter: float) -> Finding | None:
    """Neighbours along each axis of the mask share their state no more often than chance, at lags 1, 2 and 4."""
    state = _state(target, parameter).reshape(512, 512)
    for axis in (0, 1):
        for lag in (1, 2, 4):
            first, second = (np.take(state, range(*span), axis) for span in ((0, 512 - lag), (lag, 512)))
            both, ones, others = int((first & second).sum()), int(first.sum()), int(second.sum())
            null = stats.hypergeom(first.size, ones, others)
            tail = min(null.cdf(both), null.sf(both - 1))
            if 2 * tail < ALPHA / 6:
                message = (
                    f"Of {first.size} pairs at lag {lag} along axis {axis}, {null.mean():.0f} should agree by chance; "
                    f"observed {both}."
                )
                return finding(
                    "independence", "neighbours_independent", target, sample_case(target, parameter), message
                )
    return None


def _dropped(target: Target, parameter: float) -> npt.NDArray[np.bool_]:
    units = _units(target, parameter)
    if target.subject.op == "alpha_dropout":
        return np.asarray(units < 0)
    if target.subject.op == "masked_gaussian_noise":
        return np.asarray(units != 0)  # "dropped" is a share that gets noise
    return np.asarray(units == 0)


def _state(target: Target, parameter: float) -> npt.NDArray[np.bool_]:
    if target.subject.op in ("gaussian_noise", "gaussian_dropout"):
        return np.asarray(_units(target, parameter) > _origin(target))
    return _dropped(target, parameter)


def _noise(target: Target, parameter: float) -> npt.NDArray[np.float64]:
    """Return the noise itself: output less input."""
    units = _units(target, parameter)
    if target.subject.op == "masked_gaussian_noise":
        units = units[_dropped(target, parameter)]
    return units - _origin(target)


def _origin(target: Target) -> float:
    return 0.0 if target.subject.op in ("gaussian_noise", "masked_gaussian_noise", "normal") else 1.0


def _z_test(deviation: float, sigma: float) -> float:
    return 2 * float(stats.norm.sf(abs(deviation) / sigma)) if sigma > 0 else float(deviation == 0)


def _relative(observed: float, expected: float) -> str:
    return f"{(observed / expected - 1) * 100:+.2f} %"
