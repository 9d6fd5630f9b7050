"""Whose noise must not be the same: that of two calls, traces, elements or replicas."""

from __future__ import annotations

from noise_ops.properties.declaring import NEW_NOISE, Kind, Property, Stage

PROPERTIES = (
    Property(
        "new_call_new_noise",
        Kind.EXACT,
        "new-call",
        "Labels of calls, equal ones alike.",
        Stage.SEED,
        right=NEW_NOISE,
        needs_noise=True,
    ),
    Property(
        "replicas_draw_apart",
        Kind.EXACT,
        "replicas",
        "Labels, replica by replica, of two calls.",
        Stage.SEED,
        right=("abcd",),
        needs_noise=True,
    ),
)
