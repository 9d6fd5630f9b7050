"""The file of expected findings: read from noise-ops.expected.toml, and never written unasked.

[[expected]]                             # of `compare`: an upgrade
code = "seed-rule"                       # noise-ops explain CODE
subject = "keras.layers.*"               # or several, as subject = ["Dropout", "LSTM.dropout"]
dtype = "float32"                        # optional, as are mode, property and link
versions = { old = "tensorflow<2.16", new = "tensorflow>=2.16" }
reason = "golden values are recorded again in PR 12"
link = "https://example.org/issues/12"
expires = 2027-01-31

[[expected]]                             # of `check`: what is installed
code = "mask-density"
subject = "keras.layers.Dropout"
property = "mask_density"
versions = "tensorflow>=2.16"            # or, all of them, { tensorflow = ">=2.16", keras = "<3.9" }
reason = "we train in float32"
expires = 2027-01-31
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn, Protocol

from noise_ops import patterns
from noise_ops.codes import CODES
from noise_ops.errors import UserError
from noise_ops.verdicts import Verdict

FILE = "noise-ops.expected.toml"

Versions = Mapping[str, str | None]
"""The version of each of `LIBRARIES`, None of what is not installed."""

_REQUIRED = ("code", "subject", "versions", "reason", "expires")
_OPTIONAL = ("link", "dtype", "mode", "property")
LIBRARIES = ("tensorflow", "keras", "tf_keras")
"""What versions are of."""

_VERSIONS = (
    'versions must be a table { old = "tensorflow<2.16", new = "tensorflow>=2.16" } for compare, or '
    '"tensorflow>=2.16", or { tensorflow = ">=2.16", keras = "<3.9" }, for check'
)


class Found(Protocol):
    """What an entry may expect: a finding of a check, or a change between two releases."""

    @property
    def code(self) -> str:
        """What it is told under."""

    @property
    def subject(self) -> str:
        """What it is about."""

    @property
    def dtype(self) -> str:
        """In which dtype."""

    @property
    def mode(self) -> str:
        """How that was run."""

    @property
    def verdict(self) -> Verdict:
        """How bad it is."""

    @property
    def property(self) -> str:
        """What was asked."""


@dataclass(frozen=True)
class Expected:
    """One finding that is expected.

    Attributes:
      code: its code.
      subject: patterns of its subjects, as `noise_ops.patterns` reads them.
      old, new: requirements that both sides of an upgrade meet, such as "tensorflow>=2.15,<2.16"; "" of a check.
      reason: why it is expected.
      link: where that was decided; "" if that is written nowhere.
      expires: the last day on which it is.
      dtype, mode, property: patterns, "*" for all.
      versions: requirements that what is installed meets, all of them; none of an upgrade.
    """

    code: str
    subject: tuple[str, ...]
    old: str
    new: str
    reason: str
    link: str
    expires: date
    dtype: tuple[str, ...] = ("*",)
    mode: tuple[str, ...] = ("*",)
    property: tuple[str, ...] = ("*",)
    versions: tuple[str, ...] = ()

    def concerns(self, *sides: Versions) -> bool:
        """Return whether the entry speaks of what is installed, or of an upgrade.

        Args:
          sides: the versions that are installed, by library; of an upgrade those before and those after.
        """
        if len(sides) == 1:
            return bool(self.versions) and all(_meets(sides[0], each) for each in self.versions)
        return not self.versions and all(map(_meets, sides, (self.old, self.new)))

    def matches(self, found: Found) -> bool:
        """Return whether a finding or a change is the expected one."""
        return self.code == found.code and self.is_about(found.subject, found.dtype, found.mode, found.property)

    def is_about(self, subject: str, dtype: str, mode: str, name: str) -> bool:
        """Return whether the entry speaks of a property of a subject in some dtype and mode."""
        plain = patterns.plain_forms
        return (
            _means(self.subject, subject, patterns.subject_forms)
            and _means(self.dtype, dtype, plain)
            and _means(self.mode, mode, plain)
            and _means(self.property, name, patterns.property_forms)
        )


def _means(wanted: Sequence[str], value: str, forms: patterns.Forms) -> bool:
    return any(patterns.matching(pattern, [value], forms) for pattern in wanted)


def _meets(installed: Versions, requirement: str) -> bool:
    from packaging.requirements import Requirement

    parsed = Requirement(requirement)
    version = installed.get(parsed.name)
    return version is not None and parsed.specifier.contains(version, prereleases=True)


# Reading --------------------------------------------------------------------------------------------------------------


def read(path: Path, *, must_exist: bool = False) -> tuple[Expected, ...]:
    """Return the entries of a file; none if there is no file.

    Args:
      path: the file.
      must_exist: whether it is an error if there is none.

    Raises:
      UserError: if it is not such a file; one sentence says where and why.
    """
    try:
        return parse(path.read_text(encoding="utf-8"), path.name)
    except FileNotFoundError:
        if must_exist:
            raise UserError(f"cannot read {path}: there is no such file.") from None
        return ()
    except IsADirectoryError:
        raise UserError(f"cannot read {path}: it is a folder.") from None
    except UnicodeDecodeError:
        raise UserError(f"{path.name} is not a text file in UTF-8.") from None


def parse(text: str, name: str = FILE) -> tuple[Expected, ...]:
    """Return the entries of a text.

    Raises:
      UserError: if it is not such a text; one sentence says where and why.
    """
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UserError(f"{name} is not valid TOML: {str(error) or 'nested too deeply'}.") from None
    unknown = sorted(content.keys() - {"expected"})
    if unknown:
        raise UserError(f"{name} has an unknown table {unknown[0]!r}; entries are written [[expected]].")
    entries = content.get("expected", [])
    if not isinstance(entries, list):
        raise UserError(f"{name} has one table [expected]; entries are written [[expected]].")
    read = [_Entry(name, number, entry).read() for number, entry in enumerate(entries, 1)]
    _require_once(read, name)
    return tuple(read)


def _require_once(entries: Sequence[Expected], name: str) -> None:
    """Refuse entries of which one would hide what became of the other."""
    first: dict[Expected, int] = {}
    for number, entry in enumerate(entries, 1):
        same = replace(entry, reason="", link="", expires=date.max)
        if same in first:
            raise UserError(f"{name}, entry {number}: it expects the same as entry {first[same]}; leave one of them.")
        first[same] = number


class _Entry:
    """Takes one table of a file to an entry."""

    def __init__(self, name: str, number: int, table: Any) -> None:
        self.where = f"{name}, entry {number}"
        self.table = table

    def read(self) -> Expected:
        if not isinstance(self.table, dict):
            self.refuse("it is not a table")
        known = (*_REQUIRED, *_OPTIONAL)
        # Before what is missing: of a name that is misspelt, both are true.
        if unknown := [name for name in self.table if name not in known]:
            near = patterns.nearest(unknown[0], known, patterns.plain_forms) if len(unknown) == 1 else []
            told = f"; did you mean to write {near[0]}" if near else ""
            self.refuse(f"there is no key {_all_of(list(map(repr, unknown)))}{told}")
        if missing := [name for name in _REQUIRED if name not in self.table]:
            self.refuse(f"{_all_of(missing)} {'is' if len(missing) == 1 else 'are'} missing")
        old, new, installed = self.versions()
        return Expected(
            self.code(),
            self.texts("subject"),
            old,
            new,
            self.text("reason"),
            self.text("link") if "link" in self.table else "",
            self.day(),
            **{name: self.texts(name) for name in ("dtype", "mode", "property") if name in self.table},
            versions=installed,
        )

    def refuse(self, why: str) -> NoReturn:
        raise UserError(f"{self.where}: {why}.") from None

    def text(self, name: str) -> str:
        value = self.table[name]
        if not isinstance(value, str) or not value.strip():
            self.refuse(f"{name} must be a text that is not empty")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.table[name]
        if not isinstance(values, list):
            return (self.text(name),)
        if not values or not all(isinstance(value, str) and value.strip() for value in values):
            self.refuse(f"{name} must be a text, or a list of texts, that is not empty")
        return tuple(values)

    def code(self) -> str:
        code = self.text("code")
        if code not in CODES:
            self.refuse(f"there is no code {patterns.quoted(code)}")
        if CODES[code].verdict is Verdict.CANNOT_TELL:
            self.refuse(f"{code} says that something cannot be told, which nobody can expect")
        return code

    def day(self) -> date:
        value = self.table["expires"]
        if not isinstance(value, date) or isinstance(value, datetime):
            self.refuse("expires must be a date, as in expires = 2027-01-31")
        return value

    def versions(self) -> tuple[str, str, tuple[str, ...]]:
        """Return what the old and the new side of an upgrade must be, or, of a check, what is installed."""
        value = self.table["versions"]
        if isinstance(value, str):
            return "", "", (self.requirement(value),)
        if isinstance(value, dict) and value.keys() == {"old", "new"}:
            return self.requirement(value["old"]), self.requirement(value["new"]), ()
        if not isinstance(value, dict) or not value or value.keys() & {"old", "new"}:
            self.refuse(_VERSIONS)
        return (
            "",
            "",
            tuple(
                self.requirement(f"{library}{allowed}" if isinstance(allowed, str) else allowed)
                for library, allowed in value.items()
            ),
        )

    def requirement(self, text: Any) -> str:
        from packaging.requirements import InvalidRequirement, Requirement

        try:
            parsed = Requirement(text)
        except (InvalidRequirement, TypeError):
            self.refuse(f"{text!r} is no range of versions, such as tensorflow>=2.15,<2.16")
        if parsed.url or parsed.marker or parsed.extras:
            self.refuse(f"{text!r} is no range of versions, such as tensorflow>=2.15,<2.16")
        if parsed.name not in LIBRARIES:
            self.refuse(f"versions are of {', '.join(LIBRARIES)}, not of {parsed.name}")
        return str(text)


# Writing, on request --------------------------------------------------------------------------------------------------


def render(expected: Iterable[Expected]) -> str:
    """Return entries as TOML."""
    return "\n".join(_table(entry) for entry in expected)


def _table(entry: Expected) -> str:
    versions = f"{{ old = {json.dumps(entry.old)}, new = {json.dumps(entry.new)} }}"
    if entry.versions:
        versions = _table_of(entry.versions)
    values = {
        "code": json.dumps(entry.code),
        "subject": _texts(entry.subject),
        "dtype": _texts(entry.dtype) if entry.dtype != ("*",) else "",
        "mode": _texts(entry.mode) if entry.mode != ("*",) else "",
        "property": _texts(entry.property) if entry.property != ("*",) else "",
        "versions": versions,
        "reason": json.dumps(entry.reason),
        "link": json.dumps(entry.link) if entry.link else "",
        "expires": entry.expires.isoformat(),
    }
    return "\n".join(["[[expected]]", *(f"{name} = {value}" for name, value in values.items() if value), ""])


def _table_of(requirements: Sequence[str]) -> str:
    if len(requirements) == 1:
        return json.dumps(requirements[0])
    parted = [(name, each[len(name) :]) for each in requirements for name in [_library(each)]]
    return f"{{ {', '.join(f'{name} = {json.dumps(allowed)}' for name, allowed in parted)} }}"


def _library(requirement: str) -> str:
    from packaging.requirements import Requirement

    return Requirement(requirement).name


def _texts(values: Sequence[str]) -> str:
    return json.dumps(values[0] if len(values) == 1 else list(values))


def _all_of(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
