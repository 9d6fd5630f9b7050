"""What is asked statistically: each property, of which subjects, dtypes and modes, at which parameters.

The suite asks just this of the subjects that are installed, and the ledger counts just this of all that there are. A
new subject, mode or rate is thereby counted, and a question that is not declared here is refused by the certificate.
Nothing here loads a library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

from noise_ops.checks.promised import law_at
from noise_ops.checks.samples import RATES, is_main, parameters
from noise_ops.laws.dropping import AffineDrops, Drops
from noise_ops.laws.law import Law
from noise_ops.reference.variates import DTYPES, FLOAT16, HALF_DTYPES
from noise_ops.stats.ledger import Ledger, read
from noise_ops.subjects.catalog import declared
from noise_ops.subjects.functions import FunctionSubject
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.targets import Target, default_dtype

LAYER_MODES = (
    *("function", "xla", "model", "fit", "mixed_float16", "mixed_bfloat16"),
    *("from_config", "reloaded", "mirrored"),
)
"""The modes besides eager that a layer is asked in, each in the dtype of its policy or float32."""

FUNCTION_MODES = ("function", "xla")
"""The modes besides eager that a function of TensorFlow is asked in."""

_ONE_MORE_RATE = 0.001
"""Asked of masks that are drawn in half precision: there the lattice drops twice as many units, or eight times."""


Asked = Target | tuple[Target, float]
"""A target to be asked at every parameter of its grid, or at the one beside it."""


def of(check: str, subjects: Iterable[Subject]) -> list[Asked]:
    """Return where a property is asked of subjects."""
    found: list[Asked] = []
    for target in (target for subject in subjects for target in _targets(subject)):
        if check in _ON_THE_GRID and _ON_THE_GRID[check](target):
            found.append(target)
        elif check in _AT:
            found += [(target, parameter) for parameter in _AT[check](target)]
    return found


def tier(check: str, target: Target) -> str:
    """Return the tier of the ledger that a check of a target belongs to."""
    if check in _SECOND_OPINIONS:
        return "second"
    if is_main(target):
        return "main"
    return "half" if check == "mask_density" and _on_a_coarse_lattice(target) else "other"


def spends(check: str, target: Target) -> bool:
    """Return whether a check owns alpha: a moment of two-point noise follows from its density."""
    return check != "moments_preserved" and (check not in _MOMENTS or _is_normal(target))


def numbers(subjects: Iterable[Subject]) -> Counter[tuple[str, str]]:
    """Return how many checks of each property and tier own alpha, on these subjects.

    Which rates the documented density of a coarse lattice can be asked at depends on the profile
    (`laws.decidable`): all of them are counted.
    """
    of_all = list(subjects)
    counted: Counter[tuple[str, str]] = Counter()
    for check in sorted({*_ON_THE_GRID, *_AT}):
        for one in of(check, of_all):
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


def _targets(subject: Subject) -> list[Target]:
    """Return a subject in every dtype eagerly, and in its other modes."""
    modes = FUNCTION_MODES if isinstance(subject, FunctionSubject) else LAYER_MODES
    found = [Target(subject, dtype, "eager") for dtype in DTYPES]
    found += [Target(subject, default_dtype(mode), mode) for mode in modes]
    if subject.op == "gaussian_noise":
        found.append(Target(subject, FLOAT16, "xla"))  # whose tails are known to be wrong
    return found


def _is_extra(target: Target) -> bool:
    return (target.mode, target.dtype) == ("xla", FLOAT16)


def _is_wide(target: Target) -> bool:
    return target.dtype not in HALF_DTYPES


def _law(target: Target) -> Law:
    return law_at(target, parameters(target)[0])


def is_drawn_in_half(target: Target) -> bool:
    """Return whether what decides a state is a uniform of half precision, on a lattice of 2**-7 or 2**-10."""
    return _is_counted(target) and _law(target).drawn_in(target.dtype) in HALF_DTYPES


def _on_a_coarse_lattice(target: Target) -> bool:
    return _law(target).has_mask and is_drawn_in_half(target)


def _is_normal(target: Target) -> bool:
    return _law(target).distribution is not None


def _is_counted(target: Target) -> bool:
    """Return whether how often a state is one is promised: by a mask, or by a cut."""
    return _law(target).has_mask or not _is_normal(target)


def _has_moments(target: Target) -> bool:
    if _is_normal(target):
        return not _is_extra(target)
    return isinstance(_law(target), Drops) and is_main(target)


def _has_fair_signs(target: Target) -> bool:
    """Return whether rounding leaves a state as likely as it is: it moves the sign of half-precision noise."""
    return _is_counted(target) or _is_wide(target)


def _eager_grid(target: Target) -> tuple[float, ...]:
    """Return the whole grid of eager float32, whose lattice no sample of a second opinion shows; of others nothing."""
    return parameters(target) if is_main(target) else ()


def counts_are_light(target: Target, parameter: float) -> bool:
    """Return whether a count of states has no longer tails than the normal: by its fourth cumulant, 1 - 6 p (1 - p)."""
    return not _is_counted(target) or 6 * parameter * (1 - parameter) >= 1


_MOMENTS = ("mean_preservation", "noise_variance")

_ON_THE_GRID: dict[str, Callable[[Target], bool]] = {
    "mask_density": lambda target: _is_counted(target) and not is_drawn_in_half(target),
    "lattice_density": is_drawn_in_half,
    **dict.fromkeys(_MOMENTS, _has_moments),
    "moments_preserved": lambda target: isinstance(_law(target), AffineDrops) and is_main(target),
    "noise_is_normal": lambda target: _is_normal(target) and (_is_wide(target) or _is_extra(target)),
    "neighbours_independent": lambda target: not _is_extra(target),
    "calls_independent": lambda target: not target.subject.stateless and not _is_extra(target),
    "replicas_independent": lambda target: target.mode == "mirrored",
    "evenly_spread": _has_fair_signs,
}
"""The properties that are asked at every parameter of a target's grid, and of which targets."""

_SECOND_OPINIONS: dict[str, Callable[[Target], tuple[float, ...]]] = {
    "density_by_binomtest": lambda target: _eager_grid(target) if _is_counted(target) else (),
    **dict.fromkeys(
        ("mean_by_ttest", "variance_by_chi2", "normality_by_kstest"),
        lambda target: _eager_grid(target) if _is_normal(target) else (),
    ),
    "uniformity_by_kstest": lambda target: _eager_grid(target)[:1] if target.subject.op == "uniform" else (),
    "neighbours_by_binomtest": lambda target: _eager_grid(target),
    "lags_by_binomtest": lambda target: _eager_grid(target)[:1],
    "calls_by_binomtest": lambda target: () if target.subject.stateless else _eager_grid(target),
    "replicas_by_binomtest": lambda target: parameters(target)[:1] if target.mode == "mirrored" else (),
    "evenness_by_chisquare": lambda target: tuple(
        value for value in _eager_grid(target) if counts_are_light(target, value)
    ),
}
"""The properties that scipy gives its opinion of, and at which parameters: the first of a grid makes states fair."""

_AT: dict[str, Callable[[Target], tuple[float, ...]]] = {
    "mask_density": lambda target: (
        (*RATES, _ONE_MORE_RATE) if target.mode == "eager" and _on_a_coarse_lattice(target) else ()
    ),
    "lags_independent": lambda target: (
        parameters(target)[:1] if target.mode == "eager" and _has_fair_signs(target) else ()
    ),
    **_SECOND_OPINIONS,
}
"""The properties that are asked at some parameters, and at which of them."""
