"""Arguments of a user's layer: what a config or a file loses, and what changes nothing."""

from __future__ import annotations

import inspect
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from noise_ops.subjects.libraries import KERAS
from noise_ops.testing import calling, choices, telling
from noise_ops.testing.asking import BrokenError, NotAskedError, Property
from noise_ops.testing.subject import Subject

_OF_KERAS = ("name", "dtype", "trainable", "batch_input_shape", "input_shape", "batch_size", "activity_regularizer")

CALLS = 3
"""Calls in training of which noise is compared."""

_COMPARED = 512
"""Units of which shares that differ by 0.3 are no chance: but once in 2**64 times, by Hoeffding."""

_DEPTH = 2
"""How deep in the objects that a layer holds a generator is looked for."""


def config_round_trip(subject: Subject) -> None:
    """What from_config makes of get_config draws the same noise, and does the same without training."""
    layer = new_layer(subject, "config")
    subject.own.seed_everything(subject.seed("config"))  # from which a layer without a seed takes its own
    rebuilt = _rebuilt(layer)
    _alike(subject, layer, rebuilt, "A layer rebuilt from its config")


def saved_and_loaded(subject: Subject) -> None:
    """A model that is saved and loaded draws the same noise, and does the same without training."""
    layer = new_layer(subject, "file")
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
    layer = new_layer(subject, "survive")
    for name, value, variant in _variants(subject, layer):
        try:
            subject.own.seed_everything(subject.seed("variant"))
            rebuilt = _rebuilt(variant)
        except calling.RaisedError as error:
            raise BrokenError(
                "round-trip", f"With {name}={value!r}, {str(error)[:1].lower()}{str(error)[1:]}.", {name: value}
            ) from None
        if differ(subject, variant, layer) and not differ(subject, rebuilt, layer):
            told = f"A layer with {name}={value!r} comes back from its config without it."
            raise BrokenError("round-trip", told, {name: value})
        _alike(subject, variant, rebuilt, f"A layer with {name}={value!r}, rebuilt from its config,")


def arguments_matter(subject: Subject) -> None:
    """Each number that the constructor takes, and each seed, changes something."""
    layer = new_layer(subject, "matter")
    # Half a rate changes half of what is dropped, at least; of few draws, only many calls surely show one of them.
    enough = subject.calls_that_tell()
    if enough is None:
        raise NotAskedError(telling.TOO_FEW, is_gap=True)
    calls = CALLS if subject.tells() else 3 * enough
    asked = 0
    for name, value, variant in _variants(subject, layer):
        if isinstance(value, bool) or not isinstance(value, float) or "eps" in name:
            continue  # a switch, or a number of axes, may well do nothing here
        asked += 1
        if not differ(subject, variant, layer, calls) and not _matters_beside(subject, layer, name, value, calls):
            before = _argument(layer, name)
            told = (
                f"With {name}={value:g} the layer does what it does with {name}={before:g}, to the bit: it is ignored."
            )
            raise BrokenError("argument-ignored", told, {name: value})
    if not asked:
        raise NotAskedError("its constructor takes no number whose other values could be tried")


PROPERTIES = (
    Property("config_round_trip", "round-trip", config_round_trip),
    Property("saved_and_loaded", "round-trip", saved_and_loaded),
    Property("arguments_survive", "round-trip", arguments_survive),
    Property("arguments_matter", "argument-ignored", arguments_matter),
)


def new_layer(subject: Subject, name: str, policy: str | None = None) -> Any:
    """Return a new layer that has a config."""
    own = subject.own
    if own.keras is None:
        raise NotAskedError("it is no layer of Keras, which would have a config")
    if own.is_made:
        raise NotAskedError("a layer was given that is made already: give what makes it")
    layer = subject.fresh(name, policy)
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


def drawn(subject: Subject, layer: Any, calls: int = CALLS) -> list[Any]:
    """Return what a layer draws in training and without, from one state of everything that may be seeded."""
    x = subject.x()
    subject.own.seed_everything(subject.seed("alike"))
    kept = [(state, calling.as_array(state)) for state in _states(layer)]
    outputs = subject.calls("alike", x, calls, made=layer)
    if subject.own.training_argument(layer):
        outputs += subject.calls("alike", x, training=False, made=layer)
    for state, value in kept:
        state.assign(value)
    return outputs


