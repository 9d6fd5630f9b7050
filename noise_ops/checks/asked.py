"""What is asked of which target: the questions of `noise_ops.properties`, put to all subjects that there are.

The suite asks exactly this of the subjects that are installed. The ledger, which shares out alpha, counts the
statistical part of it over all declared subjects, installed or not: so a new subject, mode or rate is counted, and the
certificate refuses a check that is not. Nothing here imports TensorFlow or Keras.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType

from noise_ops.checks.promised import law_at
from noise_ops.checks.samples import RATES, is_main, parameters
from noise_ops.laws.adding import Adds
from noise_ops.laws.drawing import Draws
from noise_ops.laws.dropping import AffineDrops, Drops, TwoPoint
from noise_ops.laws.multiplying import Multiplies
from noise_ops.properties import opinions
from noise_ops.properties.catalog import QUESTIONS
from noise_ops.properties.declaring import OTHERS, TRAITS, Question
from noise_ops.reference.variates import DTYPES, HALF_DTYPES
from noise_ops.stats.ledger import Ledger, read
from noise_ops.subjects.catalog import declared
from noise_ops.subjects.functions import FunctionSubject
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.surroundings import SURROUNDINGS
from noise_ops.subjects.targets import Target, default_dtype

_LAYER_MODES = frozenset((*OTHERS, "predict", *SURROUNDINGS))

_FUNCTION_MODES = frozenset(("function", "xla", *SURROUNDINGS)) - {"accumulation"}
"""A step of two micro-batches calls a function twice, with its seed each time: the same noise, by contract."""

_OPINIONS = frozenset(question.name for question in opinions.QUESTIONS)
"""Second opinions, which have a tier of the ledger to themselves."""

_MOMENTS = ("mean_preservation", "noise_variance", "moments_preserved")
"""Moments, which of two-point noise follow from its density."""

RECORDED = "recorded"
"""The `on` of a question that the steps of a record answer (`checks.recorded`), and no function of its name."""

Asked = Target | tuple[Target, float]
"""A target to be asked at every parameter of its grid, or a target and the one parameter to ask it at."""


def counts_are_light(target: Target, parameter: float) -> bool:
    """Return whether a count of states has no longer tails than the normal: no excess kurtosis, 1 - 6 p (1 - p)."""
    return not is_a(target, "counted") or 6 * parameter * (1 - parameter) >= 1


PARAMETERS: Mapping[str, Callable[[Target], tuple[float, ...] | None]] = MappingProxyType(
    {
        "grid": lambda target: None,
        "grid and 0.001": lambda target: (*RATES, 0.001),
        "first": lambda target: parameters(target)[:1],  # at which states are fair
        "light grid": lambda target: tuple(value for value in parameters(target) if counts_are_light(target, value)),
    }
)
"""At which rates or standard deviations a statistical question is asked, by its `on`; None for the target's grid."""


def is_statistical(question: Question) -> bool:
    """Return whether a question is asked of samples, at rates or standard deviations, rather than of cases."""
    return question.on in PARAMETERS


def by_record_alone(name: str) -> bool:
    """Return whether a property is asked as a record observes it, and in no other way."""
    return all(question.on == RECORDED for question in QUESTIONS[name])


def exact(name: str, subjects: Iterable[Subject]) -> list[tuple[Target, str]]:
    """Return of which targets an exact property is asked, each with the `on` of its question."""
    return [(target, question.on) for target, question in _asked(name, subjects) if not is_statistical(question)]


def statistical(name: str, subjects: Iterable[Subject]) -> list[Asked]:
    """Return of which targets a statistical property is asked, and where not on their grid, at which parameter."""
    found: list[Asked] = []
    for target, question in _asked(name, subjects):
        if is_statistical(question):
            chosen = PARAMETERS[question.on](target)
            found += [target] if chosen is None else [(target, parameter) for parameter in chosen]
    return found


def _asked(name: str, subjects: Iterable[Subject]) -> Iterator[tuple[Target, Question]]:
    for subject in subjects:
        for question in QUESTIONS.get(name, ()):
            for target in _targets(subject, question):
                if (traits := traits_of(target)).issuperset(question.of) and traits.isdisjoint(question.unless):
                    yield target, question


def _targets(subject: Subject, question: Question) -> Iterator[Target]:
    """Yield a subject in the dtypes and in those of its modes that a question names."""
    by_name = {dtype.name: dtype for dtype in DTYPES}
    had = _FUNCTION_MODES if isinstance(subject, FunctionSubject) else _LAYER_MODES
    for dtype in DTYPES:
        if dtype.name in question.dtypes:
            yield Target(subject, dtype, "eager")
    for mode, _, named in (place.partition("/") for place in question.modes):
        if mode in had:
            yield Target(subject, by_name[named] if named else default_dtype(mode), mode)


def is_a(target: Target, trait: str) -> bool:
    """Return whether a target has a trait of `properties.declaring.TRAITS`."""
    return trait in traits_of(target)


def traits_of(target: Target) -> frozenset[str]:
    """Return the traits of a target: what its subject takes, what its law is, and in what it computes."""
    subject, law = target.subject, law_at(target, parameters(target)[0])
    is_layer, half = not isinstance(subject, FunctionSubject), target.dtype in HALF_DTYPES
    has = {
        "layer": is_layer,
        "function": not is_layer,
        "keras3": is_layer and subject.library.generation == 3,
        "stateless": subject.stateless,
        "input": not isinstance(law, Draws),
        "rate": "rate" in subject.arguments,
        "stddev": "stddev" in subject.arguments,
        "maps": subject.rank is not None,
        "noise_shape": subject.takes_noise_shape,
        "data_format": subject.layout == "data_format",
        "mask": law.has_mask,
        "scaled": isinstance(law, Drops),
        "affine": isinstance(law, AffineDrops),
        "two-point": isinstance(law, TwoPoint),
        "additive": isinstance(law, Adds),
        "multiplicative": isinstance(law, Multiplies),
        "normal": law.distribution is not None,
        "uniform": isinstance(law, Draws) and law.counted,
        "counted": law.counted,
        "half": half,
        "coarse": law.counted and law.drawn_in(target.dtype) in HALF_DTYPES,
    }
    assert has.keys() == TRAITS.keys()
    return frozenset(trait for trait, is_one in has.items() if is_one)


def tier(check: str, target: Target) -> str:
    """Return the tier of the ledger that a check of a target belongs to."""
    if check in _OPINIONS:
        return "second"
    if is_main(target):
        return "main"
    return "half" if check == "mask_density" and traits_of(target) >= {"mask", "coarse"} else "other"


def spends(check: str, target: Target) -> bool:
    """Return whether a check owns a share of alpha: one that follows from another does not."""
    return check not in _MOMENTS or is_a(target, "normal")


def numbers(subjects: Iterable[Subject]) -> Counter[tuple[str, str]]:
    """Return how many checks own a share of alpha, by property and tier.

    At which rates the documented density of a coarse lattice can be asked depends on the profile
    (`checks.laws.decidable`): all of them are counted.
    """
    every = list(subjects)
    counted: Counter[tuple[str, str]] = Counter()
    for check in sorted(QUESTIONS):
        for one in statistical(check, every):
            target, times = (one[0], 1) if isinstance(one, tuple) else (one, len(parameters(one)))
            if spends(check, target):
                counted[check, tier(check, target)] += times
    return counted


@cache
def ledger() -> Ledger:
    """Return the ledger of all that can be asked, of every subject there is, installed or not.

    Raises:
      LedgerError: if its weights sum to more than 1.
    """
    return read(numbers(declared()))
