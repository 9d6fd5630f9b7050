"""Texts: what was raised and what was given, as one line of ASCII without what differs from run to run."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from noise_ops.subjects.values import Value

MESSAGE_LENGTH = 160
"""Characters of an exception's sentence that are kept."""

_LONGEST = 300
"""Characters of an exception that are told at most, unless its first sentence has more."""

_AROUND = "Exception encountered when calling"
"""What Keras 3 puts before the message of an exception."""

_BEHIND = "Exception encountered: "
"""What Keras 3 puts before it where a config cannot be read, after all of the config."""


def raised(error: BaseException, when: str = "") -> str:
    """Return an exception as a fact: its type, when it was raised, and the first sentence that says something."""
    return ascii_line("raises {}{}: {}".format(type(error).__name__, when and " " + when, sentence(error)))


def sentence(error: BaseException) -> str:
    """Return the first telling line of an exception's message, without what differs from run to run."""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip() for line in str(error).splitlines()]
    skipped = ("in user code:", _AROUND, "File ", "Arguments received", "Detected at")
    telling = [line for line in lines if line and not line.startswith(skipped)]
    # Autograph repeats source lines before the message, which follows the name of the exception.
    named = [line for line in telling if line.startswith(type(error).__name__ + ":")]
    line = (named or telling or [""])[0]
    line = re.sub(r"\{\{.*?\}\}\s*", "", line)  # the node of a graph or of an eager call
    line = re.sub(r"0x[0-9a-fA-F]+", "0x..", line)
    line = re.sub(r"(/[\w.+~-]+){2,}", "..", line)  # a path
    line = re.sub(r"(?<=[a-z>])_\d+", "_N", line)  # layers, nodes and graphs are numbered as they are made
    line = re.sub(r"\(id=\d+\)|id=\d+", "id=N", line)
    return line[len(type(error).__name__) + 1 :].strip() if named else line


def telling(error: BaseException) -> str:
    """Return the type and the line of an exception that says most; of one out of a trace, that of its cause."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or ["no message"]
    causes = [line for line in lines if re.match(r"[\w.]+(Error|Exception): ", line)]
    if len(lines) > 1 and lines[0].startswith(_AROUND):
        del lines[0]
    reasons = [line[len(_BEHIND) :] for line in lines if line.startswith(_BEHIND)]
    text = causes[-1] if causes else f"{type(error).__name__}: {[*lines[:1], *reasons][-1]}"
    if causes and _AROUND in text:
        behind = lines[max(place for place, line in enumerate(lines) if line == text) + 1 :]
        text = "{}: {}".format(text.partition(":")[0], behind[0]) if behind else text
    text = re.sub(r"\x1b\[\d+m", "", text)
    text = text if len(text) <= _LONGEST else text[:_LONGEST].partition(". ")[0]
    return text.rstrip(".: ")


def ascii_line(text: str) -> str:
    """Return a text as one line of printable ASCII of bounded length."""
    plain = text.encode("ascii", "backslashreplace").decode("ascii")
    return "".join(c if " " <= c <= "~" else " " for c in plain)[:MESSAGE_LENGTH].rstrip()


def pathless(text: str) -> str:
    """Return a text as one line without paths."""
    return ascii_line(re.sub(r"(/[\w.+~-]+){2,}", "..", text))


def plain(value: Any) -> str:
    """Return a value as text if that is the same everywhere, else the name of its type."""
    if isinstance(value, (tuple, list)):
        return "({})".format(",".join(plain(item) for item in value))
    return repr(value) if value is None or isinstance(value, (bool, int, float, str)) else type(value).__name__


def attempt(observe: Callable[[], Value]) -> Value:
    """Return what an observation returns, or what it raises as a fact."""
    try:
        return observe()
    except Exception as error:
        return raised(error)
