"""Grids: the rates, seeds and shapes that arguments are given, by their text."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from noise_ops.subjects.libraries import tf

STRENGTHS: tuple[tuple[str, Any], ...] = (
    ("1", 1),
    ("1.5", 1.5),
    ("-1.0", -1.0),
    ("0", 0),
    ("nan", math.nan),
    ("None", None),
    ("'0.3'", "0.3"),
)
"""Rates or standard deviations, by their text; the first three are asked of every subject."""

KINDS: tuple[tuple[str, Callable[[], Any]], ...] = (
    ("1-2**-24", lambda: 1 - 2.0**-24),
    ("1e-30", lambda: 1e-30),
    ("inf", lambda: math.inf),
    ("True", lambda: True),
    ("np.float32(0.3)", lambda: np.float32(0.3)),
    ("np.array(0.3)", lambda: np.array(0.3)),
    ("tf.constant(0.3)", lambda: tf.constant(0.3)),
    ("tf.Variable(0.3)", lambda: tf.Variable(0.3)),
)
"""Further rates or standard deviations, at their ends and of other types; made in the process that gives them."""

SEEDS: tuple[tuple[str, Any], ...] = (
    ("-1", -1),
    ("2**63", 2**63),
    ("2**31", 2**31),
    ("None", None),
    ("1.5", 1.5),
    ("'a'", "a"),
)
"""Seeds, by their text; the first two are asked of every subject."""

NOISE_SHAPES: tuple[tuple[str, Any], ...] = (
    ("None,1", (None, 1)),
    ("1,None", (1, None)),
    ("257", (257,)),
    ("2,1", (2, 1)),
    ("-1,1", (-1, 1)),
)

DATA_FORMATS: tuple[tuple[str, Any], ...] = (("'channels_first'", "channels_first"), ("'channels'", "channels"))
