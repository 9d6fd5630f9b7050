"""Profiles: how much a run asks, from a glance to an open-ended search."""

from __future__ import annotations

import os

EXAMPLES = {"quick": 1, "default": 2, "thorough": 10, "soak": 500}
"""Cases that are explored per target and exact property. Sample sizes stand in the ledger."""

QUICK_MODES = ("eager",)
"""Modes of the quick profile; the others trace, compile, train, save or replicate."""

QUICK_DTYPES = ("bfloat16", "float32")
"""Dtypes of which the quick profile asks statistically: the one that all use, and the one whose lattice is coarsest."""

VARIABLE = "NOISE_OPS_PROFILE"
"""Environment variable that carries the profile into xdist's workers too."""


def covers_mode(mode: str) -> bool:
    """Return whether a run that names no mode asks about this one."""
    return profile() != "quick" or mode in QUICK_MODES


def covers_statistics_in(dtype: str) -> bool:
    """Return whether a run that names no dtype asks statistically about this one."""
    return profile() != "quick" or dtype in QUICK_DTYPES


def profile() -> str:
    """Return the profile of this run."""
    return os.environ.get(VARIABLE, "default")
