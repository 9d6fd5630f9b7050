"""The file of expected findings: read from noise-ops.expected.toml, and never written unasked.

[[expected]]
code = "seed-rule"                       # noise-ops explain CODE
subject = "keras.layers.*"               # or several, as subject = ["Dropout", "LSTM.dropout"]
dtype = "float32"                        # optional, as are mode and link
versions = { old = "tensorflow<2.16", new = "tensorflow>=2.16" }
reason = "golden values are recorded again in PR 12"
link = "https://example.org/issues/12"
expires = 2027-01-31
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

from noise_ops import patterns
from noise_ops.codes import CODES
from noise_ops.comparison.changes import Change
from noise_ops.errors import UserError
from noise_ops.fingerprint.side import Side
from noise_ops.verdicts import Verdict

FILE = "noise-ops.expected.toml"

_REQUIRED = ("code", "subject", "versions", "reason", "expires")
_OPTIONAL = ("link", "dtype", "mode")
_LIBRARIES = ("tensorflow", "keras", "tf_keras")


@dataclass(frozen=True)
class Expected:
    """One finding that is expected.

    Attributes:
      code: its code.
      subject: patterns of its subjects, as `noise_ops.patterns` reads them.
      old, new: requirements that both sides meet, such as "tensorflow>=2.15,<2.16".
      reason: why it is expected.
      link: where that was decided; "" if that is written nowhere.
      expires: the last day on which it is.
      dtype, mode: patterns, "*" for all.
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

    def concerns(self, old: Side, new: Side) -> bool:
        """Return whether the entry is about an upgrade from one side to the other."""
        return _meets(old, self.old) and _meets(new, self.new)

    def matches(self, change: Change) -> bool:
        """Return whether a change is the expected one."""
        if self.code != change.code:
            return False
        values = {"layer": change.subject, "dtype": change.dtype, "mode": change.mode}
        wanted = {"layer": self.subject, "dtype": self.dtype, "mode": self.mode}
        return all(
            any(patterns.matching(pattern, [value], patterns.AXES[axis]) for pattern in wanted[axis])
            for axis, value in values.items()
        )


def _meets(side: Side, requirement: str) -> bool:
    from packaging.requirements import Requirement

    parsed = Requirement(requirement)
    version = getattr(side.environment, parsed.name)
    return version is not None and parsed.specifier.contains(version, prereleases=True)


# Reading --------------------------------------------------------------------------------------------------------------


def read(path: Path) -> tuple[Expected, ...]:
    """Return the entries of a file; none if there is no file.

    Raises:
      UserError: if it is not such a file; one sentence says where and why.
    """
    try:
        return parse(path.read_text(encoding="utf-8"), path.name)
    except FileNotFoundError:
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
        if missing := [name for name in _REQUIRED if name not in self.table]:
            self.refuse(f"{_all_of(missing)} {'is' if len(missing) == 1 else 'are'} missing")
        if unknown := [repr(name) for name in self.table if name not in (*_REQUIRED, *_OPTIONAL)]:
            self.refuse(f"there is no entry {_all_of(unknown)}")
        old, new = self.versions()
        return Expected(
            self.code(),
            self.texts("subject"),
            old,
            new,
            self.text("reason"),
            self.text("link") if "link" in self.table else "",
            self.day(),
            **{name: self.texts(name) for name in ("dtype", "mode") if name in self.table},
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

    def versions(self) -> tuple[str, str]:
        value = self.table["versions"]
        if not isinstance(value, dict) or value.keys() != {"old", "new"}:
            self.refuse('versions must be a table { old = "tensorflow<2.16", new = "tensorflow>=2.16" }')
        return self.requirement(value["old"]), self.requirement(value["new"])

    def requirement(self, text: Any) -> str:
        from packaging.requirements import InvalidRequirement, Requirement

        try:
            parsed = Requirement(text)
        except (InvalidRequirement, TypeError):
            self.refuse(f"{text!r} is no range of versions, such as tensorflow>=2.15,<2.16")
        if parsed.url or parsed.marker or parsed.extras:
            self.refuse(f"{text!r} is no range of versions, such as tensorflow>=2.15,<2.16")
        if parsed.name not in _LIBRARIES:
            self.refuse(f"versions are of {', '.join(_LIBRARIES)}, not of {parsed.name}")
        return str(text)


# Writing, on request --------------------------------------------------------------------------------------------------


def render(expected: Iterable[Expected]) -> str:
    """Return entries as TOML."""
    return "\n".join(_table(entry) for entry in expected)


def _table(entry: Expected) -> str:
    versions = f"{{ old = {json.dumps(entry.old)}, new = {json.dumps(entry.new)} }}"
    values = {
        "code": json.dumps(entry.code),
        "subject": _texts(entry.subject),
        "dtype": _texts(entry.dtype) if entry.dtype != ("*",) else "",
        "mode": _texts(entry.mode) if entry.mode != ("*",) else "",
        "versions": versions,
        "reason": json.dumps(entry.reason),
        "link": json.dumps(entry.link) if entry.link else "",
        "expires": entry.expires.isoformat(),
    }
    return "\n".join(["[[expected]]", *(f"{name} = {value}" for name, value in values.items() if value), ""])


def _texts(values: Sequence[str]) -> str:
    return json.dumps(values[0] if len(values) == 1 else list(values))


def _all_of(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
