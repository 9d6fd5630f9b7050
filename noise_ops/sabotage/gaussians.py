"""Wounds of the Gaussian layers: variance and mean of the normals that a real layer draws, and controls.

Each is a function of a `Drawing`: the call of a normal draw of `tf.random` that the layer makes.
"""

from __future__ import annotations

import math

from noise_ops.findings import Verdict
from noise_ops.sabotage import gaussian_patterns, positions
from noise_ops.sabotage.drawing import wound as _wound
from noise_ops.sabotage.mutant import Kind
from noise_ops.subjects.libraries import tensorflow

VARIANCES = (
    _wound(
        "root-forgotten",
        Kind.VARIANCE,
        "the variance is passed for the standard deviation",
        lambda d: d.call.sound(stddev=d.stddev**2),
        "noise_variance",
    ),
    _wound(
        "root-taken-twice",
        Kind.VARIANCE,
        "the root of the standard deviation is passed for it",
        lambda d: d.call.sound(stddev=math.sqrt(d.stddev)),
        "noise_variance",
    ),
    _wound(
        "variance-inverted",
        Kind.VARIANCE,
        "the variance is (1 - rate) / rate",
        lambda d: d.call.sound(stddev=1 / d.stddev),
        "noise_variance",
    ),
    _wound(
        "variance-of-mask",
        Kind.VARIANCE,
        "the variance is rate * (1 - rate), that of a Bernoulli mask",
        lambda d: d.call.sound(stddev=d.stddev / (1 + d.stddev**2)),
        "noise_variance",
    ),
    _wound(
        "stddev-1-percent",
        Kind.VARIANCE,
        "the standard deviation is 1 % too large",
        lambda d: d.call.sound(stddev=1.01 * d.stddev),
        "noise_variance",
    ),
    _wound(
        "stddev-2-percent-less",
        Kind.VARIANCE,
        "the standard deviation is 2 % too small",
        lambda d: d.call.sound(stddev=0.98 * d.stddev),
        "noise_variance",
    ),
)

MEANS = (
    _wound(
        "mean-0.99",
        Kind.MEAN,
        "the factor has mean 0.99",
        lambda d: d.call.sound(mean=d.mean - 0.01),
        "mean_preservation",
    ),
    _wound(
        "mean-0.02-deviations",
        Kind.MEAN,
        "the mean is off by 0.02 standard deviations",
        lambda d: d.call.sound(mean=d.mean + 0.02 * d.stddev),
        "mean_preservation",
    ),
    _wound(
        "mean-0",
        Kind.MEAN,
        "the factor has mean 0 in place of 1",
        lambda d: d.call.sound(mean=0.0),
        "mean_preservation",
    ),
)


WIDENED = _wound(
    "widened-to-float64",
    Kind.DTYPE,
    "the draw is float64, whatever dtype was asked for",
    lambda d: tensorflow().cast(d.call.sound(), "float64"),
    "shape_and_dtype_kept",
    verdicts=(Verdict.LAW_CHANGED, Verdict.CONTRACT_CHANGED),
)

UNTOUCHED = _wound(
    "untouched",
    Kind.UNBROKEN,
    "the layer is opened, and everything put back as it was",
    lambda d: d.call.sound(),
    verdicts=(Verdict.IDENTICAL,),
    dtypes=(),
)

OTHER_STREAMS = (
    _wound(
        "negated",
        Kind.OTHER_STREAM,
        "each normal has the other sign",
        lambda d: d.call.sound(stddev=-d.stddev),
        verdicts=(Verdict.STREAM_CHANGED,),
        dtypes=("bfloat16", "float32"),
    ),
    _wound(
        "reversed",
        Kind.OTHER_STREAM,
        "the normals are used from the last to the first",
        lambda d: positions.backwards(d.call.sound()),
        verdicts=(Verdict.STREAM_CHANGED,),
        dtypes=("bfloat16", "float32"),
    ),
)

TINY = (
    _wound(
        "stddev-0.02-percent",
        Kind.TINY,
        "the standard deviation is 0.02 % too large",
        lambda d: d.call.sound(stddev=1.0002 * d.stddev),
        verdicts=(Verdict.IDENTICAL, Verdict.STREAM_CHANGED),
    ),
)

ALL = (
    *VARIANCES,
    *MEANS,
    *gaussian_patterns.ALL,
    WIDENED,
    UNTOUCHED,
    *OTHER_STREAMS,
    *TINY,
)
