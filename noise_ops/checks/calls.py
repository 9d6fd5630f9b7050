"""Exact and stream-free: whose noise is the same, and whose must not be: seeds, calls, traces and replicas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from noise_ops.checks import exploration, scripting
from noise_ops.checks.amounts import states, wrong_amount, wrong_values
from noise_ops.checks.axes import LONG_RUNS
from noise_ops.checks.chance import NothingToTellError, differs_surely
from noise_ops.checks.domains import seed_cases
from noise_ops.checks.prediction import first_difference
from noise_ops.checks.promised import law_of
from noise_ops.checks.report import finding
from noise_ops.findings import Finding
from noise_ops.properties.catalog import code_of
from noise_ops.reference.bits import WORDS_PER_BLOCK
from noise_ops.reference.variates import FloatArray
from noise_ops.subjects import running
from noise_ops.subjects.cases import Case
from noise_ops.subjects.inputs import SEED_DISTANCES
from noise_ops.subjects.targets import Target
from noise_ops.subjects.values import same


def same_seed_same_noise(target: Target, case: Case) -> Finding | None:
    """Two new layers with the same seed give the same outputs, call by call."""
    first, second = target.run(case, 2), target.run_again(case, 2)
    for call, (a, b) in enumerate(zip(first, second, strict=True)):
        if not same(a, b):
            message = f"Call {call} of two layers with seed {case.seed} differs: {first_difference(a, b)}."
            return finding("same_seed_same_noise", target, case, message)
    return None


def new_call_new_noise(target: Target, case: Case) -> Finding | None:
    """Successive calls of one layer draw different noise."""
    differs_surely(target, case)
    repeat = _first_repeat(target.run(case, 3))
    if repeat is not None:
        message = f"Call {repeat[1]} repeats the noise of call {repeat[0]}, element by element."
        return finding("new_call_new_noise", target, case, message)
    return None


def many_calls_new_noise(target: Target, case: Case) -> Finding | None:
    """No mask or sign comes back many calls later: hundreds of eager calls, thousands of compiled ones."""
    seen: dict[bytes, int] = {}
    for call, output in enumerate(target.run(case, LONG_RUNS[target.mode])):
        # The states, not the outputs: a mask that comes back may be filled with other noise.
        earlier = seen.setdefault(states(target, case, output).tobytes(), call)
        if earlier != call:
            if values := wrong_values(target, case, output):  # of which no state is told
                message = values.within(f"In call {call}, ").message
                return finding("many_calls_new_noise", target, case, message, code=values.code)
            what = "mask" if law_of(target, case).has_mask else "noise"
            message = f"Call {call} repeats the {what} of call {earlier}, element by element."
            return finding("many_calls_new_noise", target, case, message)
    return None


def distant_calls_differ(target: Target, case: Case) -> Finding | None:
    """A layer that goes on from a checkpoint draws new noise at every call number, whatever its highest bit."""
    place = case.seed % 16
    numbers = (0, 2**place, 2 ** (place + 15), 10 ** (place % 9) + 7)
    repeat = _first_repeat(running.resumed(target.subject, case, numbers))
    if repeat is not None:
        message = f"Call {numbers[repeat[1]]} repeats the noise of call {numbers[repeat[0]]}, element by element."
        return finding("distant_calls_differ", target, case, message)
    return None


def new_trace_new_noise(target: Target, case: Case) -> Finding | None:
    """A layer that a larger batch makes `tf.function` trace again repeats no noise of its earlier trace."""
    differs_surely(target, case)
    if not case.x.ndim:
        raise NothingToTellError  # there is no batch that could be larger
    batch = len(case.x)
    larger = np.concatenate([case.x, case.x[:1]])
    inputs = (case.x, larger, case.x)
    outputs = running.retraced(target.subject, case, inputs)
    for trace, x, output in zip(_TRACES, inputs, outputs, strict=True):
        on_x = case.on(x)
        wrong = wrong_values(target, on_x, output) or wrong_amount(target, on_x, [output])
        if wrong:
            code = wrong.code or code_of("amount_of_noise")
            return finding("new_trace_new_noise", target, case, wrong.within(f"In {trace}: ").message, code=code)
    repeat = _first_repeat([output[:batch] for output in outputs])
    if repeat is not None:
        message = (
            f"Call {repeat[1]}, in {_TRACES[repeat[1]]}, repeats the noise of call {repeat[0]}, in "
            f"{_TRACES[repeat[0]]}: the {case.x.size} elements that both batches have are equal."
        )
        return finding("new_trace_new_noise", target, case, message)
    return None


_TRACES = ("the first trace", "the second trace", "the first trace again")


def _first_repeat(outputs: Sequence[FloatArray]) -> tuple[int, int] | None:
    """Return the first two calls, in their order, whose outputs agree in every bit."""
    pairs = ((earlier, later) for later in range(len(outputs)) for earlier in range(later))
    return next((pair for pair in pairs if same(outputs[pair[0]], outputs[pair[1]])), None)


def neighbouring_seeds_differ(target: Target, case: Case) -> Finding | None:
    """Adjacent seeds share no noise: neither the same call nor, shifted by a block, one another's."""
    below, own, above = (target.run(replace(case, seed=case.seed + step), 2) for step in (-1, 0, 1))
    # Both neighbours: of seeds that collide in pairs, one does.
    related = _related(below, own, case.seed - 1) or _related(own, above, case.seed)
    return finding("neighbouring_seeds_differ", target, case, related) if related else None


