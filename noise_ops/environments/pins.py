"""The pins of a requirements file: which TensorFlow and Keras a team installs, before and after a pull request.

Options and other packages are left out. A line that is no pin of one version may stand on both sides, and is told.
Where it differs, what changes cannot be known, and the two are refused, as is a file that takes in another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from noise_ops.environments.processes import plain
from noise_ops.environments.requirements import KERASES, TENSORFLOWS, is_exact, parse
from noise_ops.errors import UserError

_BUILDS = ("tensorflow-gpu", "tensorflow-rocm", "tensorflow-aarch64", "tensorflow-cpu-aws", "intel-tensorflow")
"""Packages that bring a TensorFlow as well, and that `upgrade` does not install."""

_ABOUT = re.compile(
    rf"\s*({'|'.join(re.sub('-', '[-_.]', name) for name in (*TENSORFLOWS, *KERASES, *_BUILDS))})(?![-\w.])",
    re.IGNORECASE,
)
"""A line that is about one of them, whatever follows."""

_ELSEWHERE = re.compile(r"\s*(-r|-c|--requirement|--constraint)\b")


@dataclass(frozen=True)
class Pins:
    """What a file says of TensorFlow and Keras.

    Attributes:
      exact: requirements of one version each, as `requirements.parse` takes them, by name.
      loose: lines that name no one version.
    """

    exact: tuple[str, ...]
    loose: tuple[str, ...]


def sides(old: str, new: str) -> tuple[str, str, str]:
    """Return the requirements of both sides of an upgrade, each of which may be a file of them, and what is left out.

    Returns:
      The two, as `requirements.parse` takes them, and a sentence on lines that are no pins and stand in both files; ""
      without any.

    Raises:
      UserError: if a side is no requirements, or a file cannot be read, pins nothing, takes in another file, or differs
        in what is no pin.
    """
    read_of = {text: read(text) for text in (old, new) if _is_file(text)}
    before, after = (" ".join(read_of[text].exact) if text in read_of else text for text in (old, new))
    loose = [set(pins.loose) for pins in read_of.values()]
    if len(loose) == 2 and (differing := sorted(loose[0] ^ loose[1])):
        raise UserError(
            f"{plain(differing[0], 80)!r} stands in one of {old} and {new} alone and pins no version, so that what it "
            "changes cannot be known: pin it, as tensorflow==2.16.2, on both sides."
        )
    for text in (before, after):
        parse(text)
    told = ", ".join(sorted(set().union(*loose)))
    return before, after, f"Not compared, since it pins no version: {told}." if told else ""


def _is_file(text: str) -> bool:
    """Return whether a side is a file, or a pipe; what ends as one and is none is read, and refused there."""
    try:
        return text.endswith((".txt", ".in")) or (Path(text).exists() and not Path(text).is_dir())
    except (OSError, ValueError):  # no name of a file
        return False


def read(path: str) -> Pins:
    """Return the pins of a requirements file, as far as their markers hold for this Python.

    Raises:
      UserError: if the file cannot be read, takes in another file, pins nothing, or asks for one of the packages twice
        or in a line that is no requirement.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    exact: dict[str, str] = {}
    loose = []
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        stripped = re.sub(r"(^|\s)#.*", "", line).strip()
        if _ELSEWHERE.match(stripped):
            raise UserError(
                f"{path} takes in another file, {plain(stripped, 80)!r}, whose pins are not seen: name that file, or "
                "one that holds all pins, as pip-compile, `pip freeze` and `uv export` write it."
            )
        if _ABOUT.match(stripped):
            wanted = _requirement(path, re.split(r"\s--", stripped)[0].strip())  # hashes are options of a line
            if wanted.marker is not None and not wanted.marker.evaluate():
                continue
            name = str(canonicalize_name(wanted.name))
            if is_exact(wanted) and name in (*TENSORFLOWS, *KERASES):
                if exact.setdefault(name, f"{name}{wanted.specifier}") != f"{name}{wanted.specifier}":
                    raise UserError(f"{path} pins {name} twice: {exact[name]} and {name}{wanted.specifier}.")
            else:
                loose.append(stripped)
    if not exact:
        seen = f"; it has {plain(loose[0], 80)!r}" if loose else ""
        raise UserError(f"{path} pins no TensorFlow and no Keras, as keras==3.7.0 does{seen}.")
    return Pins(tuple(exact[name] for name in sorted(exact)), tuple(loose))


def _requirement(path: str, line: str) -> Requirement:
    try:
        return Requirement(line)
    except InvalidRequirement:
        raise UserError(f"{path} has {plain(line, 80)!r}, which is no requirement such as keras==3.7.0.") from None
