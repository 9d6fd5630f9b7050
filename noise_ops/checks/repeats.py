"""Exact and stream-free: no piece of the noise is a copy of another, wherever both lie.

The laws' samples come in pieces of at most 2**18 units and few calls. Here one call is large, calls are many, and seeds
lie near and far. What is searched, and how long a copy must be to be seen, stands in `stats.copies`: about 130 units
of a mask at rate 1/2 and 8 normals; of the large call, 230 and 60.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from noise_ops.checks import samples, scripting
from noise_ops.checks.prediction import seed_for
from noise_ops.checks.profiles import profile
from noise_ops.checks.promised import law_at, law_of
from noise_ops.checks.readings import readings, units_of
from noise_ops.checks.report import finding
from noise_ops.findings import Finding
from noise_ops.reference.seeds import Keras2Seed
from noise_ops.reference.variates import FloatArray
from noise_ops.stats.copies import SURE_BITS, Copy, first_copy
from noise_ops.subjects import running
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

LARGE = {"quick": 2**17, "default": 2**20, "thorough": 2**23, "soak": 2**25}
"""Units in the large call, at least."""

_TURNED = 512
"""Rows of the large call that are read along its columns, too."""

_ROWS = 2
"""Rows of each of many calls: about 500 units."""

_CALLS = 12
"""Successive eager calls, each by itself."""

_LOOPED = 320
"""Successive calls in a loop, where one costs little: more than a counter of 8 bits can tell apart."""

DISTANCES = (0, 64, 2**16, 2**24, 2**32, 2**48)
"""How far seeds lie from the first: some meet if high bits are lost, none in a modulus of TensorFlow's arithmetic."""

_NEIGHBOUR = 1
"""The distance of the neighbour, where the seed rule gives it a stream of its own."""

Naming = Callable[[int], str]
"""From the number of an output to words."""


def large_call_never_repeats(target: Target, case: Case) -> Finding | None:
    """No piece of one large call repeats another, in rows or columns, forwards or mirrored, with either sign."""
    rows = math.ceil(LARGE[profile()] / samples.COLUMNS)
    case = _on_rows(target, rows, "large")
    units = units_of(target.run(case)[0], case)
    places = np.arange(units.size).reshape(units.shape)
    # Columns are read behind the rows, so that a column that repeats a row is found as well.
    order = np.concatenate([places.reshape(-1), places[:_TURNED].T.reshape(-1)])
    for noun, symbols in readings(target, case, units.reshape(-1)[order], units_of(case.x, case).reshape(-1)[order]):
        copy = first_copy(symbols, order)
        if copy is not None:
            here, there = _place(copy.first, units.shape), _place(copy.second, units.shape)
            message = f"In one call on {units.size:,} units, the {noun} {here} are those {there}{_extent(copy)}."
            shown = _shown(target, case, copy, units.size, (case.seed,), 1)
            return finding("large_call_never_repeats", target, case, message, shown=shown)
    return None


def large_call_varies_everywhere(target: Target, case: Case) -> Finding | None:
    """In one large call no long stretch of units is all dropped or all kept, nor noise of one sign."""
    case = _on_rows(target, math.ceil(LARGE[profile()] / samples.COLUMNS), "stretches")
    states = samples.states_of(target, samples.parameters(target)[0], target.run(case)[0])
    ends = np.concatenate(([-1], np.flatnonzero(states[1:] != states[:-1]), [states.size - 1]))
    longest = int(np.argmax(np.diff(ends)))
    start, length = int(ends[longest]) + 1, int(ends[longest + 1] - ends[longest])
    # Fair states are alike for so long, from any unit on, with probability 2**-64 at most.
    if length <= math.ceil(math.log2(states.size)) + SURE_BITS:
        return None
    message = f"Of {states.size:,} units of one call, {length:,} in a row are alike, from unit {start:,} on."
    state = f"({law_at(target, samples.parameters(target)[0]).state}).ravel()[{start}:{start + length}]"
    shown = [
        *scripting.run(target, 1),
        "y = np.nan_to_num(outputs[0].astype('float64'))",
        f"states = {state}",
        *scripting.unless("0 < states.mean() < 1", f"From unit {start} on, {length} units in a row are alike."),
        'print("as documented")',
    ]
    return finding("large_call_varies_everywhere", target, case, message, shown=shown)


def calls_never_repeat(target: Target, case: Case) -> Finding | None:
    """No piece of a call repeats a piece of the same or of another call, shifted, mirrored or not."""
    many = target.mode == "eager"
    case = _on_rows(target, _ROWS, "calls") if many else case
    outputs = target.run(case, _CALLS if many else 3)
    return _repeated("calls_never_repeat", target, case, outputs, lambda number: f"call {number}", (case.seed,))


