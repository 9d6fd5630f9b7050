"""Whether two outputs hold the same noise, rounded otherwise: seen in the raw words of their first units."""

from __future__ import annotations

import re

_FRACTION = {4: {"float16": 10, "bfloat16": 7}, 8: {"float32": 23}, 16: {"float64": 52}}
"""Bits of the fraction of a float by the number of its hexadecimal digits and its dtype."""

_WORDS = re.compile(r"[0-9a-f]{4,16}( [0-9a-f]{4,16})*")


def ulps(old: object, new: object, dtype: str) -> int | None:
    """Return by how many units in the last place two heads differ at most; None where they are not the same noise.

    Two outputs are the same noise, rounded otherwise, if each pair of their units agrees in sign, and in the leading
    half of its digits: other noise would do so in eight units with a probability below 1e-9.

    Args:
      old: raw words of the first units of one output, in hex, as the fact `head` holds them.
      new: those of the other.
      dtype: dtype of the units; half precision under a mixed policy may hold wider words.
    """
    if not all(isinstance(head, str) and _WORDS.fullmatch(head) for head in (old, new)):
        return None
    before, after = str(old).split(), str(new).split()
    widths = {len(word) for word in (*before, *after)}
    if len(before) != len(after) or len(before) < 4 or len(widths) != 1:
        return None
    kinds = _FRACTION.get(widths.pop(), {})
    fraction = kinds.get(dtype) or max(kinds.values(), default=0)
    apart = [abs(int(a, 16) - int(b, 16)) for a, b in zip(before, after, strict=True)]
    if not fraction or max(apart) >= 2 ** (fraction // 2):
        return None
    return max(apart)
