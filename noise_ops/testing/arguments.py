"""Arguments of a user's layer: what a config or a file loses, what changes nothing, and rates at 0 and at 1."""

from __future__ import annotations

import inspect
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from noise_ops.laws.adding import Adds, AddsToShare
from noise_ops.laws.chosen import Chosen
from noise_ops.laws.dropping import AffineDrops, Drops
from noise_ops.laws.happening import Applies
from noise_ops.laws.law import Law
from noise_ops.laws.multiplying import Multiplies
from noise_ops.subjects.libraries import KERAS
from noise_ops.testing import calling
from noise_ops.testing.asking import BrokenError, NotAskedError, Property
from noise_ops.testing.subject import Subject

RATES = (
    *("rate", "p", "prob", "probability", "drop_rate", "drop_prob", "drop_probability", "dropout", "dropout_rate"),
    *("survival_probability", "keep_prob"),
)
"""Names of arguments that say how often something is dropped, or happens."""

_KEPT = ("survival_probability", "keep_prob")
"""Those of them that say how often something is kept."""

_OF_KERAS = ("name", "dtype", "trainable", "batch_input_shape", "input_shape", "batch_size", "activity_regularizer")

_CALLS = 3


def config_round_trip(subject: Subject) -> None:
    """What from_config makes of get_config draws the same noise, and does the same without training."""
    layer = _layer(subject, "config")
    subject.own.seed_everything(subject.seed("config"))  # from which a layer without a seed takes its own
    rebuilt = _rebuilt(layer)
    _alike(subject, layer, rebuilt, "A layer rebuilt from its config")


def saved_and_loaded(subject: Subject) -> None:
    """A model that is saved and loaded draws the same noise, and does the same without training."""
    layer = _layer(subject, "file")
    keras, x = subject.own.keras, subject.x()
    if any(array.dtype.kind not in "fV" for array in calling.arrays(x)):
        raise NotAskedError("a model of it would need inputs whose dtypes are not known")

    kind = type(layer)
    own = {} if kind.__module__.partition(".")[0] in KERAS else {kind.__name__: kind}  # Keras finds its own classes

    def ask() -> Any:
        model = calling.model_around(subject.own, layer, x)
        with tempfile.TemporaryDirectory() as folder:
            file = str(Path(folder) / "model.keras")
            model.save(file)
            subject.own.seed_everything(subject.seed("file"))
            loaded = keras.models.load_model(file, custom_objects=own, compile=False)
        return next(each for each in loaded.layers if type(each).__name__ == type(layer).__name__)

    loaded = calling.observed("Saved in a model and loaded again, the layer", ask)
    _alike(subject, layer, loaded, "A layer that was saved and loaded")


def arguments_survive(subject: Subject) -> None:
    """Each argument of the constructor is kept by the config, as is seen of what the rebuilt layer does."""
    layer = _layer(subject, "survive")
    for name, value, variant in _variants(subject, layer):
        try:
            subject.own.seed_everything(subject.seed("variant"))
            rebuilt = _rebuilt(variant)
        except calling.RaisedError as error:
            raise BrokenError(
                "round-trip", f"With {name}={value!r}, {str(error)[:1].lower()}{str(error)[1:]}.", {name: value}
            ) from None
        if _differ(subject, variant, layer) and not _differ(subject, rebuilt, layer):
            told = f"A layer with {name}={value!r} comes back from its config without it."
            raise BrokenError("round-trip", told, {name: value})
        _alike(subject, variant, rebuilt, f"A layer with {name}={value!r}, rebuilt from its config,")


def arguments_matter(subject: Subject) -> None:
    """Each number that the constructor takes, and each seed, changes something."""
    layer = _layer(subject, "matter")
    asked = 0
    for name, value, variant in _variants(subject, layer):
        if isinstance(value, bool) or not isinstance(value, float) or "eps" in name:
            continue  # a switch, or a number of axes, may well do nothing here
        asked += 1
        if not _differ(subject, variant, layer):
            before = _argument(layer, name)
            told = (
                f"With {name}={value:g} the layer does what it does with {name}={before:g}, to the bit: it is ignored."
            )
            raise BrokenError("argument-ignored", told, {name: value})
    if not asked:
        raise NotAskedError("its constructor takes no number whose other values could be tried")