def looped_calls_never_repeat(target: Target, case: Case) -> Finding | None:
    """No piece of 320 calls in a loop of one `tf.function` repeats another, however many calls later."""
    case = _on_rows(target, _ROWS, "loop")
    outputs = list(running.looped(target.subject, case, _LOOPED))
    return _repeated("looped_calls_never_repeat", target, case, outputs, lambda number: f"call {number}", (case.seed,))


def seeds_never_repeat(target: Target, case: Case) -> Finding | None:
    """No piece of what one seed draws repeats a piece of what another one draws, near or far, shifted or mirrored."""
    case = _on_rows(target, _ROWS, "seeds")
    seeds = [case.seed + distance for distance in _distances(target, case)]
    calls = 1 if target.subject.stateless else 2
    by_seed = target.run_together([replace(case, seed=seed) for seed in seeds], calls)
    outputs = [output for outputs in by_seed for output in outputs]
    return _repeated(
        "seeds_never_repeat",
        target,
        case,
        outputs,
        lambda number: f"call {number % calls} with seed {seeds[number // calls]}",
        seeds,
    )


def replicas_never_repeat(target: Target, case: Case) -> Finding | None:
    """No piece of what one replica draws repeats a piece of another replica or call, shifted, mirrored or not."""
    outputs = [output for both in target.run(case, 3) for output in both]
    return _repeated(
        "replicas_never_repeat",
        target,
        case,
        outputs,
        lambda number: f"the {('first', 'second')[number % 2]} replica in call {number // 2}",
        (case.seed,),
    )


def _on_rows(target: Target, rows: int, name: str) -> Case:
    """Return a case on so many rows of constant input, in the place of one whose input is too short to search."""
    return samples.constant_case(target, samples.parameters(target)[0], rows, f"repeats/{name}")


def _distances(target: Target, case: Case) -> tuple[int, ...]:
    # Call k of Keras 2 is seeded with s + k, a deviation that `neighbouring_seeds_differ` looks at.
    shared = isinstance(seed_for(target.subject, case, target.mode), Keras2Seed)
    return DISTANCES if shared else (*DISTANCES, _NEIGHBOUR)


def _repeated(
    check: str, target: Target, case: Case, outputs: Sequence[FloatArray], name: Naming, seeds: Sequence[int]
) -> Finding | None:
    """Return a finding if some piece of the outputs, one after another, repeats a piece of them."""
    units = np.stack([units_of(output, case) for output in outputs])
    x = np.broadcast_to(units_of(case.x, case), units.shape)
    for noun, symbols in readings(target, case, units.reshape(-1), x.reshape(-1)):
        copy = first_copy(symbols)
        if copy is not None:
            numbered = (divmod(unit, units[0].size) for unit in (copy.first, copy.second))
            here, there = (f"from unit {unit} of {name(number)} on" for number, unit in numbered)
            message = f"The {noun} {here} are those {there}{_extent(copy)}."
            calls = len(outputs) // len(seeds) // (2 if target.mode == "mirrored" else 1)
            shown = _shown(target, case, copy, units[0].size, seeds, calls)
            return finding(check, target, case, message, shown=shown)
    return None


def _extent(copy: Copy) -> str:
    return f", {'read backwards, ' if copy.backwards else ''}over about {copy.units:,} units"


def _place(unit: int, shape: tuple[int, ...]) -> str:
    """Return where the large call's unit lies that stands somewhere in its order."""
    rows, columns = shape
    if unit < rows * columns:
        row, column = divmod(unit, columns)
        return f"along the rows from row {row}, column {column} on"
    column, row = divmod(unit - rows * columns, min(_TURNED, rows))
    return f"along the columns from column {column}, row {row} on"


def _shown(target: Target, case: Case, copy: Copy, size: int, seeds: Sequence[int], calls: int) -> list[str] | None:
    """Return lines that compare the two pieces, where each lies in one output and along its rows."""
    numbered = [divmod(unit, size) for unit in (copy.first, copy.second)]
    pieces = [(number, slice(start, start + copy.units)) for number, start in numbered]
    if any(
        piece.stop > size or number >= len(seeds) * calls * (1 + (target.mode == "mirrored"))
        for number, piece in pieces
    ):
        return None
    law = law_of(target, case)
    center = 0.5 if law.distribution is None else float(case.x.flat[0])
    noise = scripting.state(scripting.layer_of(target), center) if law.has_mask else f"np.abs(y - {center})"
    shows = scripting.repeats(seeds, calls, pieces, copy.backwards, noise)
    return [*shows(scripting.layer_of(target), target, case), 'print("as documented")']
