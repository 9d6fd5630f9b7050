"""Known deviations of released TensorFlow and Keras: read from deviations.toml, matched to checks.

A known deviation is a strict expected failure: the check must fail for the subjects and versions named, and
the day it does not, the run says so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from packaging.specifiers import SpecifierSet

_FILE = Path(__file__).with_name("deviations.toml")


class Asked(NamedTuple):
    """One check: the property, of what, and the library, on which TensorFlow, that it is asked of."""

    property: str
    subject: str
    dtype: str
    mode: str
    parameter: float | None
    library: str
    version: str
    tensorflow: str


@dataclass(frozen=True)
class Deviation:
    """One way in which a released library does not do what it promises.

    Attributes:
      name: short name, unique in the file.
      properties: the checks that fail, by name or pattern.
      subjects: patterns of subject names.
      dtypes: dtypes concerned; empty for all.
      modes: modes concerned; empty for all.
      parameters: rates or stddevs concerned; empty for all.
      recorded: facts of a fingerprint that show it, such as "float32/eager accepts rate=1", each with a pattern of
        its value in the words of `history.words`.
      recorded_of: patterns of the subjects whose facts show it; empty for all subjects.
      versions: by library, the range of versions concerned.
      beneath: the range of the TensorFlow on which a Keras shows it; empty for any.
      measured: what was measured, with its size, and on which version.
      reason: why it is so: the line upstream that does it.
      link: where upstream discusses it, or "none found".
      group: what one must be doing to be affected, as what follows "if you".
      briefly: what is seen, in a few words for one line.
    """

    name: str
    properties: tuple[str, ...]
    subjects: tuple[str, ...]
    versions: tuple[tuple[str, str], ...]
    measured: str
    reason: str
    link: str
    dtypes: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    parameters: tuple[float, ...] = ()
    recorded: tuple[tuple[str, str], ...] = ()
    recorded_of: tuple[str, ...] = ()
    group: str = ""
    briefly: str = ""
    beneath: str = ""

    def concerns(self, asked: Asked) -> bool:
        """Return whether the deviation is expected of one check."""
        return (
            any(fnmatch(asked.property, pattern) for pattern in self.properties)
            and any(fnmatch(asked.subject, pattern) for pattern in self.subjects)
            and (not self.dtypes or asked.dtype in self.dtypes)
            and (not self.modes or asked.mode in self.modes)
            and (not self.parameters or asked.parameter in self.parameters)
            and self.is_in(asked.library, asked.version, asked.tensorflow)
        )

    def is_in(self, library: str, version: str, tensorflow: str = "0") -> bool:
        """Return whether a version of a library, on a TensorFlow if that matters, is where the deviation is seen."""
        beneath = not self.beneath or _in_range(tensorflow, self.beneath)
        return beneath and any(name == library and _in_range(version, allowed) for name, allowed in self.versions)


def expected(asked: Asked) -> Deviation | None:
    """Return the deviation that is expected of one check, the first of those that concern it; None without one."""
    return next((deviation for deviation in known() if deviation.concerns(asked)), None)


@cache
def _in_range(version: str, allowed: str) -> bool:
    return SpecifierSet(allowed, prereleases=True).contains(version)


@cache
def known() -> tuple[Deviation, ...]:
    """Return every known deviation."""
    return tuple(_read(entry, _told()["groups"]) for entry in _told()["deviation"])


def by_group(entries: Iterable[Deviation]) -> dict[str, list[Deviation]]:
    """Return deviations by their group, in the order of the file; groups without any are left out."""
    entries = list(entries)
    found = {group: [entry for entry in entries if entry.group == group] for group in _told()["groups"].values()}
    return {group: members for group, members in found.items() if members}


@cache
def _told() -> dict[str, Any]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)


def versions(entry: Deviation) -> list[str]:
    """Return the ranges of versions that show a deviation, in words."""
    beneath = f" on TensorFlow {entry.beneath}" if entry.beneath else ""
    return [f"{library} {allowed}{beneath}" for library, allowed in entry.versions]


def _read(entry: dict[str, Any], groups: dict[str, str]) -> Deviation:
    lists: dict[str, Any] = {
        name: tuple(entry[name])
        for name in ("properties", "subjects", "dtypes", "modes", "parameters", "recorded_of")
        if name in entry
    }
    tables: dict[str, Any] = {name: tuple(entry[name].items()) for name in ("versions", "recorded") if name in entry}
    fields: dict[str, Any] = {**entry, **lists, **tables, "group": groups[entry["group"]]}
    return Deviation(**fields)