def rate_zero_does_nothing(subject: Subject) -> None:
    """At rate 0, or without any spread, the layer returns its input."""
    changes, layer = _strength(subject, "zero", 0.0)
    name = _written(changes)
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
    changes, layer = _strength(subject, "one", 1.0)
    name = _written(changes)
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
            changes, _ = _strength(subject, "bad", bad, shown=True)
        except _RefusedError:
            continue
        told = f"A layer with {_written(changes)} is accepted, and called without an error."
        raise BrokenError("accepts-nonsense", told, changes)


def has_rate(law: Law) -> bool:
    """Return whether a layer of this law can have a rate, or a spread, that is 0."""
    return law.observe is None and isinstance(law, (Chosen, Applies, Adds, Multiplies))


PROPERTIES = (
    Property("config_round_trip", "round-trip", config_round_trip),
    Property("saved_and_loaded", "round-trip", saved_and_loaded),
    Property("arguments_survive", "round-trip", arguments_survive),
    Property("arguments_matter", "argument-ignored", arguments_matter),
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


def _layer(subject: Subject, name: str) -> Any:
    """Return a new layer that has a config."""
    own = subject.own
    if own.keras is None:
        raise NotAskedError("it is no layer of Keras, which would have a config")
    if own.is_made:
        raise NotAskedError("a layer was given that is made already: give what makes it")
    layer = subject.fresh(name)
    if isinstance(layer, own.keras.Model):
        raise NotAskedError("it is a model: its layers have configs of their own")
    return layer


def _config(layer: Any) -> Mapping[str, Any]:
    config: Mapping[str, Any] = calling.observed("get_config", layer.get_config)
    return config


def _rebuilt(layer: Any) -> Any:
    config = _config(layer)
    calling.observed("Writing its config as JSON", lambda: json.dumps(config, default=_plain))
    return calling.observed(
        "Rebuilding the layer by from_config(get_config())", lambda: type(layer).from_config(dict(config))
    )


def _plain(value: Any) -> Any:
    if hasattr(value, "get_config"):
        return str(value)
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    raise TypeError(f"a {type(value).__name__} is in its config")


def _drawn(subject: Subject, layer: Any) -> list[Any]:
    """Return what a layer draws in training and without, from one state of everything that may be seeded."""
    x = subject.x()
    subject.own.seed_everything(subject.seed("alike"))
    kept = [(state, calling.as_array(state)) for state in _states(layer)]
    outputs = subject.calls("alike", x, _CALLS, made=layer)
    if subject.own.training_argument(layer):
        outputs += subject.calls("alike", x, training=False, made=layer)
    for state, value in kept:
        state.assign(value)
    return outputs


def _states(layer: Any) -> list[Any]:
    """Return the variables of a layer, with those that its generators count in, whatever their names are."""
    states = [getattr(value, "state", None) for value in vars(layer).values()]
    return [*layer.variables, *(state for state in states if hasattr(state, "assign"))]


def _pairs(subject: Subject, one: Any, other: Any) -> Iterator[tuple[Any, Any]]:
    yield from zip(_drawn(subject, one), _drawn(subject, other), strict=True)


def _differ(subject: Subject, one: Any, other: Any) -> bool:
    """Return whether two layers do anything differently; one that raises does."""
    try:
        return not all(calling.same(a, b) for a, b in _pairs(subject, one, other))
    except calling.RaisedError:
        return True


def _alike(subject: Subject, one: Any, other: Any, what: str) -> None:
    if not _repeats(subject, one):
        # Noise that nothing seeds can be compared by how much of it there is alone.
        seen = [
            float(np.mean([y != calling.first(subject.x()) for y in _drawn(subject, each)[:_CALLS]]))
            for each in (one, other)
        ]
        if abs(seen[0] - seen[1]) > 0.3:
            raise BrokenError("round-trip", f"{what} changes {seen[1]:.0%} of its input, and the first {seen[0]:.0%}.")
        return
    for number, (a, b) in enumerate(_pairs(subject, one, other)):
        if not calling.same(a, b):
            when = "without training" if number == _CALLS else f"at call {number + 1}"
            config = _config(one)
            lost = [name for name in _own_names(one) if name not in config]
            why = f": its config has no {' and no '.join(lost)}" if lost else ""
            raise BrokenError("round-trip", f"{what} does something else {when}, seeded alike{why}.")


def _repeats(subject: Subject, layer: Any) -> bool:
    return all(calling.same(a, b) for a, b in _pairs(subject, layer, layer))


def _argument(layer: Any, name: str) -> Any:
    """Return the value of a constructor's argument: as the config has it, or an attribute of that name."""
    config = _config(layer)
    return config[name] if name in config else getattr(layer, name, getattr(layer, f"_{name}", None))


def _own_names(layer: Any) -> list[str]:
    """Return the names of the constructor's own arguments."""
    named = inspect.signature(type(layer).__init__).parameters.values()
    takes = [each.name for each in named if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]
    return [name for name in takes if name != "self" and name not in _OF_KERAS]


def _arguments(layer: Any) -> dict[str, Any]:
    """Return the constructor's own arguments with their values, of those that can be found."""
    found = {name: _argument(layer, name) for name in _own_names(layer)}
    config = _config(layer)
    return {name: value for name, value in found.items() if value is not None or name in config}


def _variants(subject: Subject, layer: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield layers that differ from one in one argument, with its name and value; what is refused is passed over."""
    arguments = _arguments(layer)
    for name, value in arguments.items():
        other = _another(name, value, inspect.signature(type(layer).__init__).parameters[name].default)
        if other is None:
            continue
        try:
            # From the arguments and not from the config, which may lack some; a layer that was called is no new one.
            subject.calls("variant", subject.x(), made=type(layer)(**{**arguments, name: other}))
        except Exception:  # noqa: BLE001, S112 - not every value goes with every other
            continue
        subject.own.seed_everything(subject.seed("variant"))
        yield name, other, type(layer)(**{**arguments, name: other})


def _another(name: str, value: Any, default: Any) -> Any:
    """Return another value of an argument than its default, as likely to be accepted; None where none is known."""
    if name == "seed":
        return None  # whether a seed is kept is seen of noise that two layers draw
    if isinstance(value, bool):
        return not value
    if isinstance(value, float):
        return next(other for other in (value / 2 or 0.25, value / 4 or 0.125) if other != default)
    if isinstance(value, int):
        return value + 1
    return None


def _written(changes: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value:g}" for name, value in changes.items())


def _strength(subject: Subject, name: str, value: float, *, shown: bool = False) -> tuple[dict[str, float], Any]:
    """Return what makes the rate or spread of a layer a value, and such a layer.

    Raises:
      NotAskedError: if it has no such argument, or its constructor refuses the value by a ValueError.
    """
    layer = _layer(subject, name)
    arguments = _arguments(layer)
    argument = _strength_argument(subject.law, arguments)
    if argument is None:
        raise NotAskedError("it has no argument that is known to say how strong its noise is")
    changes = {argument: 1 - value if argument in _KEPT else value}
    told = _written(changes)
    try:
        made = type(layer)(**{**arguments, **changes})
        if shown:
            subject.calls(name, subject.x(), made=made)
    except Exception as error:  # noqa: BLE001 - whatever a constructor raises
        if shown and isinstance(error, (ValueError, calling.RaisedError, AssertionError)):
            raise _RefusedError from None
        if isinstance(error, ValueError):
            raise NotAskedError(f"its constructor refuses {told}") from None
        raise BrokenError(
            "rate-limit", f"With {told}, the constructor raises {calling.told(error)}.", changes
        ) from None
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
