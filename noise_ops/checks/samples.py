"""Samples: what the statistical checks draw from a target, once for all of them, and keep as evidence.

A draw is four outputs on a constant input, as a rule of two layers with different seeds, each called twice. Seeds
follow from the epoch, the target, the parameter and the draw, and are never edited after a failure: one build gives
one verdict.
"""

from __future__ import annotations

import hashlib
import math
import operator
from collections.abc import Sequence
from functools import cache, reduce

import numpy as np
import numpy.typing as npt

from noise_ops.checks.promised import LARGEST_STDDEV, law_at
from noise_ops.laws.law import Law
from noise_ops.reference.variates import FLOAT32, FloatArray
from noise_ops.stats.evidence import Evidence, Pairs
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target
from noise_ops.version import __version__

RATES = (0.5, 0.3, 0.1, 0.01, 0.9)
"""The grid of rates."""

STDDEVS = (1.0, 0.25)
"""The grid of standard deviations."""

_GRIDS = {"stddev": STDDEVS, "normal": (1.0,)}
"""By the first argument of a subject, or its op where it has none; elsewhere the grid is that of rates."""

EPOCH = __version__
"""What every sample's seed is hashed with; it changes with a release of the suite, never after a failure."""

COLUMNS = 251
"""Elements in a row of a sample: a prime, so that every column meets every place in a Philox block."""

LARGEST_DRAW = 2**20
"""Units in one draw, at most; larger samples come in several, so that memory stays flat."""

LARGEST_LAGGED = 2**18
"""Units whose every distance is looked at, at most: the transform is held in memory."""

_MEDIAN = 0.6744897501960817
"""Half of all normals are larger than this many standard deviations."""

_EAGER_MODES = ("eager", "from_config", "mixed_float16", "mixed_bfloat16")
"""Modes in which five layers cost five times one; in the others they share a trace, a model or a file."""

Units = npt.NDArray[np.float64]


def is_main(target: Target) -> bool:
    """Return whether a target owns the full design: eager, in float32."""
    return target.mode == "eager" and target.dtype == FLOAT32


def parameters(target: Target) -> tuple[float, ...]:
    """Return the grid of rates, or of standard deviations where the subject has no rate."""
    return _GRIDS.get((*target.subject.arguments, target.subject.op)[0], RATES)


def evidence(target: Target, parameter: float, sizes: Sequence[int], look: int) -> Evidence:
    """Return the evidence up to a look, which holds at least `sizes[look]` units; drawn once for all checks."""
    wanted = parameters(target) if _shared(target) else (parameter,)
    return _evidence(target, wanted, tuple(sizes), look)[parameter]


def forget() -> None:
    """Forget all evidence: the layers are about to change."""
    _evidence.cache_clear()


def _shared(target: Target) -> bool:
    return target.mode not in _EAGER_MODES


@cache
def _evidence(target: Target, wanted: tuple[float, ...], sizes: tuple[int, ...], look: int) -> dict[float, Evidence]:
    """Return the evidence of parameters that are drawn together: that of the look before, and what was missing."""
    before = _evidence(target, wanted, sizes, look - 1) if look else dict.fromkeys(wanted, Evidence())
    missing = sizes[look] - before[wanted[0]].n
    draws = math.ceil(missing / LARGEST_DRAW)
    rows = math.ceil(missing / (4 * draws * COLUMNS))
    collected = dict(before)
    for number in range(draws):
        for parameter, drawn in draw(target, wanted, rows, f"{look}/{number}").items():
            collected[parameter] += drawn
    return collected


def draw(target: Target, wanted: Sequence[float], rows: int, name: str) -> dict[float, Evidence]:
    """Return the evidence of one draw of 4 * rows * COLUMNS units a parameter, whose seeds follow from its name."""
    x = constant_input(target, rows)
    seeds, calls = _seeds_and_calls(target)
    cases = [case(target, parameter, x, f"{name}/{seed}") for parameter in wanted for seed in range(seeds)]
    outputs = target.run_together(cases, calls)
    return {
        parameter: _evidence_of_outputs(target, parameter, outputs[seeds * index : seeds * (index + 1)])
        for index, parameter in enumerate(wanted)
    }


