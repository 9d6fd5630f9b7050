"""Codes: what a finding can be, in one table for all who find.

code.py         what a code is
of_noise.py     what noise can get wrong, wherever it is seen
of_upgrades.py  what an upgrade alone can get wrong
of_models.py    what a model of a user's own can get wrong

A code is stable: `CODES` holds, for each, its verdict, the sentence, the reason behind the property, and the remedy.
A property that both a check and a comparison ask about has one code.
"""

from __future__ import annotations

from collections.abc import Mapping

from noise_ops.codes import of_models, of_noise, of_upgrades
from noise_ops.codes.code import Code as Code

CAUSES = (
    *("raises", "dtype", "input-overwritten", "argument-ignored", "same-seed", "inference", "explicit-training"),
    *("support", "boundary", "noise-shape", "scale-equivariance", "additivity", "mask-depends-on-input"),
    *("non-finite", "gradient", "recomputation", "new-call", "new-trace", "replicas", "neighbouring-seeds"),
    *("mask-density", "mean", "variance", "granularity", "normality", "distribution"),
    *("repetition", "independence", "evenness", "colliding-seeds", "round-trip", "rate-limit", "accepts-nonsense"),
    *("stream", "crash", "unobserved"),
)
"""The codes of a check from cause to consequence: what a call gives, from which seed, which values, how many, where.

A layer that gives other values than it can has another mean as well; the other way round that says nothing. In this
order every report tells its findings.
"""

CODES: Mapping[str, Code] = {**of_noise.CODES, **of_upgrades.CODES, **of_models.CODES}
"""Every code by name."""
