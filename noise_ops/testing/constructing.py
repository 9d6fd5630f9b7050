"""What the class of a user's layer promises beside its noise: defaults, names, choices, formats, dtypes, weights."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from noise_ops.laws.chosen import Chosen
from noise_ops.laws.happening import Applies
from noise_ops.laws.law import Law
from noise_ops.subjects.libraries import KERAS
from noise_ops.subjects.texts import telling
from noise_ops.testing import calling, choices
from noise_ops.testing.arguments import CALLS, arguments_of, differ, drawn, new_layer, repeats
from noise_ops.testing.asking import BrokenError, NotAskedError, Property
from noise_ops.testing.making import is_needed, parameters
from noise_ops.testing.modes import called_under
from noise_ops.testing.subject import Subject

_POLICY = "mixed_float16"


def defaults_make_a_layer(subject: Subject) -> None:
    """A constructor of which every argument has a default makes a layer by them, or refuses by a ValueError."""
    cls = type(new_layer(subject, "defaults"))
    needed = [each for each in parameters(cls) if is_needed(each)]
    if needed:
        raise NotAskedError(f"its constructor needs {needed[0].name}")
    try:
        cls()
    except ValueError:
        raise NotAskedError("without an argument its constructor refuses by a ValueError") from None
    except Exception as error:  # noqa: BLE001 - whatever a constructor raises
        told = f"Without an argument, of which each has a default, the constructor raises {telling(error)}."
        raise BrokenError("raises", told) from None


def two_in_a_model(subject: Subject) -> None:
    """Two layers that are given no name have one each, as a model that holds both wants."""
    layer = new_layer(subject, "names")
    cls = type(layer)
    if _takes(cls, "name"):  # which its factory may have given
        try:
            pair = [cls(**_arguments(layer)) for _ in range(2)]
        except Exception:  # noqa: BLE001 - which other properties tell
            raise NotAskedError("it cannot be made of its arguments without a name") from None
    else:
        pair = [layer, new_layer(subject, "names")]
    if pair[0].name == pair[1].name:
        raise BrokenError("raises", f"Two layers are both named {layer.name!r}, and no model takes two of one name.")


def choices_work(subject: Subject) -> None:
    """Each text that the constructor takes for an argument works in a call, or is refused by a ValueError."""
    layer = new_layer(subject, "choices")
    arguments, asked = _arguments(layer), 0
    # With another data_format its input would need another order of axes.
    tried = [
        (name, choice)
        for name in arguments
        if name != "data_format"
        for choice in choices.others(type(layer), arguments, name)
    ]
    for name, choice in tried:
        try:
            made = type(layer)(**{**arguments, name: choice})
        except Exception:  # noqa: BLE001, S112 - a text of its message that is no choice
            continue
        asked += 1
        try:
            subject.calls("choices", subject.x(), made=made)
        except calling.RaisedError as error:
            if not isinstance(error.error, (ValueError, NotImplementedError, calling.tf().errors.InvalidArgumentError)):
                told = f"With {name}={choice!r}, which its constructor takes, {_continued(error)}."
                raise BrokenError("raises", told, {name: choice}) from None
    if not asked:
        raise NotAskedError("its constructor takes no text of which other values are known")


def data_format_is_that_of_keras(subject: Subject) -> None:
    """Without a data_format the layer has that of Keras: it does what it does where that one is named."""
    layer = new_layer(subject, "format")
    if not _takes(type(layer), "data_format"):
        raise NotAskedError("it takes no data_format")
    named = subject.own.keras.backend.image_data_format()

    def made(data_format: str | None) -> Any:
        subject.own.seed_everything(subject.seed("format"))  # from which a layer without a seed takes its own
        return type(layer)(**{**_arguments(layer), "data_format": data_format})

    try:
        subject.calls("format", subject.x(), made=made(None))
        one, other = made(None), made(named)
    except Exception:  # noqa: BLE001 - whatever a constructor says of None
        raise NotAskedError("it cannot be made, or called, without a data_format") from None
    if repeats(subject, one) and differ(subject, one, other):
        told = f"With data_format={named!r}, which is that of Keras, the layer does not do what it does without one."
        raise BrokenError("argument-ignored", told, {"data_format": named})


def dtype_as_argument(subject: Subject) -> None:
    """A layer that is given mixed precision as its dtype computes by it, as it does under a global policy."""
    layer = new_layer(subject, "dtype")
    made = _of_policy(layer)
    what = f"With dtype={_POLICY!r}, the call"
    try:
        calling.observed(what, lambda: subject.calls("dtype", subject.x(), made=made))
    except calling.RaisedError as error:
        try:
            called_under(subject, _POLICY)
        except calling.RaisedError:
            raise NotAskedError(f"it raises under the policy too, as in_{_POLICY} says") from None
        told = f"{error}; under that policy as a global one it computes."
        raise BrokenError("raises", told, {"dtype": _POLICY}) from None


def noise_is_not_trained(subject: Subject) -> None:
    """Training leaves alone which units are dropped, or changed: a rate that was given is no weight."""
    made = new_layer(subject, "trained")
    x = subject.x()
    if any(array.dtype.kind not in "fV" for array in calling.arrays(x)) or subject.own.output is not None:
        raise NotAskedError("a model of it would need a loss that is not known")
    before = drawn(subject, made)[:CALLS]
    if not made.trainable_weights:
        raise NotAskedError("it has no weights that training could change")
    if not repeats(subject, made):
        raise NotAskedError("its noise cannot be drawn again")
    trained = subject.fresh("trained")
    try:
        calling.fitted(subject.own, trained, x, subject.own.keras.optimizers.Adam(0.1), epochs=4)
    except Exception:  # noqa: BLE001 - which works_in_fit tells
        raise NotAskedError("it cannot be trained, as works_in_fit says") from None
    for old, new in zip(made.trainable_weights, trained.trainable_weights, strict=True):
        old.assign(new)
    states = [np.stack([subject.states(x, y) for y in each]) for each in (before, drawn(subject, made)[:CALLS])]
    moved = float(np.mean(states[0] != states[1]))
    if moved:
        names = ", ".join(weight.name for weight in made.trainable_weights)
        told = (
            f"After four epochs of fit, {moved:.1%} of the units have another state than before, seeded alike: the "
            f"noise depends on weights that are trained ({names})."
        )
        raise BrokenError("mask-density", told)


def has_share(law: Law) -> bool:
    """Return whether a random share of the units is dropped, noised or changed."""
    return isinstance(law, (Chosen, Applies))


PROPERTIES = (
    Property("defaults_make_a_layer", "raises", defaults_make_a_layer, needs_call=False),
    Property("two_in_a_model", "raises", two_in_a_model, needs_call=False),
    Property("choices_work", "raises", choices_work),
    Property("data_format_is_that_of_keras", "argument-ignored", data_format_is_that_of_keras),
    Property("dtype_as_argument", "raises", dtype_as_argument),
    Property("noise_is_not_trained", "mask-density", noise_is_not_trained, has_share, mode="fit"),
)


def _arguments(layer: Any) -> dict[str, Any]:
    """Return the arguments of a constructor, layers among them as they are and not as the config has them.

    Raises:
      NotAskedError: if there is no config that could be read.
    """
    try:
        arguments = arguments_of(layer)
    except calling.RaisedError:
        raise NotAskedError("its config cannot be read, as config_round_trip says") from None
    return {
        name: getattr(layer, name, value) if isinstance(value, dict) and "class_name" in value else value
        for name, value in arguments.items()
    }


def _takes(cls: type[Any], name: str) -> bool:
    """Return whether a constructor takes an argument, by its name or among others that it hands on to its base."""
    for base in cls.__mro__:
        if "__init__" in vars(base):
            kinds = {each.name: each.kind for each in parameters(vars(base)["__init__"])}
            if name in kinds or inspect.Parameter.VAR_KEYWORD not in kinds.values():
                return name in kinds
            if base.__module__.partition(".")[0] in KERAS:
                return name in ("name", "dtype")
    return False


def _continued(error: Exception) -> str:
    return f"{str(error)[:1].lower()}{str(error)[1:]}"


def _of_policy(layer: Any) -> Any:
    """Return a layer like one, but of a dtype policy that is an argument: its own, and that of layers it is given."""
    arguments = _arguments(layer)
    try:
        if not any(hasattr(each, "get_config") for each in arguments.values()) and _takes(type(layer), "dtype"):
            return type(layer)(**{**arguments, "dtype": _POLICY})
        return type(layer).from_config(_with_policy(layer.get_config()))
    except Exception:  # noqa: BLE001 - which other properties tell
        raise NotAskedError("it cannot be made with another dtype") from None


def _with_policy(config: Any) -> Any:
    """Return a config in which each dtype policy is another."""
    if isinstance(config, dict):
        return {name: _POLICY if name == "dtype" else _with_policy(each) for name, each in config.items()}
    return [_with_policy(each) for each in config] if isinstance(config, list) else config
