"""Laws: noise as exact counts, by which its distribution can be judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from noise_ops.subjects.inputs import BINS, LAW_CALLS, MOMENT_UNIT, SMALL_RATE, TAILS
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, tensor
from noise_ops.subjects.values import Facts, Value, numbers


def law(subject: Subject, outputs: Sequence[Any]) -> Facts:
    """Return exact counts of the noise in outputs on the law input; counts of several runs add up."""
    if not outputs:
        return {}
    noise = np.concatenate([numbers(subject.units(y)).ravel() for y in outputs])
    if subject.family in ("mask", "affine"):
        return {"mask_density {}".format(subject.arguments[subject.strength or ""]): density(subject, noise)}
    if subject.family == "uniform":
        return {"noise_is_uniform": uniform_counts(noise)}
    if subject.family == "product":
        noise = (noise - 1) * 2
    elif subject.family == "sum":
        noise = noise * 2
    return {"noise_is_normal": normal_counts(noise)}


def density(subject: Subject, noise: Any) -> dict[str, int]:
    """Count the dropped among outputs on ones: zeros, or the lower of AlphaDropout's two values."""
    dropped = noise == 0 if subject.family == "mask" else noise < (noise.min() + noise.max()) / 2
    return {"dropped": int(dropped.sum()), "n": int(noise.size)}


def normal_counts(z: Any) -> dict[str, Any]:
    """Count standardised noise: sums of the first four powers in units of 1/256, and values in the tails."""
    steps = np.rint(np.where(np.isfinite(z), z, 0) * MOMENT_UNIT).astype(np.int64)
    return {
        "n": int(z.size),
        "sums": [int((steps**power).sum()) for power in (1, 2, 3, 4)],
        "tails": [int((np.abs(z) > tail).sum()) for tail in TAILS],
        "distinct": len(np.unique(z)),
        "not_finite": int((~np.isfinite(z)).sum()),
    }


def uniform_counts(u: Any) -> dict[str, Any]:
    """Count uniforms: by sixteenths, exact zeros, distinct values, and values outside [0, 1)."""
    inside = u[(u >= 0) & (u < 1)]
    return {
        "n": int(u.size),
        "bins": [int(count) for count in np.bincount((inside * BINS).astype(np.int64), minlength=BINS)],
        "zeros": int((u == 0).sum()),
        "distinct": len(np.unique(u)),
        "outside": int(u.size - inside.size),
    }


def plausible(subject: Subject, counts: dict[str, Any]) -> str:
    """Say of counts that differ from run to run whether they are near the documented ones, by wide margins."""
    n = counts["n"]
    if "dropped" in counts:
        near = abs(counts["dropped"] / n - subject.arguments[subject.strength or ""]) < 0.02
    elif "sums" in counts:
        near = abs(counts["sums"][1] / MOMENT_UNIT**2 / n - 1) < 0.1
    else:
        near = max(abs(count * BINS / n - 1) for count in counts["bins"]) < 0.1
    return "not reproducible, {} the documented".format("near" if near else "far from")


def small_rate(subject: Subject, dtype: str) -> Value:
    """Count the dropped at a rate that half precision cannot express."""
    reset()
    layer = subject.make(dtype, **{subject.strength or "": SMALL_RATE})
    x = tensor(subject.x(dtype, "ones"))
    noise = np.concatenate([numbers(subject.units(array(subject.call(layer, x)))).ravel() for _ in range(LAW_CALLS)])
    return density(subject, noise)
