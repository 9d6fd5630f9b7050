"""Which other texts the constructor of a layer takes for an argument: by its annotation, or by what it refuses."""

from __future__ import annotations

import re
import typing
from collections.abc import Mapping
from typing import Any

FORMATS = ("channels_last", "channels_first")

_NONE_SUCH = "none_such"
"""A text that no constructor takes: what it raises names those that it does."""


def others(cls: type[Any], arguments: Mapping[str, Any], name: str) -> list[str]:
    """Return texts that an argument may be in place of its own, some of which the constructor may refuse.

    Args:
      cls: class of the layer.
      arguments: all of its arguments.
      name: of the one, which is a text, or a data_format.
    """
    value = arguments[name]
    if name == "data_format":
        return [each for each in FORMATS if each != (value or FORMATS[0])]
    if not isinstance(value, str):
        return []
    return [each for each in _annotated(cls, name) or _named_by_refusal(cls, arguments, name) if each != value]


def _annotated(cls: type[Any], name: str) -> list[str]:
    """Return the texts of a Literal annotation; none without one."""
    try:
        annotation = typing.get_type_hints(cls.__init__).get(name)
    except Exception:  # noqa: BLE001 - of names that are there for a type checker alone
        return []
    return [each for each in typing.get_args(annotation) if isinstance(each, str)]


def _named_by_refusal(cls: type[Any], arguments: Mapping[str, Any], name: str) -> list[str]:
    """Return the texts in quotes of the ValueError that another text raises, as "mode is 'sum' or 'mean', not ..."."""
    try:
        cls(**{**arguments, name: _NONE_SUCH})
    except ValueError as error:
        quoted = re.findall(r"""['"`]([A-Za-z][\w-]*)['"`]""", str(error))
        return [each for each in dict.fromkeys(quoted) if each not in (_NONE_SUCH, name, cls.__name__)]
    except Exception:  # noqa: BLE001 - it refuses, and names nothing
        return []
    return []