def signs(target: Target, parameter: float, units: int) -> list[npt.NDArray[np.bool_]]:
    """Return fair signs of about so many units, of calls and seeds in a row: the states, and which normals are large.

    Args:
      target: what draws them.
      parameter: one at which the states are fair.
      units: how many, the most that are drawn being `LARGEST_LAGGED`.
    """
    rows = math.ceil(min(units, LARGEST_LAGGED) / (4 * COLUMNS))
    x = constant_input(target, rows)
    seeds, calls = _seeds_and_calls(target)
    outputs = target.run_together([case(target, parameter, x, f"lags/{seed}") for seed in range(seeds)], calls)
    drawn = finite(np.stack([output for calls in outputs for output in calls]))
    law = law_at(target, parameter)
    found = [law.states_at_origin(drawn)]
    if not law.counted:
        found.append(np.abs(standardized(target, law, drawn)) > _MEDIAN)
    return found


def _seeds_and_calls(target: Target) -> tuple[int, int]:
    """Return how many layers are called how often for the four arrays of a draw."""
    if target.subject.stateless:
        return 4, 1  # a second call would repeat the first
    # A layer more costs time in the modes that compile; four calls of one are seen to differ at distances 1 and 2.
    return (1, 4) if _shared(target) else (2, 2)


def case(target: Target, parameter: float, x: FloatArray, name: str) -> Case:
    """Return the case of one layer of a draw."""
    text = f"{EPOCH}/{target}/{parameter}/{name}"
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    recipe = f"np.full({x.shape}, {law_at(target, parameter).origin})"
    return target.subject_case(x, rate=parameter, stddev=min(parameter, LARGEST_STDDEV), seed=seed, recipe=recipe)


def constant_case(target: Target, parameter: float, rows: int, name: str) -> Case:
    """Return a case on rows of 251 units of the constant input, whose seed follows from its name."""
    return case(target, parameter, constant_input(target, rows), name)


def first_case(target: Target, parameter: float, rows: int = 64) -> Case:
    """Return the case that a finding shows: the first layer of the first draw, on rows of 251 units."""
    return constant_case(target, parameter, rows, "0/0/0")


def origin(target: Target) -> float:
    """Return the constant input: 1 where noise multiplies and 0 where it is added, so that no noise is rounded away."""
    return law_at(target, parameters(target)[0]).origin


def constant_input(target: Target, rows: int) -> FloatArray:
    """Return rows of 251 units of the constant input."""
    return np.full(_shape(target, rows), origin(target), target.dtype)


def _shape(target: Target, rows: int) -> tuple[int, ...]:
    rank = target.subject.rank
    # A unit of a spatial layer is a feature map; maps of one element are as good as larger ones here.
    return (rows, COLUMNS) if rank is None else (rows, *(1,) * (rank - 2), COLUMNS)


def _evidence_of_outputs(target: Target, parameter: float, outputs: Sequence[Sequence[FloatArray]]) -> Evidence:
    law = law_at(target, parameter)
    drawn = [output for calls in outputs for output in calls]
    replicas = Pairs()
    if target.mode == "mirrored":
        tables = [Pairs.of(*(law.states_at_origin(finite(one)) for one in both)) for both in drawn]
        replicas = reduce(operator.add, tables)
        drawn = [both[0] for both in drawn]
    units = finite(np.stack(drawn)).reshape(2, 2, -1, COLUMNS)
    states, noise = law.states_at_origin(units), standardized(target, law, units)
    return Evidence.of_draw(states, noise, replicas, normal=law.distribution is not None)


def finite(output: FloatArray) -> Units:
    """Return an output in float64, with large numbers for nan and infinity, which must fail a check, not crash it."""
    units = output.astype(np.float64)
    return units if np.isfinite(units).all() else np.nan_to_num(units, nan=1e6, posinf=1e6, neginf=-1e6)


def states_of(target: Target, parameter: float, output: FloatArray) -> npt.NDArray[np.bool_]:
    """Return the states of an output on the constant input, in one row."""
    return law_at(target, parameter).states_at_origin(finite(output)).reshape(-1)


def standardized(target: Target, law: Law, units: Units) -> Units:
    """Return standardized normals where noise is normal, else output less input."""
    x = np.asarray(law.origin)
    return law.standardized(x, units[law.noised(x, units)], target.dtype)
