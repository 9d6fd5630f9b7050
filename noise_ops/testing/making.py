"""What a user gives, made: a layer, a model or a function, however its factory, its seed and its training are named."""

from __future__ import annotations

import contextlib
import inspect
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from noise_ops import patterns
from noise_ops.errors import UserError
from noise_ops.subjects.libraries import KERAS

TRAINING = ("training", "is_training", "train")
"""Names under which layers and functions are told that they train, the first that one takes counts."""


class LayerError(UserError, ValueError):
    """What was given cannot be held to a law; the message says in a sentence what helps."""


@dataclass(frozen=True)
class Own:
    """A layer, model or function of a user, and how it is made.

    Attributes:
      factory: makes it, or is it: see `noise_ops.testing.check_layer`.
      arguments: given to the factory by name.
      training: name of the argument that says whether it trains; "" for none, None for the first of `TRAINING`.
      output: which of several outputs is judged: an index, a key, or a function of all that comes out.
    """

    factory: Callable[..., Any]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    training: str | None = None
    output: Any = None

    def __post_init__(self) -> None:
        if not callable(self.factory):
            raise LayerError(f"a callable that makes the layer is asked for, such as a class, not {self.factory!r}.")
        takes = parameters(self.factory)
        is_open = not takes or any(each.kind == each.VAR_KEYWORD for each in takes)  # for Keras, which takes a name
        names = [each.name for each in takes if each.kind != each.VAR_KEYWORD]
        for name in self.arguments.keys() - set(names):
            near = patterns.meant(name, [each for each in names if each not in self.arguments])
            if near or not is_open:
                raise LayerError(f"{_named(self.factory)} has no argument {name!r}{near or '.'}")

    @cached_property
    def name(self) -> str:
        """What it is called in a sentence: the class of what a factory makes, or the function.

        Raises:
          LayerError: if the factory raises.
        """
        if self.is_made or self.is_function:
            return _named(self.factory)
        try:
            return type(self.made()).__name__
        except Exception as error:
            said = (str(error).splitlines() or [""])[0].rstrip(".")
            raise LayerError(f"{_named(self.factory)} makes no layer: {type(error).__name__}: {said}.") from error

    @cached_property
    def is_made(self) -> bool:
        """Whether a layer was given in place of what makes one: each call then goes on with its state."""
        return _keras_of(self.factory) is not None

    @cached_property
    def is_function(self) -> bool:
        """Whether the callable is the noise itself: a function of `(x, seed)` or of `x`."""
        if inspect.isclass(self.factory) or self.is_made:
            return False
        free = [each for each in parameters(self.factory) if each.name not in self.arguments]
        return any(is_needed(each) and each.name != "seed" for each in free)

    @cached_property
    def takes_seed(self) -> bool:
        """Whether a seed can be given: to the factory, or to each call of a function."""
        return not self.is_made and "seed" in {each.name for each in parameters(self.factory)}

    @cached_property
    def _needs_seed(self) -> bool:
        return any(each.name == "seed" and is_needed(each) for each in parameters(self.factory))

    @cached_property
    def keras(self) -> Any:
        """The Keras of the layer, as a module; None of a function."""
        name = None if self.is_function else _keras_of(self.made())
        return None if name is None else sys.modules[name]

    def made(self, seed: int | None = None, policy: str | None = None) -> Any:
        """Return a new layer, or the function.

        Args:
          seed: given where one is taken; None leaves it to the factory's default.
          policy: dtype policy under which Keras makes it; None for that which is set.
        """
        if self.is_made or self.is_function:
            return self.factory
        seeded = {"seed": seed} if (seed is not None and self.takes_seed) or self._needs_seed else {}
        with self.under(policy):
            return self.factory(**{**self.arguments, **seeded})

    @contextlib.contextmanager
    def under(self, policy: str | None) -> Iterator[None]:
        """Make layers under a dtype policy of Keras; None leaves that which is set."""
        if policy is None or self.keras is None:
            yield
            return
        mixed = self.keras.mixed_precision
        before = mixed.global_policy() if hasattr(mixed, "global_policy") else mixed.dtype_policy()
        mixed.set_global_policy(policy)
        try:
            yield
        finally:
            mixed.set_global_policy(before)

    def call(self, made: Any, x: Any, training: bool | None = True, seed: int | None = None) -> Any:
        """Return what it makes of an input, the output that is judged alone.

        Args:
          made: what `made` returned.
          x: input, or a structure of several.
          training: None leaves it to the layer's default.
          seed: of a function that takes one.
        """
        told: dict[str, Any] = {}
        if training is not None and self.training_argument(made):
            told[self.training_argument(made)] = training
        if self.is_function:
            told |= dict(self.arguments)
            if self.takes_seed:
                told["seed"] = seed
        return self.chosen(made(x, **told))

    def chosen(self, output: Any) -> Any:
        """Return the output that is judged, of what a call returned.

        Raises:
          LayerError: if there is no such output.
        """
        if callable(self.output):
            return self.output(output)
        if self.output is not None:
            try:
                return output[self.output]
            except (KeyError, IndexError, TypeError):
                raise LayerError(f"there is no output {self.output!r} in a {type(output).__name__}.") from None
        return output[0] if isinstance(output, (list, tuple)) and len(output) else output

    def training_argument(self, made: Any) -> str:
        """Return the name under which it is told that it trains; "" if it takes none."""
        if self.training is not None:
            return self.training
        takes = {each.name for each in parameters(getattr(made, "call", made))}
        if _is_functional(made):
            return "training"
        return next((name for name in TRAINING if name in takes), "")

    def trains_by_default(self, made: Any) -> bool:
        """Return whether it says that it trains unless it is told otherwise, as augmentations of images may."""
        if not self.takes_images:
            return False  # of any other layer that is a mistake
        name = self.training_argument(made)
        return any(each.name == name and each.default is True for each in parameters(getattr(made, "call", made)))

    @cached_property
    def takes_images(self) -> bool:
        """Whether it is made of a class for images, whose batches have rank 4; of rank 3 it would take one image."""
        return not self.is_function and any("Image" in base.__name__ for base in type(self.made(seed=1)).__mro__)

    def seed_everything(self, seed: int) -> None:
        """Seed whatever a layer without a seed may draw from: Python, NumPy, TensorFlow and the loaded Keras."""
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        if "tensorflow" in sys.modules:
            sys.modules["tensorflow"].random.set_seed(seed)
        for name in KERAS:
            if name in sys.modules and hasattr(sys.modules[name], "utils"):
                sys.modules[name].utils.set_random_seed(seed)


def parameters(called: Any) -> list[inspect.Parameter]:
    """Return the parameters of what can be called; none of a function that says nothing of itself."""
    try:
        return list(inspect.signature(called).parameters.values())
    except (TypeError, ValueError):  # of C
        return []


def is_needed(parameter: inspect.Parameter) -> bool:
    """Return whether a parameter must be given."""
    return parameter.default is parameter.empty and parameter.kind not in (
        parameter.VAR_POSITIONAL,
        parameter.VAR_KEYWORD,
    )


def _keras_of(thing: Any) -> str | None:
    """Return which Keras a layer or model is of, by its class; None of anything else."""
    if inspect.isclass(thing):
        return None
    for base in type(thing).__mro__:
        if base.__name__ == "Layer" and base.__module__.partition(".")[0] in KERAS:
            return base.__module__.partition(".")[0]
    return None


def _is_functional(made: Any) -> bool:
    return any(base.__name__ in ("Functional", "Sequential") for base in type(made).__mro__)


def _named(thing: Any) -> str:
    name = getattr(thing, "__name__", None) or type(thing).__name__
    return "function" if name == "<lambda>" else str(name)
