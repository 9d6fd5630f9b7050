"""What one plain test of scipy.stats says of each law: a second opinion beside the exact design.

All are asked in eager float32, whose lattice no sample shows.
"""

from __future__ import annotations

from noise_ops.properties.declaring import Question

QUESTIONS = (
    Question("density_by_binomtest", "grid", of=("counted",), code="mask-density"),
    Question("mean_by_ttest", "grid", of=("normal",), code="mean"),
    Question("variance_by_chi2", "grid", of=("normal",), code="variance"),
    Question("normality_by_kstest", "grid", of=("normal",), code="normality"),
    Question("uniformity_by_kstest", "first", of=("uniform",), code="uniformity"),
    Question("neighbours_by_binomtest", "grid", code="independence"),
    Question("lags_by_binomtest", "first", code="repetition"),
    Question("calls_by_binomtest", "grid", unless=("stateless",), code="new-call"),
    Question("replicas_by_binomtest", "first", dtypes=(), modes=("mirrored",), code="replicas"),
    Question(
        "evenness_by_chisquare",
        "light grid",
        code="evenness",
        why="At rarer states the counts have longer tails than the normal ones that a chi-square is made of.",
    ),
)
