"""A layer out of a shell's words: "mypkg.layers:DropPath" and "rate=0.1"."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Sequence
from typing import Any

from noise_ops.errors import UnusableEnvironmentError
from noise_ops.subjects.importing import imported
from noise_ops.subjects.libraries import tensorflow
from noise_ops.testing.making import LayerError


def named(text: str) -> Any:
    """Return what a module has under a name, as in "mypkg.layers:DropPath"; the module is imported.

    Raises:
      LayerError: if there is none, or its import raises.
    """
    module_name, _, name = text.partition(":")
    if not module_name or not name:
        raise LayerError(f"a layer of yours is written as mypkg.layers:DropPath, not {text!r}.")
    with contextlib.suppress(UnusableEnvironmentError):
        tensorflow()  # without its start-up log, which would come in with the module
    found = imported(text, LayerError)
    if not callable(found):
        raise LayerError(f"{text} is a {type(found).__name__}, which makes no layer.")
    return found


def arguments(texts: Sequence[str]) -> dict[str, Any]:
    """Return arguments out of texts such as "rate=0.1": literals of Python, and else the text itself.

    Raises:
      LayerError: if one has no name, or a name is given twice.
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            raise LayerError(f"an argument is written as rate=0.1, not {text!r}.")
        if name in found:
            raise LayerError(f"the argument {name} is given twice.")
        found[name] = literal(value)
    return found


def literal(text: str) -> Any:
    """Return the Python literal that a text is, or the text."""
    try:
        return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return text


def shape(text: str) -> tuple[int | None, ...]:
    """Return a shape out of a text such as "(None, 32, 32, 3)".

    Raises:
      LayerError: if it is none.
    """
    found = literal(text)
    if not isinstance(found, tuple) or not all(side is None or (isinstance(side, int) and side >= 0) for side in found):
        raise LayerError(f"a shape is written as (None, 32, 32, 3), not {text!r}.")
    return found
