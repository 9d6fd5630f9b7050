"""How much noise there is, and how it is distributed: counts, which are held against the documented law."""

from __future__ import annotations

from noise_ops.properties.declaring import Kind, Property, Stage

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
