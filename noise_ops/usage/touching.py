"""Whether a fact is about what is used: its subject, in its dtype, with its arguments.

What cannot be told not to touch it, touches it.
"""

from __future__ import annotations

import ast
import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, TypeVar

from noise_ops.codes import CODES
from noise_ops.subjects.inputs import MIXED
from noise_ops.usage.used import UNKNOWN, Usage, Used
from noise_ops.verdicts import Verdict

Key = tuple[str, str, str, str]
"""Subject, dtype, mode and property of a fact."""

_Fact = TypeVar("_Fact")

_STRENGTHS = ("rate", "stddev", "dropout", "recurrent_dropout")
_OF_A_SEED = {"same_seed_same_noise", "neighbouring_seeds_differ", "distant_seeds_differ", "reload_restarts_stream"}
_OF_NO_SEED = {"unseeded_stream", "unseeded_layers_differ"}
_TINY = 1e-6
"""How near to 0 or 1 a rate is a limit, and not an ordinary one."""

_SEED_BOUNDS = (0, 2**31, 2**63)
_LARGEST_EXPONENT = 64


class Touching:
    """Tells of facts of two fingerprints, or of many, whether they are about what is used.

    Args:
      usage: what is used.
      facts: the facts by key, of each fingerprint.
    """

    def __init__(self, usage: Usage, *facts: Mapping[Key, object]) -> None:
        self._facts = facts
        self._used: dict[str, list[Used]] = defaultdict(list)
        for used in usage.used:
            self._used[used.subject].append(used)

    def touches(self, key: Key, code: str = "") -> bool:
        """Return whether a fact, or a change of it that is told under a code, is about anything that is used."""
        return any(self._is_of(used, key) and self._is_about(used, key, code) for used in self._used.get(key[0], ()))

    def narrowed(self, facts: Mapping[Key, _Fact]) -> dict[Key, _Fact]:
        """Return those of some facts that are about what is used."""
        return {key: fact for key, fact in facts.items() if key[0] in self._used and self.touches(key)}

    def _is_of(self, used: Used, key: Key) -> bool:
        """Return whether a fact in some dtype speaks of what is used in its own.

        What was not asked in its own dtype is as it is in float32, or, where that was not asked either, in any other.
        """
        subject, dtype, mode, name = key
        if used.dtype in (None, dtype) or dtype == "any":
            return used.policy is not False or mode not in MIXED or dtype == "any"
        if mode in MIXED or self._asked((subject, str(used.dtype), mode, name)):
            return False
        if name != "observed" and not self._asked(key):
            return False  # which speaks for no other dtype where it is not compared itself
        return dtype == "float32" or not self._asked((subject, "float32", mode, name))

    def _asked(self, key: Key) -> bool:
        return all(key in facts for facts in self._facts)

    def _is_about(self, used: Used, key: Key, code: str) -> bool:
        """Return whether a fact that is about an argument is about the one that is given."""
        first, _, rest = key[3].partition(" ")
        argument, equals, text = rest.partition("=")
        if first == "accepts" and equals:
            return _may_be(argument, used.argument(argument), text)
        if (first in ("variables", "variable_names") and equals) or first == "rate_zero_is_identity":
            return any(_may_be(name, used.argument(name), "0") for name in _STRENGTHS)
        if first == "noise_shape_kept" or (first == "noise_shape_broadcasts" and "Spatial" not in key[0]):
            return used.argument("noise_shape") is not None
        if first == "data_format_kept":
            return _may_be("data_format", used.argument("data_format"), "'channels_first'")
        if first == "policy_kept":
            return used.policy is not False
        return self._is_about_seed(used, key, code)

    def _is_about_seed(self, used: Used, key: Key, code: str) -> bool:
        first = key[3].partition(" ")[0]
        seed = used.argument("seed")
        if first in _OF_A_SEED or (code == "round-trip" and first == "mode_draws_eager_stream"):
            return seed is not None
        if first in _OF_NO_SEED:
            return seed is None or seed is UNKNOWN
        moved = bool(code) and CODES[code].verdict is Verdict.STREAM_CHANGED
        return not (moved and first == "stream" and seed is None and self._draws_alike_without_seed(key))

    def _draws_alike_without_seed(self, key: Key) -> bool:
        """Return whether what is given no seed is known to draw as before, so that other seeds are none of its matter.

        Where its noise moved as well, the change of what is seeded is told for both.
        """
        found = [facts.get((*key[:3], "unseeded_stream")) for facts in self._facts]
        return None not in found and all(each == found[0] for each in found)


def _may_be(argument: str, given: Any, recorded: str) -> bool:
    """Return whether what is given for an argument may lead to what was recorded of a value."""
    if given is UNKNOWN:
        return True
    if argument == "noise_shape":
        return given is not None
    if argument == "data_format":
        possible = ("channels_first", "channels_last") if given is None else (given,)
        return _value(recorded) in possible
    kind = _kind_of_seed if argument == "seed" else _kind
    value = _value(recorded)
    return value is UNKNOWN or kind(given) == kind(value)


def _kind(value: Any) -> str:
    """Return what a rate or a standard deviation is: values of one kind are taken to be treated alike."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return type(value).__name__
    limits = {"nan": math.isnan(value), "inf": value == math.inf, "negative": value < 0, "0": value == 0}
    limits |= {"tiny": value < _TINY, "ordinary": value <= 1 - _TINY, "almost 1": value < 1, "1": value == 1}
    return next((name for name, holds in limits.items() if holds), "above 1")


def _kind_of_seed(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return type(value).__name__
    return str(sum(value >= bound for bound in _SEED_BOUNDS))


class _Made:
    """A value that is made by a call, such as np.float32(0.3)."""


def _value(recorded: str) -> Any:
    """Return the value of an argument as a property names it, such as "1-2**-24"; `UNKNOWN` if it is none."""
    try:
        return _evaluated(ast.parse(recorded, mode="eval").body)
    except (SyntaxError, ValueError, OverflowError):
        return UNKNOWN


def _evaluated(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and node.id in ("nan", "inf"):
        return float(node.id)
    if isinstance(node, ast.Call):
        return _Made()
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluated(node.operand)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Pow):
        left, right = _evaluated(node.left), _evaluated(node.right)
        if isinstance(node.op, ast.Sub):
            return left - right
        if abs(right) <= _LARGEST_EXPONENT:
            return left**right
    raise ValueError
