"""Where a real layer can be opened: the functions of TensorFlow it calls, its seeds, and its own methods.

A cut replaces one attribute for as long as a run lasts. What is put there gets a `Call`: the sound function and the
arguments it was called with. Everything else, from the constructor to the saved file, stays the real thing.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

from noise_ops.subjects.libraries import load, tensorflow
from noise_ops.subjects.subject import Subject

Address = tuple[Any, str]
"""An object and the name of its attribute that is replaced."""


@dataclass(frozen=True)
class Call:
    """A call that reached a cut.

    Attributes:
      function: the sound function.
      arguments: its arguments by name, defaults filled in.
      number: how many calls of this run reached a cut before.
    """

    function: Callable[..., Any]
    arguments: dict[str, Any]
    number: int

    def sound(self, **changed: Any) -> Any:
        """Return what the sound function returns, with some arguments changed."""
        arguments = {**self.arguments, **changed}
        parameters = inspect.signature(self.function).parameters.values()
        gathered = [arguments.pop(p.name, {}) for p in parameters if p.kind is p.VAR_KEYWORD]
        return self.function(**arguments, **(gathered[0] if gathered else {}))

    def __getitem__(self, name: str) -> Any:
        """Return an argument."""
        return self.arguments[name]


Instead = Callable[[Call], Any]
"""What is put in the place of a function."""


@dataclass(frozen=True)
class Cut:
    """One place where a layer is opened.

    Attributes:
      addresses: from a subject to the attributes that are replaced, one for each name the function goes by.
      instead: what is put there.
    """

    addresses: Callable[[Subject], Iterable[Address]]
    instead: Instead


@dataclass
class Site:
    """What happened at the cuts of a run.

    Attributes:
      reached: how often a cut was reached; 0 means that this library's layer does not pass there.
    """

    reached: int = 0


class NoSuchPlaceError(Exception):
    """This version of a library has no such function or method to replace; the message names it."""


@contextlib.contextmanager
def opened(subject: Subject, cuts: Iterable[Cut]) -> Iterator[Site]:
    """Keep a subject open at some cuts.

    Raises:
      NoSuchPlaceError: if the installed version lacks one of the places.
    """
    site = Site()
    with contextlib.ExitStack() as stack:
        for cut in cuts:
            for owner, name, function in _functions(subject, cut):
                stack.enter_context(mock.patch.object(owner, name, _replacement(function, cut.instead, site)))
        yield site


def _functions(subject: Subject, cut: Cut) -> list[tuple[Any, str, Callable[..., Any]]]:
    try:
        return [(owner, name, getattr(owner, name)) for owner, name in cut.addresses(subject)]
    except AttributeError as error:
        raise NoSuchPlaceError(str(error)) from error


def _replacement(function: Callable[..., Any], instead: Instead, site: Site) -> Callable[..., Any]:
    signature = inspect.signature(function)

    def replacement(*arguments: Any, **named: Any) -> Any:
        number, site.reached = site.reached, site.reached + 1
        bound = signature.bind(*arguments, **named)
        bound.apply_defaults()
        return instead(Call(function, dict(bound.arguments), number))

    # TensorFlow rewrites the source of what it traces; there is nothing to rewrite here.
    untouched = tensorflow().autograph.experimental.do_not_convert(replacement)
    untouched.__signature__ = signature  # Keras asks the signature of `call` whether it takes `training`
    return untouched  # type: ignore[no-any-return]


def dropouts(instead: Instead) -> Cut:
    """Cut at `tf.nn.dropout` and its stateless form, which every Dropout and SpatialDropout calls."""
    return Cut(
        lambda subject: [
            address
            for nn in (tensorflow().nn, tensorflow().compat.v2.nn)  # tf_keras calls the second
            for address in ((nn, "dropout"), (nn.experimental, "stateless_dropout"))
        ],
        instead,
    )


def uniforms(instead: Instead) -> Cut:
    """Cut at the uniform draws of `tf.random`, stateful, stateless and of a Generator."""
    return Cut(lambda subject: _draws("uniform"), lambda call: instead(call) if _is_float(call) else call.sound())


def normals(instead: Instead) -> Cut:
    """Cut at the normal draws of `tf.random`, stateful, stateless and of a Generator."""
    return Cut(lambda subject: _draws("normal"), instead)


def _is_float(call: Call) -> bool:
    return bool(tensorflow().as_dtype(call["dtype"]).is_floating)


def _draws(kind: str) -> list[Address]:
    tf = tensorflow()
    modules = (tf.random, tf.compat.v2.random)
    functions = [(module, name) for module in modules for name in (kind, f"stateless_{kind}")]
    return [*functions, (tf.random.Generator, kind)]


def method(name: str, instead: Instead) -> Cut:
    """Cut at a method of the layer's class, such as `call` or `get_config`."""
    return Cut(lambda subject: [(subject.source(), name)], instead)


def keras3_seeds(instead: Instead) -> Cut:
    """Cut at `SeedGenerator.next`, from which every draw of a Keras 3 layer takes its seed."""
    return Cut(lambda subject: [(subject.library.module.random.SeedGenerator, "next")], instead)


def keras2_seeds(instead: Instead) -> Cut:
    """Cut at `RandomGenerator.make_legacy_seed`, from which every draw of a tf_keras layer takes its op seed."""
    return Cut(lambda subject: [(subject.library.module.src.backend.RandomGenerator, "make_legacy_seed")], instead)


def missing_library(subject: str) -> str | None:
    """Return which library a subject needs and is not installed, if any. Imports TensorFlow."""
    name = {"tf": None, "keras": "keras", "tf_keras": "tf_keras", "noise_ops": "keras"}[
        subject.split(".", maxsplit=1)[0]
    ]
    if subject.startswith("noise_ops.layers.keras2"):
        name = "tf_keras"
    return name if name is not None and load(name) is None else None
