"""Where code says how its layers are run: under a strategy, compiled, in half precision, mapped or recomputed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from noise_ops.usage.files import Source

_WAYS: Mapping[str, str] = MappingProxyType(
    {
        "mirrored": r"(Experimental)?\w*(Mirrored|TPU|CentralStorage|ParameterServer)Strategy(V[12])?|set_distribution",
        "mixed_float16": r"'mixed_float16'",
        "mixed_bfloat16": r"'mixed_bfloat16'",
        "xla": r"jit_compile|set_jit",
        "in_vectorized_map": r"vectorized_map",
        "recomputation_keeps_mask": r"recompute_grad|remat|RematScope",
    }
)
"""By a mode, or a word of a property: the names, and the texts in quotes, by which code says that it is so run."""

NOWHERE = ", not found in what was read"
"""What goes after a condition of which code says nothing."""

_BY_DEFAULT = ("xla",)
"""What a library may do that is not asked: `compile` of Keras 3 chooses jit_compile itself."""

_WORDS = re.compile(
    rb"Strategy|set_distribution|mixed_b?float16|jit_compile|set_jit|vectorized_map|recompute_grad|[rR]emat"
)


def found(sources: Iterable[Source], unread: Iterable[bytes | None] = ()) -> dict[str, tuple[str, ...]]:
    """Return by each way the places where code says so; without the ways of which that cannot be told.

    Args:
      sources: the files that were read.
      unread: what the others hold, None where that is not known.
    """
    places: dict[str, dict[str, None]] = {way: {} for way in _WAYS}
    for source in sources:
        for label, tree in source.pieces if _WORDS.search(source.text) else ():
            for line, name in _names(tree):
                for way, pattern in _WAYS.items():
                    if re.fullmatch(pattern, name):
                        places[way][f"{label}{line}"] = None
    unclear = any(text is None or _WORDS.search(text) for text in unread)
    return {way: tuple(each) for way, each in places.items() if each or not (unclear or way in _BY_DEFAULT)}


def _names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line of each name and each text, and what it is; without arguments that are given a false value."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.keyword) and not (isinstance(node.value, ast.Constant) and not node.value.value):
            yield node.lineno, node.arg or ""
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, repr(node.value)


def told(places: Mapping[str, tuple[str, ...]], shown: Iterable[tuple[str, str]]) -> str:
    """Return where code says that it does what a finding depends on, as it goes after its condition.

    Args:
      places: as `found` returns them.
      shown: mode and property of each fact of the finding; "" is returned unless all depend on one way.
    """
    ways = {_way(mode, name) for mode, name in shown}
    way = ways.pop() if len(ways) == 1 else ""
    if way not in places:
        return ""
    return f", found in {places[way][0]}" if places[way] else NOWHERE


def _way(mode: str, name: str) -> str:
    first, _, rest = name.partition(" ")
    if first == "replicas_draw_apart":
        return "mirrored"
    return next((way for way in _WAYS if way in (mode, first, rest)), "")