def _states(layer: Any) -> list[Any]:
    """Return the variables of a layer, with those that its generators count in, however deep they are held."""
    found, seen, left = [], set(), [(layer, 0)]
    while left:
        holder, depth = left.pop()
        held = [value for name, value in vars(holder).items() if not name.endswith("bound_nodes")]
        inside = [each for value in held if isinstance(value, (dict, list, tuple)) for each in calling.arrays(value)]
        for value in (*held, *inside):
            if id(value) in seen or inspect.ismodule(value) or callable(value) or not hasattr(value, "__dict__"):
                continue
            seen.add(id(value))
            state = getattr(value, "state", None)
            if hasattr(state, "assign"):
                found.append(state)
            elif depth < _DEPTH:
                left.append((value, depth + 1))
    return [*layer.variables, *found]


def _pairs(subject: Subject, one: Any, other: Any, calls: int = CALLS) -> Iterator[tuple[Any, Any]]:
    yield from zip(drawn(subject, one, calls), drawn(subject, other, calls), strict=True)


def differ(subject: Subject, one: Any, other: Any, calls: int = CALLS) -> bool:
    """Return whether two layers do anything differently; one that raises does."""
    try:
        return not all(calling.same(a, b) for a, b in _pairs(subject, one, other, calls))
    except calling.RaisedError:
        return True


def _alike(subject: Subject, one: Any, other: Any, what: str) -> None:
    if not repeats(subject, one):
        # Noise that nothing seeds can be compared by how much of it there is alone.
        seen = [
            float(np.mean([y != calling.first(subject.x()) for y in drawn(subject, each)[:CALLS]]))
            for each in (one, other)
        ]
        if abs(seen[0] - seen[1]) > 0.3 and CALLS * subject.units_drawn >= _COMPARED:
            raise BrokenError("round-trip", f"{what} changes {seen[1]:.0%} of its input, and the first {seen[0]:.0%}.")
        return
    for number, (a, b) in enumerate(_pairs(subject, one, other)):
        if not calling.same(a, b):
            when = "without training" if number == CALLS else f"at call {number + 1}"
            config = _config(one)
            lost = [name for name in own_names(one) if name not in config]
            why = f": its config has no {' and no '.join(lost)}" if lost else ""
            raise BrokenError("round-trip", f"{what} does something else {when}, seeded alike{why}.")


def repeats(subject: Subject, layer: Any) -> bool:
    """Return whether a layer draws the same noise again, seeded alike."""
    return all(calling.same(a, b) for a, b in _pairs(subject, layer, layer))


def _argument(layer: Any, name: str) -> Any:
    """Return the value of a constructor's argument: as the config has it, or an attribute of that name."""
    config = _config(layer)
    return config[name] if name in config else getattr(layer, name, getattr(layer, f"_{name}", None))


def own_names(layer: Any) -> list[str]:
    """Return the names of the constructor's own arguments."""
    named = inspect.signature(type(layer).__init__).parameters.values()
    takes = [each.name for each in named if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]
    return [name for name in takes if name != "self" and name not in _OF_KERAS]


def arguments_of(layer: Any) -> dict[str, Any]:
    """Return the constructor's own arguments with their values, of those that can be found."""
    found = {name: _argument(layer, name) for name in own_names(layer)}
    config = _config(layer)
    return {name: value for name, value in found.items() if value is not None or name in config}


def _matters_beside(subject: Subject, layer: Any, name: str, value: Any, calls: int) -> bool:
    """Return whether an argument that does nothing does something where another one has another value."""
    cls, arguments = type(layer), arguments_of(layer)
    for other, others_value, one in _variants(subject, layer):
        if other == name:
            continue
        subject.own.seed_everything(subject.seed("variant"))
        try:
            if differ(subject, one, cls(**{**arguments, other: others_value, name: value}), calls):
                return True
        except Exception:  # noqa: BLE001, S112 - not every value goes with every other
            continue
    return False


def _variants(subject: Subject, layer: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield layers that differ from one in one argument, with its name and value; what is refused is passed over."""
    arguments = arguments_of(layer)
    for name in arguments:
        default = inspect.signature(type(layer).__init__).parameters[name].default
        for other in _others(type(layer), arguments, name, default):
            try:
                # From the arguments, not from the config, which may lack some; a layer that was called is no new one.
                subject.calls("variant", subject.x(), made=type(layer)(**{**arguments, name: other}))
            except Exception:  # noqa: BLE001, S112 - not every value goes with every other
                continue
            subject.own.seed_everything(subject.seed("variant"))
            yield name, other, type(layer)(**{**arguments, name: other})


def _others(cls: type[Any], arguments: Mapping[str, Any], name: str, default: Any) -> list[Any]:
    """Return other values of an argument than its default, as likely to be accepted; none where none is known."""
    value = arguments[name]
    if name == "seed":
        return []  # whether a seed is kept is seen of noise that two layers draw
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, float):
        return [next(other for other in (value / 2 or 0.25, value / 4 or 0.125) if other != default)]
    return [value + 1] if isinstance(value, int) else list(choices.others(cls, arguments, name))
