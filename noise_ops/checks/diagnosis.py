"""Where a stream departs from its prediction: words, variates, seed rule, dtype of the draw, op or layer.

Before a finding says that no known rule draws what was seen, every rule of the package is tried, on both of its
engines, and the rule of the layer itself in every dtype, as a setting of the user may have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from noise_ops.checks.prediction import output, predict, seed_for
from noise_ops.checks.witnesses import departed_stage
from noise_ops.findings import Stage
from noise_ops.reference import ops
from noise_ops.reference.bits import ENGINES, Engine
from noise_ops.reference.seeds import (
    GeneratorSeed,
    Keras2Seed,
    KerasGlobalSeed,
    KerasSeed,
    LegacySeed,
    Seed,
    StatelessSeed,
)
from noise_ops.reference.variates import DTYPES, FloatArray, as_dtype
from noise_ops.subjects.cases import Case
from noise_ops.subjects.inputs import GLOBAL_SEED, SECOND_SEED
from noise_ops.subjects.targets import Target
from noise_ops.subjects.values import same

CALLS = 4
"""Calls of each rule that are tried."""


def departure(target: Target, case: Case, observed: Sequence[FloatArray], call: int) -> tuple[Stage, str]:
    """Return the first stage that moved, and how that was seen.

    Args:
      target: what was asked.
      case: what it was called with.
      observed: the outputs of successive calls.
      call: the first of them that is not as predicted.
    """
    below = departed_stage(case.x.dtype)
    if below is not None:
        return below, f"tf.random itself draws other {'words' if below is Stage.BITS else 'variates'}"
    seen = observed[call]
    # Of replicas, the first is asked about.
    one = seen[0] if target.mode == "mirrored" and seen.shape == (2, *case.x.shape) else seen
    rule = _fitting_rule(target, case, one)
    if rule is not None:
        return Stage.SEED, rule
    kind = _fitting_dtype(target, case, one)
    if kind is not None:
        return Stage.VARIATE, kind
    wanted = predict(target, case, call + 1)
    if wanted is not None and _same_zeros(seen, wanted[call]):
        return Stage.OP, "the same elements are dropped, their values differ"
    return Stage.LAYER, "no known seed rule draws this"


def _fitting_rule(target: Target, case: Case, seen: FloatArray) -> str | None:
    for rule, seed in _known_rules(case):
        number = _call_of(seen, partial(output, target.subject.op, case, seed))
        if number is not None:
            return f"it is call {number} of {rule}"
    return None


def _fitting_dtype(target: Target, case: Case, seen: FloatArray) -> str | None:
    """Return in which dtype and on which engine the layer's own seed draws this, if it does."""
    for dtype in DTYPES:
        for engine in ENGINES:
            seed = _own_seed(target, case, engine)
            if seed is None or not can_be_drawn_in(target.subject.op):
                continue
            number = _call_of(seen, partial(drawn_in, target.subject.op, case, seed, dtype))
            if number is not None:
                on = "" if engine == "kernel" else " on XLA's engine"
                return f"it is call {number} of the layer's own seed, drawn in {dtype.name}{on}"
    return None


def _own_seed(target: Target, case: Case, engine: Engine) -> Seed | None:
    seed = seed_for(target.subject, case, target.mode)
    if isinstance(seed, KerasSeed):
        return KerasSeed(case.seed, engine)
    return seed if seed is not None and seed.engine == engine else None


def _call_of(seen: FloatArray, draw: Callable[[], FloatArray]) -> int | None:
    """Return which of the first calls of a source was seen, if any."""
    return next((number for number in range(CALLS) if same(draw(), seen)), None)


def _known_rules(case: Case) -> Iterator[tuple[str, Seed]]:
    yield "KerasSeed(seed), the rule of Keras 3 layers", KerasSeed(case.seed)
    yield "KerasSeed(seed, engine='xla')", KerasSeed(case.seed, "xla")
    yield "KerasGlobalSeed(seed), the rule of keras.random without a seed", KerasGlobalSeed(case.seed)
    yield "KerasGlobalSeed(seed, engine='xla')", KerasGlobalSeed(case.seed, "xla")
    yield "LegacySeed(global seed, seed), the rule of Keras 2 before 2.8", LegacySeed(GLOBAL_SEED, case.seed)
    yield "Keras2Seed(global seed, seed), the rule of Keras 2.8 and later", Keras2Seed(GLOBAL_SEED, case.seed)
    yield (
        "Keras2Seed.in_function(global seed, seed, trace=1), a second trace of Keras 2.8 and later",
        Keras2Seed.in_function(GLOBAL_SEED, case.seed, trace=1),
    )
    yield "LegacySeed(global seed), a layer that ignores its seed", LegacySeed(GLOBAL_SEED)
    yield (
        "LegacySeed.in_function(global seed), a layer that ignores its seed in a tf.function",
        LegacySeed.in_function(GLOBAL_SEED),
    )
    for engine in ENGINES:
        on = "" if engine == "kernel" else ", engine='xla'"
        pair = (case.seed, SECOND_SEED)
        yield f"StatelessSeed((seed, {SECOND_SEED}){on}), the rule of stateless ops", StatelessSeed(pair, engine)
        yield f"GeneratorSeed(seed{on}), the rule of tf.random.Generator", GeneratorSeed(case.seed, engine)


def can_be_drawn_in(op: str) -> bool:
    """Return whether `drawn_in` knows an op."""
    return op != "masked_gaussian_noise"


def drawn_in(op: str, case: Case, seed: Seed, dtype: np.dtype[Any]) -> FloatArray:
    """Return what an op makes of a case if its noise is drawn in another dtype than the documented one.

    Args:
      op: one that `can_be_drawn_in`.
      case: its input; the output has its dtype.
      seed: where the noise comes from.
      dtype: the dtype of the uniforms or normals.
    """
    x, own = case.x, case.x.dtype
    with np.errstate(all="ignore"):
        if op in ("uniform", "normal"):
            return output(op, case.on(x.astype(dtype)), seed).astype(own)
        if op == "gaussian_noise":
            return np.asarray(x + output(op, case.on(np.zeros_like(x, dtype)), seed).astype(own))
        factor = output("dropout" if op == "alpha_dropout" else op, case.on(np.ones_like(x, dtype)), seed)
        if op == "gaussian_dropout":
            return np.asarray(x * factor.astype(own))
        return _masked(op, case, factor != 0)


def _masked(op: str, case: Case, kept: npt.NDArray[np.bool_]) -> FloatArray:
    """Return what a dropout makes of a case under a mask."""
    assert case.rate is not None
    x, own = case.x, case.x.dtype
    if op == "alpha_dropout":
        a, b, dropped = (as_dtype(value, own) for value in (*ops.affine_correction(case.rate), ops.ALPHA_PRIME))
        return np.asarray(np.where(kept, x, dropped) * a + b)
    return np.where(kept, x * as_dtype(1 / (1 - case.rate), own), np.zeros_like(x))


def _same_zeros(a: FloatArray, b: FloatArray) -> bool:
    return a.shape == b.shape and bool((a == 0).any()) and bool(np.array_equal(a == 0, b == 0))
