"""What no answer speaks of: sources of noise that are not asked, named beside every verdict.

Imports nothing, since `compare` reads it and answers in a fraction of a second.
"""

from __future__ import annotations

from collections.abc import Iterable

BY_NONE = (
    "initializers",
    "random image layers",
    "layers of your own",
    "exported models (SavedModel and TFLite have generators of their own)",
    "several machines",
)
"""What neither `check` nor a record asks."""

BY_CHECK = ("recurrent and attention layers", "keras.random", *BY_NONE)
"""What `check` does not ask of the installed TensorFlow."""

ELSEWHERE = "LSTM, attention: noise-ops check --layer LSTM. A model: noise-ops audit model.keras."
"""Where that goes on which `check` does not ask."""

BY_RECORDS = (*BY_NONE, "GPUs")
"""What a fingerprint does not hold, as `record` makes it without being told otherwise."""


def sentence(left_out: Iterable[str]) -> str:
    """Return what was not asked in one sentence; "" if that is nothing."""
    listed = list(dict.fromkeys(left_out))
    return f"Not asked: {', '.join(listed)}." if listed else ""
