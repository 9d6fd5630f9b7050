"""How much noise there is, and how it is distributed: counts, which are held against the documented law."""

from __future__ import annotations

from noise_ops.properties.declaring import ALL, OTHERS, Kind, Property, Question, Stage

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
