"""Whether a fact is about what is used: its subject, in its dtype, with its arguments.

What cannot be told not to touch it, touches it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TypeVar

from noise_ops.codes import CODES
from noise_ops.subjects.inputs import MIXED
from noise_ops.usage.conditions import concerns, runs_beside
from noise_ops.usage.used import Usage, Used
from noise_ops.verdicts import Verdict

Key = tuple[str, str, str, str]
"""Subject, dtype, mode and property of a fact."""

_Fact = TypeVar("_Fact")


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
        """Return whether a fact is about the arguments that are given."""
        if not concerns(used, key[0], key[3], code) or runs_beside(used, key[3], self._raised(key)):
            return False
        moved = bool(code) and CODES[code].verdict is Verdict.STREAM_CHANGED and key[3] == "stream"
        return not (moved and used.argument("seed") is None and self._draws_alike_without_seed(key))

    def _raised(self, key: Key) -> set[str]:
        raised = (getattr(facts.get(key), "raised", None) for facts in self._facts)
        return {each.type for each in raised if each is not None}

    def _draws_alike_without_seed(self, key: Key) -> bool:
        """Return whether what is given no seed is known to draw as before, so that other seeds are none of its matter.

        Where its noise moved as well, the change of what is seeded is told for both.
        """
        found = [facts.get((*key[:3], "unseeded_stream")) for facts in self._facts]
        return None not in found and all(each == found[0] for each in found)
