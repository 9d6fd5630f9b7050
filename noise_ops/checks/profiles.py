"""Profiles: how much a run asks, from a glance to an open-ended search."""

from __future__ import annotations

import os

EXAMPLES = {"quick": 2, "default": 20, "thorough": 100, "soak": 500}
"""Cases that are drawn per target and exact property in eager mode. Sample sizes stand in the ledger."""

EXAMPLES_ELSEWHERE = {"quick": 1, "default": 5, "thorough": 20, "soak": 100}
"""The same in the modes that trace, compile, train, save or replicate."""

QUICK_MODES = ("eager", "function")
"""Modes of the quick profile: the two that cost least; the others compile, train, save or replicate."""

QUICK_DTYPES = ("bfloat16", "float32")
"""Dtypes of which the quick profile asks statistically: the one that all use, and the one whose lattice is coarsest."""

VARIABLE = "NOISE_OPS_PROFILE"
"""Environment variable that carries the profile into xdist's workers too."""

EXAMPLES_VARIABLE = "NOISE_OPS_EXAMPLES"
"""Environment variable that asks for more cases than the profile."""

EXPLORE_VARIABLE = "NOISE_OPS_EXPLORE"
"""Environment variable with the number from which other cases are drawn than every time."""


def covers_mode(mode: str) -> bool:
    """Return whether a run that names no mode asks about this one."""
    return profile() != "quick" or mode in QUICK_MODES


def covers_statistics_in(dtype: str) -> bool:
    """Return whether a run that names no dtype asks statistically about this one."""
    return profile() != "quick" or dtype in QUICK_DTYPES


def profile() -> str:
    """Return the profile of this run."""
    return os.environ.get(VARIABLE, "default")


def examples(eager: bool) -> int:
    """Return how many cases are drawn per target and exact property: the profile's number, or more where asked for."""
    by_profile = (EXAMPLES if eager else EXAMPLES_ELSEWHERE)[profile()]
    return max(by_profile, int(os.environ.get(EXAMPLES_VARIABLE, "0")))


def entropy() -> int | None:
    """Return the number from which cases are drawn at random; None for the same ones every time."""
    given = os.environ.get(EXPLORE_VARIABLE)
    return int(given) if given else None
