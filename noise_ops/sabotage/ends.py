"""Wounds at the far ends of a call's axes: seeds, numbers of calls, places, sizes, ranks, dtypes, traces and values.

They were written from the list of axes in tests/README.md, not from what the checks look at: any property may catch
them.
"""

from __future__ import annotations

from typing import Any

from noise_ops.findings import Verdict
from noise_ops.sabotage import renumbering, strikes
from noise_ops.sabotage.mutant import Kind, Wound
from noise_ops.sabotage.strikes import EFFECTS, Condition

_EITHER = (Verdict.CONTRACT_CHANGED, Verdict.LAW_CHANGED)
_CONTRACT = (Verdict.CONTRACT_CHANGED,)


def _renumbered(name: str, kind: Kind, drawn: renumbering.Drawn, **other: Any) -> Wound:
    text, pair = drawn
    return Wound(name, kind, text, (renumbering.cut(pair),), **other)


def _struck(condition: Condition, effect: str, kind: Kind, **other: Any) -> Wound:
    what = EFFECTS[effect]
    name, text = f"{what.name}-{condition.name}", f"{what.text} {condition.text}"
    cuts = (strikes.struck(((condition, what),)),)
    other = {"modes": condition.modes, "dtypes": condition.dtypes, **other}
    return Wound(name, kind, text, cuts, **other)


SEEDS = (
    *(
        _renumbered(f"seed-in-{width}-bits", Kind.SEED, renumbering.kept_bits(width), verdicts=_EITHER)
        for width in (8, 12, 16, 24, 31, 32, 40, 48, 62)
    ),
    *(
        _renumbered(f"seed-without-bit-{bit}", Kind.SEED, renumbering.lost_bit(bit), verdicts=_EITHER)
        for bit in (0, 19, 33, 47, 61)
    ),
    *(
        _renumbered(f"seed-without-{width}-low-bits", Kind.SEED, renumbering.lost_low_bits(width), verdicts=_EITHER)
        for width in (1, 9, 32)
    ),
    _renumbered("seed-without-sign", Kind.SEED, renumbering.lost_sign(), verdicts=_EITHER),
    _renumbered("seed-through-float32", Kind.SEED, renumbering.as_float(), verdicts=_EITHER),
    _renumbered("seed-0-taken-for-1", Kind.SEED, renumbering.zero_as(1), verdicts=_EITHER),
    _renumbered("seed-0-taken-for-1337", Kind.SEED, renumbering.zero_as(1337), verdicts=_EITHER),
    _renumbered("seed-0-taken-for-minus-1", Kind.SEED, renumbering.zero_as(-1), verdicts=_EITHER),
    _renumbered("negative-seeds-taken-for-0", Kind.SEED, renumbering.negative_as(0), verdicts=_EITHER),
    _renumbered("negative-seeds-taken-for-7", Kind.SEED, renumbering.negative_as(7), verdicts=_EITHER),
    _struck(strikes.seed_is(0), "raises", Kind.SEED, verdicts=_CONTRACT),
    _struck(strikes.seed_is(0), "input-kept", Kind.SEED),
    _struck(strikes.seed_is(-1), "zeroed", Kind.SEED),
    _struck(strikes.seed_negative(), "raises", Kind.SEED, verdicts=_CONTRACT),
    _struck(strikes.seed_from(33), "doubled", Kind.SEED),
)


CALLS = (
    *(
        _renumbered(f"period-of-{calls}-calls", Kind.CALLS, renumbering.period(calls))
        for calls in (3, 5, 8, 17, 64, 256, 300)
    ),
    *(_renumbered(f"still-from-call-{calls}", Kind.CALLS, renumbering.stopped(calls)) for calls in (2, 9, 100, 255)),
    *(
        _renumbered(f"call-{calls}-repeats-{calls - lag}", Kind.CALLS, renumbering.repeated(calls, lag))
        for calls, lag in ((3, 1), (11, 10), (40, 7), (200, 199))
    ),
    _struck(strikes.call_from(4), "input-kept", Kind.CALLS),
    _struck(strikes.call_from(50), "zeroed", Kind.CALLS),
    _struck(strikes.call_from(256), "nan", Kind.CALLS),
    *(
        _struck(strikes.call_is(call), effect, Kind.CALLS)
        for call, effect in ((34, "input-kept"), (121, "doubled"), (299, "zeroed"))
    ),
    _struck(strikes.call_from(20), "gradient-0", Kind.GRADIENT),
)


