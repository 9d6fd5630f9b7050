"""A law out of a text, as a shell gives one: "drops(0.1, shared_axes=(1, 2))". It is parsed, never run as code."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable
from typing import Any

from scipy import stats

from noise_ops.laws.adding import adds, adds_normal, adds_to_share
from noise_ops.laws.drawing import draws
from noise_ops.laws.dropping import drops, drops_affinely
from noise_ops.laws.happening import applies, selects, unknown
from noise_ops.laws.law import Law
from noise_ops.laws.multiplying import multiplies, multiplies_normal
from noise_ops.laws.noise import LawError

_LAWS: dict[str, Callable[..., Law]] = {
    law.__name__: law
    for law in (
        *(adds, adds_normal, adds_to_share, applies, draws, drops, drops_affinely),
        *(multiplies, multiplies_normal, selects, unknown),
    )
}

_LONGEST = 1000


def read(text: str) -> Law:
    """Return the law that a text names, with numbers, tuples, and distributions of `scipy.stats` for arguments.

    Raises:
      LawError: if it names none; the message says what can be named.
    """
    try:
        expression = ast.parse(text.strip(), mode="eval").body if len(text) <= _LONGEST else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        expression = None
    if not isinstance(expression, ast.Call):
        raise LawError(f"a law is written as drops(0.1, shared_axes=(1, 2)), not {text[:60]!r}.")
    name = _name(expression.func).removeprefix("noise_ops.").removeprefix("laws.")
    if name not in _LAWS:
        raise LawError(f"there is no law {name!r}{_near(name, _LAWS)}; there are {', '.join(sorted(_LAWS))}.")
    arguments, named = _arguments(expression)
    try:
        return _LAWS[name](*arguments, **named)
    except TypeError as error:
        raise LawError(f"{name} cannot be read: {str(error).partition('() ')[2] or error}.") from None


def _arguments(call: ast.Call) -> tuple[list[Any], dict[str, Any]]:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if None in named or any(isinstance(each, ast.Starred) for each in call.args):
        raise LawError("the arguments of a law are written one by one, without stars.")
    for name in ("observe", "to"):
        if name in named:
            raise LawError(f"{name} is a function, which a text cannot give: write a test with noise_ops.testing.")
    return [_value(each) for each in call.args], {str(name): _value(each) for name, each in named.items()}


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Call):
        return _distribution(node)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        raise LawError(f"{ast.unparse(node)[:60]} is no number, tuple or distribution.") from None


def _distribution(call: ast.Call) -> Any:
    name = _name(call.func).rpartition(".")[2]
    maker = getattr(stats, name, None)
    if not isinstance(maker, stats.rv_continuous):
        known = [each for each in dir(stats) if isinstance(getattr(stats, each), stats.rv_continuous)]
        raise LawError(f"scipy.stats has no continuous distribution {name!r}{_near(name, known)}.")
    arguments, named = _arguments(call)
    try:
        return maker(*arguments, **named)
    except TypeError as error:
        raise LawError(f"{name} cannot be read: {error}.") from None


def _name(node: ast.expr) -> str:
    return ast.unparse(node) if isinstance(node, (ast.Name, ast.Attribute)) else ""


def _near(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f", perhaps {near[0]}" if near else ""