def _related(first: Sequence[FloatArray], second: Sequence[FloatArray], seed: int) -> str | None:
    """Say which calls with `seed` and with the next one share noise, if any do."""
    for call_a, a in enumerate(first):
        for call_b, b in enumerate(second):
            related = "equals" if same(a, b) else "is shifted by a block from" if _one_block_on(a, b) else None
            if related:
                return f"Call {call_a} with seed {seed} {related} call {call_b} with seed {seed + 1}."
    return None


def _one_block_on(a: FloatArray, b: FloatArray) -> bool:
    """Return whether b reads the stream of a from its second block on."""
    return same(a.ravel()[WORDS_PER_BLOCK:], b.ravel()[:-WORDS_PER_BLOCK])


def every_bit_of_a_seed_counts(target: Target, case: Case) -> Finding | None:
    """Seeds that differ in one bit, in sign or by a power of ten draw different noise: no digit is cut off."""
    first = target.run_alone(case)
    for other in exploration.cases_of(target, seed_cases).hard:
        apart = (case.seed - other.seed) % (2**31 - 1) and (case.seed - other.seed) % (2**31 - 2)
        # What differs by a multiple of a modulus of TensorFlow collides: a known deviation with a test of its own.
        if apart and same(first, target.run_alone(other)):
            message = f"Seeds {case.seed} and {other.seed} draw the same noise, element by element."
            shown = [
                *scripting.apart((case.seed, other.seed))(scripting.layer_of(target), target, case),
                "print('as documented')",
            ]
            return finding("every_bit_of_a_seed_counts", target, case, message, shown=shown)
    return None


def distant_seeds_differ(target: Target, case: Case) -> Finding | None:
    """Seeds that differ by a modulus of TensorFlow's seed arithmetic still draw different noise."""
    first = target.run(case)[0]
    for distance in SEED_DISTANCES:
        if same(first, target.run(replace(case, seed=case.seed + distance))[0]):
            message = f"Seeds {case.seed} and {case.seed} + {distance} draw the same noise, element by element."
            return finding("distant_seeds_differ", target, case, message)
    return None


def replicas_draw_apart(target: Target, case: Case) -> Finding | None:
    """The replicas of a distribution strategy draw different noise."""
    differs_surely(target, case)
    for call, output in enumerate(target.run(case, 3)):
        if same(output[0], output[1]):
            message = f"In call {call} both replicas draw the same noise, element by element."
            return finding("replicas_draw_apart", target, case, message)
    return None
