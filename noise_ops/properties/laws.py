"""How much noise there is, and how it is distributed: counts, which are held against the documented law."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from noise_ops.properties.declaring import ALL, OTHERS, Kind, Property, Question, Stage
from noise_ops.properties.step import Step
from noise_ops.subjects.inputs import BINS, DTYPES, LAW_CALLS, MOMENT_UNIT, SMALL_RATE, TAILS
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, tensor
from noise_ops.subjects.values import Facts, Value, numbers

PROPERTIES = (
    Property(
        "mask_density",
        Kind.COUNTS,
        "mask-density",
        "How many units are dropped, of how many.",
        Stage.OP,
    ),
    Property(
        "noise_is_normal",
        Kind.COUNTS,
        "normality",
        "Sums of powers, tails and distinct values of noise.",
        Stage.VARIATE,
    ),
    Property(
        "noise_is_uniform",
        Kind.COUNTS,
        "uniformity",
        "Counts of uniforms by sixteenths of [0, 1).",
        Stage.VARIATE,
    ),
)

QUESTIONS = (
    Question("mask_density", "grid", of=("counted",), unless=("coarse",), dtypes=ALL, modes=OTHERS),
    Question(
        "mask_density",
        "grid and 0.001",
        of=("mask", "coarse"),
        dtypes=ALL,
        why="Where the lattice is coarse it is known to part from the documented rate: eagerly is often enough.",
    ),
    Question("lattice_density", "grid", of=("coarse",), dtypes=ALL, modes=OTHERS, code="mask-density"),
    Question("mean_preservation", "grid", of=("normal",), dtypes=ALL, modes=OTHERS, code="mean"),
    Question("mean_preservation", "grid", of=("scaled",), code="mean", why="It follows from density and support."),
    Question("noise_variance", "grid", of=("normal",), dtypes=ALL, modes=OTHERS, code="variance"),
    Question("noise_variance", "grid", of=("scaled",), code="variance", why="It follows from density and support."),
    Question("moments_preserved", "grid", of=("affine",), code="mean", why="It follows from density and support."),
    Question("noise_is_normal", "grid", of=("normal",), unless=("half",), dtypes=ALL, modes=OTHERS),
    Question(
        "noise_is_normal",
        "grid",
        of=("additive", "layer"),
        unless=("mask",),
        dtypes=(),
        modes=("xla/float16",),
        why="Half precision rounds away what tails could show, but for these, which are known to be wrong.",
    ),
    Question("neighbours_independent", "grid", dtypes=ALL, modes=OTHERS, code="independence"),
    Question("lags_independent", "first", of=("counted",), dtypes=ALL, code="repetition"),
    Question(
        "lags_independent",
        "first",
        of=("normal",),
        unless=("counted", "half"),
        dtypes=ALL,
        code="repetition",
        why="Rounded to half precision, noise is zero more often than a sign is fair.",
    ),
    Question("calls_independent", "grid", unless=("stateless",), dtypes=ALL, modes=OTHERS, code="new-call"),
    Question("replicas_independent", "grid", dtypes=(), modes=("mirrored",), code="replicas"),
    Question("evenly_spread", "grid", of=("counted",), dtypes=ALL, modes=OTHERS, code="evenness"),
    Question(
        "evenly_spread",
        "grid",
        of=("normal",),
        unless=("counted", "half"),
        dtypes=ALL,
        modes=OTHERS,
        code="evenness",
        why="Rounded to half precision, noise is zero more often than a sign is fair.",
    ),
)


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


def steps(subject: Subject) -> Iterator[Step]:
    """Yield counts at a rate that coarse lattices round; the others are recorded with the stream."""
    for dtype in DTYPES if subject.elementwise and subject.family in ("mask", "affine") else ():
        observe = functools.partial(small_rate, subject, dtype)
        yield Step(subject.name, dtype + "/eager", f"mask_density {SMALL_RATE}", observe)
