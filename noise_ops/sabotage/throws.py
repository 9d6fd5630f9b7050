"""Random mutants: one to three small wounds of a layer at random places and thresholds, each known by its number.

What a run must say of one follows from the description of its wounds, never from the checks. Thresholds are drawn
log-uniformly between 1 and what the suite states to cover: 2^20 elements, 300 calls, seeds of 64 bits, ranks 0 to 5.

References:
  DeMillo, Lipton and Sayward, "Hints on test data selection: help for the practicing programmer", 1978 (mutants of
  higher order are compositions of small ones).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from noise_ops.findings import Verdict
from noise_ops.sabotage import renumbering, strikes
from noise_ops.sabotage.mutant import Kind, Mutant, Wound
from noise_ops.sabotage.seams import Cut
from noise_ops.sabotage.strikes import EFFECTS, Condition

LARGEST, LATEST, BITS = 2**20, 300, 62
"""Up to which sizes, calls and bits of a seed thresholds are drawn."""

SUBJECTS = {
    "keras.layers.Dropout": 8,
    "keras.layers.GaussianNoise": 4,
    "keras.layers.GaussianDropout": 3,
    "keras.layers.AlphaDropout": 3,
    "keras.layers.SpatialDropout1D": 2,
    "keras.layers.SpatialDropout2D": 1,
    "noise_ops.layers.keras3.MaskedGaussianNoise": 2,
}
"""Layers that are wounded, and how often in 23."""

LAW, CONTRACT, STREAM = Verdict.LAW_CHANGED, Verdict.CONTRACT_CHANGED, Verdict.STREAM_CHANGED

_VALUES = ("input-kept", "zeroed", "nan", "doubled", "scaled", "turned")
_GRADIENTS = ("gradient-0", "gradient-doubled")
_NORMAL = ("keras.layers.GaussianNoise", "keras.layers.GaussianDropout")
_ADDITIVE = ("keras.layers.GaussianNoise", "noise_ops.layers.keras3.MaskedGaussianNoise")


@dataclass(frozen=True)
class Part:
    """One small wound.

    Attributes:
      text: what is wrong, in plain words.
      verdict: what it changes.
      strike: a condition and an effect, if it is one.
      cut: where the layer is opened, if it is no strike.
      modes, dtypes: in which it shows.
      milder: whether a contract that changed is as right an answer as a law that did.
    """

    text: str
    verdict: Verdict
    strike: tuple[Condition, strikes.Effect] | None = None
    cut: Cut | None = None
    modes: tuple[str, ...] = ("eager",)
    dtypes: tuple[str, ...] = ("float32",)
    milder: bool = False


def named(name: str) -> Mutant | None:
    """Return the random mutant of a name, such as "keras.layers.Dropout/random-17"; None if it is none's."""
    wound_name = name.rpartition("/")[2]
    return mutant(int(wound_name.removeprefix("random-"))) if wound_name.startswith("random-") else None


def mutant(number: int) -> Mutant:
    """Return the random mutant of a number."""
    dice = random.Random(f"noise_ops/{number}")
    subject = dice.choices(list(SUBJECTS), list(SUBJECTS.values()))[0]
    count = dice.choices((1, 2, 3), (60, 25, 15))[0]
    sound = dice.random() < 0.15
    parts: dict[str, Part] = {}
    while len(parts) < count:  # no part twice: two exchanges would make a sound layer
        part = _harmless(dice) if sound else _part(dice, subject)
        parts.setdefault(part.text, part)
    return Mutant(subject, wound(number, parts.values()))


def wound(number: int, parts: Iterable[Part]) -> Wound:
    """Return the wound of some parts, with the verdicts that their descriptions allow."""
    parts = tuple(parts)
    struck = tuple(part.strike for part in parts if part.strike is not None)
    cuts = (*(part.cut for part in parts if part.cut is not None), *([strikes.struck(struck)] if struck else []))
    verdict = max((part.verdict for part in parts), key=lambda verdict: verdict.severity)
    allowed = (CONTRACT, LAW) if verdict is not STREAM and any(part.milder for part in parts) else (verdict,)
    dtypes = tuple(dict.fromkeys(dtype for part in parts for dtype in part.dtypes))
    return Wound(
        f"random-{number}",
        Kind.OTHER_STREAM if verdict is STREAM else Kind.RANDOM,
        "; ".join(part.text for part in parts),
        cuts,
        (),
        allowed,
        modes=tuple(dict.fromkeys(mode for part in parts for mode in part.modes)),
        dtypes=dtypes,
    )


