"""Exact and stream-aware: the output is the predicted one in every bit, and if not, from which stage on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from noise_ops.checks import scripting
from noise_ops.checks.axes import LONG_RUNS
from noise_ops.checks.diagnosis import departure
from noise_ops.checks.prediction import as_predicted, first_difference, predict, seed_for
from noise_ops.checks.report import finding
from noise_ops.checks.witnesses import stateless_words
from noise_ops.findings import Finding, Stage
from noise_ops.reference.bits import philox_words
from noise_ops.reference.seeds import Keras2Seed, KerasSeed, LegacySeed, Seed, StatelessSeed, scramble
from noise_ops.subjects.cases import Case
from noise_ops.subjects.inputs import SECOND_SEED
from noise_ops.subjects.targets import Target

UNPREDICTABLE = "stateful ops under XLA draw from a state that no seed determines"


class UnpredictableError(Exception):
    """No seed determines what a target draws, so that there is no prediction to hold it to."""


CALLS = 3
"""Successive calls that are compared: the first, the next, and one to tell a counter from a coin."""


def predicted_stream(target: Target, case: Case) -> Finding | None:
    """The outputs of successive calls equal the reference's, bit for bit."""
    expected = predict(target, case, CALLS)
    if expected is None:
        raise UnpredictableError(UNPREDICTABLE)
    observed = target.run(case, CALLS)
    for call, (seen, wanted) in enumerate(zip(observed, expected, strict=True)):
        if as_predicted(target, case, seen, wanted):
            continue
        stage, why = departure(target, case, observed, call)
        message = f"Call {call} departs from the prediction at the {stage.value} stage ({why}): "
        message += f"{first_difference(seen, wanted)}."
        shown = scripting.as_predicted(target, call, seen, wanted)
        return finding("predicted_stream", target, case, message, stage=stage, shown=shown)
    return None


def later_calls_predicted(target: Target, case: Case) -> Finding | None:
    """The outputs of a layer's first 310 calls, of 2100 where it is compiled, equal the reference's, bit for bit."""
    calls = LONG_RUNS[target.mode]
    expected = predict(target, case, calls)
    if expected is None:
        raise UnpredictableError(UNPREDICTABLE)
    for call, (seen, said) in enumerate(zip(target.run(case, calls), expected, strict=True)):
        if not as_predicted(target, case, seen, said):
            message = f"Call {call} departs from the prediction: {first_difference(seen, said)}."
            stage, shown = _stage(target, Stage.SEED), scripting.as_predicted(target, call, seen, said)
            return finding("later_calls_predicted", target, case, message, stage=stage, shown=shown)
    return None


def large_tensor_predicted(target: Target, case: Case) -> Finding | None:
    """A tensor of two million units equals the reference's, bit for bit, from the first to the last."""
    expected = predict(target, case)
    if expected is None:
        raise UnpredictableError(UNPREDICTABLE)
    observed = target.run(case)[0]
    if not as_predicted(target, case, observed, expected[0]):
        message = f"A large tensor departs from the prediction: {first_difference(observed, expected[0])}."
        stage, shown = _stage(target, Stage.LAYER), scripting.as_predicted(target, 0, observed, expected[0])
        return finding("large_tensor_predicted", target, case, message, stage=stage, shown=shown)
    return None


def _stage(target: Target, otherwise: Stage) -> Stage:
    """Return the stage at which the standard case departs already; another one where it is as predicted."""
    case = target.standard
    observed, expected = target.run(case, CALLS), predict(target, case, CALLS)
    assert expected is not None
    for call, (seen, wanted) in enumerate(zip(observed, expected, strict=True)):
        if not as_predicted(target, case, seen, wanted):
            return departure(target, case, observed, call)[0]
    return otherwise


_STATEFUL = ((1 / 2, 30088, 756), (1 / 4, 6803, 1151), (3 / 4, 1148, 826))

BOUNDARIES: dict[type[Seed], tuple[tuple[float, int, int], ...]] = {
    KerasSeed: ((1 / 2, 3051, 808), (1 / 4, 300, 617), (3 / 4, 976, 1106)),
    LegacySeed: _STATEFUL,
    Keras2Seed: _STATEFUL,
    StatelessSeed: ((1 / 2, 10293, 646), (1 / 4, 6915, 784), (3 / 4, 1062, 615)),
}
"""By seed rule: rate, seed and index where the float32 uniform of a first call equals the rate.

Found by a search of seeds 0, 1, 2, ...; of LegacySeed and Keras2Seed with `GLOBAL_SEED`, of StatelessSeed with
`SECOND_SEED`.
"""


def boundary_kept(target: Target, case: Case) -> Finding | None:
    """An element whose uniform equals the rate is not below it: >= for kept, which no sample could tell from >."""
    rule = seed_for(target.subject, case, target.mode)
    assert rule is not None
    for rate, number, index in BOUNDARIES[type(rule)]:
        at_boundary = replace(case.on(np.ones(index + 1, np.float32)), rate=rate, seed=number)
        predicted = predict(target, at_boundary)
        assert predicted is not None
        observed, expected = target.run(at_boundary)[0], predicted[0]
        # Only a layer that draws the predicted stream meets the boundary there.
        if observed[index] != expected[index] and np.array_equal(observed[:index], expected[:index]):
            message = (
                f"With rate {rate} and seed {number}, element {index} has a uniform equal to the rate and is treated "
                "as if it were lower."
            )
            shown = scripting.as_predicted(target, 0, observed, expected, index)
            return finding("boundary_kept", target, at_boundary, message, stage=Stage.OP, shown=shown)
    return None


def predicted_words(target: Target, case: Case) -> Finding | None:
    """The full-range integer draw, which involves no float, gives the words of the reference."""
    pair = (case.seed, SECOND_SEED)
    observed, expected = stateless_words(pair, 1 + case.x.size), philox_words(scramble(*pair), 1 + case.x.size)
    if not np.array_equal(observed, expected):
        message = f"Seed {pair} gives the words {observed[:4]}, expected {expected[:4]}."
        draw = f"tf.random.stateless_uniform([{observed.size}], {pair}, None, None, tf.uint32)"
        index = int(np.argmax(observed != expected))
        shown = [
            f"word = int({draw}[{index}])",
            *scripting.unless(f"word == {expected[index]}", f"Word {index} is {{word}}, expected {expected[index]}."),
            'print("as predicted")',
        ]
        return finding("predicted_words", target, case, message, stage=Stage.BITS, shown=shown)
    return None
