"""Moments of two-point noise, worked back to the number of dropped units, of which they are functions."""

from __future__ import annotations

from noise_ops.checks import samples
from noise_ops.reference.ops import ALPHA_PRIME, affine_correction
from noise_ops.stats.evidence import Evidence
from noise_ops.subjects.targets import Target


def dropped_by_mean(_target: Target, rate: float, evidence: Evidence) -> float:
    """Return how many dropped units the sum of the noise y - 1 speaks of: -1 of each, rate / (1 - rate) else."""
    kept = rate / (1 - rate)
    return (evidence.n * kept - evidence.power(1)) / (1 + kept)


def dropped_by_variance(_target: Target, rate: float, evidence: Evidence) -> float:
    """Return how many dropped units the sum of (y - 1)^2 speaks of."""
    kept = (rate / (1 - rate)) ** 2
    excess = evidence.power(2) - evidence.n * kept
    if abs(1 - kept) < 1e-9:
        # At rate 1/2 the noise is -1 or 1, and its square is 1 for both: it says nothing of how many were dropped. So a
        # right sum of squares stands for the count that is expected, which passes at every look; a wrong one, which no
        # mask of right values can give, stands for none dropped, the count that `follows` is sure to fail.
        return rate * evidence.n if abs(excess) < 1e-5 * evidence.n else 0.0
    return min(max(excess / (1 - kept), 0.0), float(evidence.n))


def dropped_by_affine_mean(target: Target, rate: float, evidence: Evidence) -> float:
    """Return how many dropped units the sum of AlphaDropout's outputs on ones speaks of."""
    a, b = affine_correction(rate)
    kept, dropped = a + b, a * ALPHA_PRIME + b
    total = evidence.power(1) + evidence.n * samples.origin(target)
    return min(max((evidence.n * kept - total) / (kept - dropped), 0.0), float(evidence.n))