LARGE = (
    *(
        _struck(strikes.place_from(count), effect, Kind.LARGE)
        for count, effect in ((2**12, "zeroed"), (2**16, "input-kept"), (2**18, "nan"), (2**20, "zeroed"))
    ),
    *(
        _struck(strikes.size_from(count), effect, Kind.LARGE)
        for count, effect in ((2**14, "scaled"), (2**17, "doubled"), (2**20, "scaled"))
    ),
    _struck(strikes.place_from(2**16), "gradient-0", Kind.LARGE),
    _struck(strikes.place_from(2**20), "gradient-doubled", Kind.LARGE),
    _struck(strikes.last_element(), "input-kept", Kind.POSITION),
    _struck(strikes.first_element(), "zeroed", Kind.POSITION),
    _struck(strikes.remainder(256), "input-kept", Kind.POSITION),
    _struck(strikes.remainder(4), "zeroed", Kind.POSITION),
    _struck(strikes.every(33, 20), "zeroed", Kind.POSITION),
)


RANKS = (
    *(_struck(strikes.rank_is(rank), "raises", Kind.RANK, verdicts=_CONTRACT) for rank in (0, 1, 3, 4, 5)),
    *(_struck(strikes.rank_is(rank), "input-kept", Kind.RANK) for rank in (1, 3, 4, 5)),
    *(_struck(strikes.rank_is(rank), "scaled", Kind.RANK) for rank in (1, 5)),
    _struck(strikes.batch_of_one(), "input-kept", Kind.RANK),
    _struck(strikes.batch_of_one(), "raises", Kind.RANK, verdicts=_CONTRACT),
    _struck(strikes.odd_row(), "zeroed", Kind.RANK),
)

TRACES = (
    *(
        _struck(strikes.dtype_is(dtype), effect, Kind.ONLY)
        for dtype, effect in (("float16", "input-kept"), ("bfloat16", "zeroed"), ("float64", "doubled"))
    ),
    _struck(strikes.dtype_is("float64"), "raises", Kind.ONLY, verdicts=_CONTRACT),
    _struck(strikes.in_graphs(), "zeroed", Kind.ONLY),
    _struck(strikes.in_graphs(), "gradient-doubled", Kind.ONLY),
    _struck(strikes.retraced(), "input-kept", Kind.ONLY),
    _struck(strikes.retraced(), "raises", Kind.ONLY, verdicts=_CONTRACT),
    _struck(strikes.second_instance(), "zeroed", Kind.ONLY, verdicts=_EITHER),
    _struck(strikes.second_instance(), "raises", Kind.ONLY, verdicts=_EITHER),
    _struck(strikes.rate_from(0.8), "input-kept", Kind.ONLY),
    _struck(strikes.rate_below(0.05), "scaled", Kind.ONLY),
)

VALUES = (
    *(
        _struck(strikes.value_is(value), "gradient-0", Kind.GRADIENT)
        for value in ("zero", "positive-zero", "negative-zero", "denormal", "nan", "infinite", "negative", "one")
    ),
    _struck(strikes.value_is("zero"), "gradient-doubled", Kind.GRADIENT),
    *(
        _struck(
            strikes.value_is(value),
            effect,
            Kind.INPUT,
        )
        for value, effect in (
            ("zero", "nan"),
            ("negative-zero", "nan"),
            ("denormal", "nan"),
            ("negative", "scaled"),
            ("beyond-2", "input-kept"),
            ("one", "zeroed"),
            ("nan", "zeroed"),
            ("infinite", "zeroed"),
        )
    ),
)


def _control(name: str, drawn: renumbering.Drawn) -> Wound:
    return _renumbered(name, Kind.OTHER_STREAM, drawn, verdicts=(Verdict.STREAM_CHANGED,))


def _turned(condition: Condition) -> Wound:
    return _struck(condition, "turned", Kind.OTHER_STREAM, verdicts=(Verdict.STREAM_CHANGED,))


CONTROLS = (
    _control("seed-plus-1000000", renumbering.shifted(10**6)),
    _control("calls-counted-from-1000000", renumbering.counted_from(10**6)),
    _control("call-number-times-7", renumbering.number_times(7)),
    _control("seed-times-5", renumbering.seed_times(5)),
    _turned(strikes.rank_is(2)),
    _turned(strikes.call_from(2)),
    _turned(strikes.place_from(2**10)),
    _turned(strikes.every(3, 1)),
)

ALL = (*SEEDS, *CALLS, *LARGE, *RANKS, *TRACES, *VALUES, *CONTROLS)
