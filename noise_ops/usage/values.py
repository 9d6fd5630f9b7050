"""Values of arguments: of which kind one is, and which one the name of a property, such as "accepts rate=1", means.

Values of one kind are taken to be treated alike.
"""

from __future__ import annotations

import ast
import math
from typing import Any

from noise_ops.usage.used import UNKNOWN

_TINY = 1e-6
"""How near to 0 or 1 a rate is a limit, and not an ordinary one."""

_SEED_BOUNDS = (0, 2**31, 2**63)
_LARGEST_EXPONENT = 64


def kind(argument: str, value: Any) -> str:
    """Return of which kind a value of an argument is: a rate or standard deviation, or else a seed."""
    number = isinstance(value, int if argument == "seed" else (int, float)) and not isinstance(value, bool)
    if not number:
        return type(value).__name__
    if argument == "seed":
        return str(sum(value >= bound for bound in _SEED_BOUNDS))
    limits = {"nan": math.isnan(value), "inf": value == math.inf, "negative": value < 0, "0": value == 0}
    limits |= {"tiny": value < _TINY, "ordinary": value <= 1 - _TINY, "almost 1": value < 1, "1": value == 1}
    return next((name for name, holds in limits.items() if holds), "above 1")


class _Made:
    """A value that is made by a call, such as np.float32(0.3)."""


def recorded(text: str) -> Any:
    """Return the value that the name of a property gives an argument, such as "1-2**-24"; `UNKNOWN` if it is none."""
    try:
        return _evaluated(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, OverflowError):
        return UNKNOWN


def _evaluated(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and node.id in ("nan", "inf"):
        return float(node.id)
    if isinstance(node, ast.Call):
        return _Made()
    if isinstance(node, ast.Tuple):
        return tuple(map(_evaluated, node.elts))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluated(node.operand)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Pow):
        left, right = _evaluated(node.left), _evaluated(node.right)
        if isinstance(node.op, ast.Sub):
            return left - right
        if abs(right) <= _LARGEST_EXPONENT:
            return left**right
    raise ValueError
