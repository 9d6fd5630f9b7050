"""The rate of a user's layer, or its spread: at 0, at 1, and where it means nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from noise_ops.laws.adding import Adds, AddsToShare
from noise_ops.laws.chosen import Chosen
from noise_ops.laws.dropping import AffineDrops, Drops
from noise_ops.laws.happening import Applies
from noise_ops.laws.law import Law
from noise_ops.laws.multiplying import Multiplies
from noise_ops.subjects.texts import telling
from noise_ops.testing import calling
from noise_ops.testing.arguments import arguments_of, new_layer
from noise_ops.testing.asking import BrokenError, NotAskedError, Property
from noise_ops.testing.subject import Subject

RATES = (
    *("rate", "p", "prob", "probability", "drop_rate", "drop_prob", "drop_probability", "dropout", "dropout_rate"),
    *("survival_probability", "keep_prob"),
)
"""Names of arguments that say how often something is dropped, or happens."""

_KEPT = ("survival_probability", "keep_prob")
"""Those of them that say how often something is kept."""


def rate_zero_does_nothing(subject: Subject) -> None:
    """At rate 0, or without any spread, the layer returns its input."""
    if not subject.keeps_shape:
        raise NotAskedError("its output has another shape than its input")
    changes, layer = with_strength(subject, "zero", 0.0)
    name = written(changes)
    x = subject.x()
    y = calling.observed(f"With {name}, the call", lambda: subject.calls("zero", x, made=layer)[0])
    given = calling.first(x)
    if not np.isfinite(y.astype(np.float64)).all():
        raise BrokenError("rate-limit", f"With {name}, outputs are nan or infinite.", changes)
    tolerance = 4 * float(np.finfo(np.float32).eps) * np.abs(given).max()
    if y.shape != given.shape:
        told = f"With {name}, an input of shape {given.shape} gives an output of shape {y.shape}."
        raise BrokenError("rate-limit", told, changes)
    if float(np.abs(y - given).max(initial=0.0)) > tolerance:
        raise BrokenError(
            "rate-limit", f"With {name}, {np.count_nonzero(y != given)} of {y.size} outputs are changed.", changes
        )


def rate_one_drops_everything(subject: Subject) -> None:
    """At rate 1 everything is dropped, or happens; or the constructor refuses it by a ValueError."""
    law = subject.law
    if not isinstance(law, (Drops, AffineDrops, Applies, AddsToShare)):
        raise NotAskedError("it has no rate that could be 1")
    changes, layer = with_strength(subject, "one", 1.0)
    name = written(changes)
    x = subject.x()
    y = calling.observed(f"With {name}, the call", lambda: subject.calls("one", x, made=layer)[0])
    if not np.isfinite(y.astype(np.float64)).all():
        bad = np.count_nonzero(~np.isfinite(y.astype(np.float64)))
        raise BrokenError("rate-limit", f"With {name}, {bad} of {y.size} outputs are nan or infinite.", changes)
    left = np.count_nonzero(y != law.value) if isinstance(law, Drops) else 0
    if isinstance(law, (Applies, AddsToShare)) and y.shape == calling.first(x).shape:
        left = np.count_nonzero(~subject.states(x, y))
    if left:
        raise BrokenError("rate-limit", f"With {name}, {left} of {y.size} units are left.", changes)


def bad_rates_are_refused(subject: Subject) -> None:
    """A rate below 0, above 1 or of nan is an error, not a layer that does something else."""
    for bad in (-0.5, 1.5, float("nan")):
        try:
            changes, _ = with_strength(subject, "bad", bad, shown=True)
        except _RefusedError:
            continue
        told = f"A layer with {written(changes)} is accepted, and called without an error."
        raise BrokenError("accepts-nonsense", told, changes)


def has_rate(law: Law) -> bool:
    """Return whether a layer of this law can have a rate, or a spread, that is 0."""
    return law.observe is None and isinstance(law, (Chosen, Applies, Adds, Multiplies))


PROPERTIES = (
    Property("rate_zero_does_nothing", "rate-limit", rate_zero_does_nothing, has_rate),
    Property(
        "rate_one_drops_everything",
        "rate-limit",
        rate_one_drops_everything,
        lambda law: isinstance(law, (Chosen, Applies)),
    ),
    Property(
        "bad_rates_are_refused",
        "accepts-nonsense",
        bad_rates_are_refused,
        lambda law: isinstance(law, (Chosen, Applies)),
    ),
)


class _RefusedError(Exception):
    """The constructor refuses an argument by a ValueError, as it may."""


def written(changes: Mapping[str, Any]) -> str:
    """Return arguments as one gives them."""
    return ", ".join(f"{name}={value:g}" for name, value in changes.items())


def with_strength(
    subject: Subject, name: str, value: float, *, shown: bool = False, policy: str | None = None
) -> tuple[dict[str, float], Any]:
    """Return what makes the rate or spread of a layer a value, and such a layer.

    Args:
      subject: the layer.
      name: what it is for, by which it is seeded.
      value: the rate or spread.
      shown: whether the layer is called as well.
      policy: dtype policy under which it is made; None for that which is set.

    Raises:
      NotAskedError: if it has no such argument, or its constructor refuses the value by a ValueError.
    """
    layer = new_layer(subject, name, policy)
    arguments = arguments_of(layer)
    argument = _strength_argument(subject.law, arguments)
    if argument is None:
        raise NotAskedError("it has no argument that is known to say how strong its noise is")
    changes = {argument: 1 - value if argument in _KEPT else value}
    told = written(changes)
    try:
        with subject.own.under(policy):
            made = type(layer)(**{**arguments, **changes})
        if shown:
            subject.calls(name, subject.x(), made=made)
    except Exception as error:  # noqa: BLE001 - whatever a constructor raises
        if shown and isinstance(error, (ValueError, calling.RaisedError, AssertionError)):
            raise _RefusedError from None
        if isinstance(error, ValueError):
            raise NotAskedError(f"its constructor refuses {told}") from None
        raise BrokenError("rate-limit", f"With {told}, the constructor raises {telling(error)}.", changes) from None
    return changes, made


def _strength_argument(law: Law, arguments: Mapping[str, Any]) -> str | None:
    """Return the argument that says how strong noise is: by its name, and its value where the law has a rate."""
    rate = law.probability if law.has_mask else None
    for name in RATES:
        value = arguments.get(name)
        if isinstance(value, (int, float)) and (rate is None or value in (rate, 1 - rate)):
            return name
    if rate is not None:
        named = [name for name, value in arguments.items() if isinstance(value, float) and value == rate]
        return named[0] if len(named) == 1 else None
    spreads = ("stddev", "std", "sigma", "scale", "factor", "noise_stddev", "noise_scale", "strength")
    return next((name for name in spreads if isinstance(arguments.get(name), (int, float))), None)