def _part(dice: random.Random, subject: str) -> Part:
    kinds: tuple[tuple[Callable[[random.Random, str], Part], int], ...] = (
        (_at_places, 3),
        (_at_sizes, 2),
        (_at_calls, 2),
        (_at_arguments, 4),
        (_at_values, 4),
        (_of_seeds, 4),
        (_of_calls, 3),
    )
    make = dice.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
    return make(dice, subject)


def _log(dice: random.Random, least: int, most: int) -> int:
    """Return an integer whose logarithm is uniform."""
    return round(least * math.pow(most / least, dice.random()))


def _strike(condition: Condition, name: str, subject: str) -> Part:
    effect = EFFECTS[name]
    verdict = CONTRACT if name == "raises" else STREAM if name == "turned" and subject in _ADDITIVE else LAW
    text = f"{effect.text} {condition.text}"
    milder = name == "raises"
    return Part(text, verdict, (condition, effect), modes=condition.modes, dtypes=condition.dtypes, milder=milder)


def _values(subject: str) -> tuple[str, ...]:
    # One normal that is scaled or turned is as good a normal as it was.
    return ("input-kept", "zeroed", "nan", "doubled") if subject in _NORMAL else _VALUES


def _at_places(dice: random.Random, subject: str) -> Part:
    places = (
        lambda: strikes.place_from(_log(dice, 1, LARGEST)),
        strikes.last_element,
        strikes.first_element,
        lambda: strikes.remainder(_log(dice, 2, 2**16)),
        lambda: strikes.every(step := _log(dice, 2, 64), dice.randrange(step)),
    )
    few = dice.choice(places)()
    # At single places only what stands out shows in hundreds of calls.
    names = ("input-kept", "zeroed", "nan") if subject in _NORMAL else _values(subject)
    return _strike(few, dice.choice((*names, *_GRADIENTS)), subject)


def _at_sizes(dice: random.Random, subject: str) -> Part:
    size = _log(dice, 2, LARGEST)
    condition = strikes.size_from(size) if dice.random() < 0.7 else strikes.size_below(max(size, 16))
    return _strike(condition, dice.choice(_values(subject)), subject)


def _at_calls(dice: random.Random, subject: str) -> Part:
    calls = (
        lambda: strikes.call_from(_log(dice, 1, LATEST)),
        lambda: strikes.call_is(_log(dice, 1, LATEST)),
        lambda: strikes.every_call(_log(dice, 2, LATEST)),
    )
    return _strike(dice.choice(calls)(), dice.choice(("input-kept", "zeroed", "nan")), subject)


def _at_arguments(dice: random.Random, subject: str) -> Part:
    has_rank = "Spatial" not in subject
    has_rate = not subject.endswith("GaussianNoise") or "Masked" in subject
    arguments: tuple[Callable[[], Condition], ...] = (
        *([lambda: strikes.rank_is(dice.randrange(6))] if has_rank else []),
        strikes.batch_of_one,
        strikes.odd_row,
        lambda: strikes.dtype_is(dice.choice(("float16", "bfloat16", "float64"))),
        lambda: strikes.seed_is(dice.choice((0, -1))),
        strikes.seed_negative,
        lambda: strikes.seed_from(dice.randrange(8, BITS)),
        *([lambda: strikes.rate_from(round(dice.uniform(0.35, 0.9), 2))] if has_rate else []),
        *([lambda: strikes.rate_below(round(dice.uniform(0.02, 0.5), 2))] if has_rate else []),
        strikes.in_graphs,
        strikes.retraced,
        strikes.second_instance,
        strikes.always,
    )
    return _strike(dice.choice(arguments)(), dice.choice((*_values(subject), "raises")), subject)


def _at_values(dice: random.Random, subject: str) -> Part:
    name = dice.choice(list(strikes.VALUES))
    effects = {
        **dict.fromkeys(("zero", "positive-zero", "negative-zero", "denormal"), ("nan", *_GRADIENTS)),
        **dict.fromkeys(("nan", "infinite"), ("zeroed", "gradient-0")),
    }.get(name, (*_values(subject), *_GRADIENTS))
    return _strike(strikes.value_is(name), dice.choice(effects), subject)


def _of_seeds(dice: random.Random, _subject: str) -> Part:
    text, change = renumbering.lossy_seed(dice)
    return Part(text, LAW, cut=renumbering.cut(change), milder=True)


def _of_calls(dice: random.Random, subject: str) -> Part:
    # MaskedGaussianNoise takes two numbers a call.
    most = LATEST * (2 if "Masked" in subject else 1)
    text, change = renumbering.lossy_number(dice, most)
    return Part(text, LAW, cut=renumbering.cut(change))


def _harmless(dice: random.Random) -> Part:
    text, change = renumbering.harmless(dice)
    return Part(text, STREAM, cut=renumbering.cut(change))
