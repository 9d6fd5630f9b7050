"""Findings that a team expects of an upgrade: read from noise-ops.expected.toml, and never written unasked.

[[expected]]
code = "seed-rule"                       # noise-ops explain CODE
subject = "keras.layers.*"
dtype = "float32"                        # optional, as is mode
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
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NoReturn

from noise_ops.errors import UserError
from noise_ops.findings import CODES, Verdict
from noise_ops.fingerprint.changes import Change
from noise_ops.fingerprint.compare import regrouped
from noise_ops.fingerprint.comparison import Comparison, Side

FILE = "noise-ops.expected.toml"

_REQUIRED = {"code", "subject", "versions", "reason", "link", "expires"}
_OPTIONAL = {"dtype", "mode"}
_LIBRARIES = ("tensorflow", "keras", "tf_keras")


@dataclass(frozen=True)
class Expected:
    """One finding that is expected.

    Attributes:
      code: its code.
      subject: pattern of its subjects, as in a shell.
      old, new: requirements that both sides meet, such as "tensorflow>=2.15,<2.16".
      reason: why it is expected.
      link: where that was decided.
      expires: the last day on which it is.
      dtype, mode: patterns, "*" for all.
    """

    code: str
    subject: str
    old: str
    new: str
    reason: str
    link: str
    expires: date
    dtype: str = "*"
    mode: str = "*"

    def concerns(self, old: Side, new: Side) -> bool:
        """Return whether the entry is about an upgrade from one side to the other."""
        return _meets(old, self.old) and _meets(new, self.new)

    def matches(self, change: Change) -> bool:
        """Return whether a change is the expected one."""
        patterns = (self.subject, change.subject), (self.dtype, change.dtype), (self.mode, change.mode)
        return self.code == change.code and all(fnmatchcase(value, pattern) for pattern, value in patterns)


@dataclass(frozen=True)
class Outcome:
    """A comparison after expected findings are taken out.

    Attributes:
      comparison: what is left.
      met: entries that were observed, with the number of changes each took out.
      unobserved: entries about this upgrade that matched nothing.
      expired: entries about this upgrade whose day has passed; they take out nothing, and fail.
    """

    comparison: Comparison
    met: tuple[tuple[Expected, int], ...]
    unobserved: tuple[Expected, ...]
    expired: tuple[Expected, ...]

    def exit_code(self, fail_on: str) -> int:
        """Return 1 if an entry has expired, or what is left and not mended is as bad as `fail_on`; else 0."""
        too_bad = self.comparison.verdict_unfixed.severity >= Verdict(fail_on).severity
        return int(too_bad or bool(self.expired))


def apply(comparison: Comparison, entries: Sequence[Expected], today: date) -> Outcome:
    """Return a comparison without what was expected, and what became of each entry."""
    own = [entry for entry in entries if entry.concerns(comparison.old, comparison.new)]
    expired = tuple(entry for entry in own if entry.expires < today)
    alive = [entry for entry in own if entry.expires >= today]
    changes = [change for group in comparison.groups for change in group.changes]
    counts = [(entry, sum(map(entry.matches, changes))) for entry in alive]
    left = [change for change in changes if not any(entry.matches(change) for entry in alive)]
    targets = tuple(
        replace(target, changes=tuple(c for c in target.changes if not any(e.matches(c) for e in alive)))
        for target in comparison.targets
    )
    return Outcome(
        regrouped(replace(comparison, targets=targets), left) if len(left) < len(changes) else comparison,
        tuple((entry, count) for entry, count in counts if count),
        tuple(entry for entry, count in counts if not count),
        expired,
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
    return tuple(_Entry(name, number, entry).read() for number, entry in enumerate(entries, 1))


class _Entry:
    """Takes one table of a file to an entry."""

    def __init__(self, name: str, number: int, table: Any) -> None:
        self.where = f"{name}, entry {number}"
        self.table = table

    def read(self) -> Expected:
        if not isinstance(self.table, dict):
            self.refuse("it is not a table")
        if missing := sorted(_REQUIRED - self.table.keys()):
            self.refuse(f"{missing[0]} is missing")
        if unknown := sorted(self.table.keys() - _REQUIRED - _OPTIONAL):
            self.refuse(f"there is no entry {unknown[0]!r}")
        old, new = self.versions()
        return Expected(
            self.code(),
            self.text("subject"),
            old,
            new,
            self.text("reason"),
            self.text("link"),
            self.day(),
            **{name: self.text(name) for name in sorted(_OPTIONAL & self.table.keys())},
        )

    def refuse(self, why: str) -> NoReturn:
        raise UserError(f"{self.where}: {why}.") from None

    def text(self, name: str) -> str:
        value = self.table[name]
        if not isinstance(value, str) or not value.strip():
            self.refuse(f"{name} must be a text that is not empty")
        return value

    def code(self) -> str:
        code = self.text("code")
        if code not in CODES:
            self.refuse(f"there is no code {code!r}")
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
        if parsed.name not in _LIBRARIES:
            self.refuse(f"versions are of {', '.join(_LIBRARIES)}, not of {parsed.name}")
        return str(text)


# Writing, on request --------------------------------------------------------------------------------------------------


def entries(comparison: Comparison, reason: str, link: str, expires: date) -> tuple[Expected, ...]:
    """Return entries that expect everything that a comparison found, of exactly these versions."""
    old, new = (_exactly(side) for side in (comparison.old, comparison.new))
    found: dict[tuple[str, str], None] = {}
    for group in comparison.groups:
        found |= dict.fromkeys((group.code, subject) for subject in group.subjects)
    return tuple(Expected(code, _literally(subject), old, new, reason, link, expires) for code, subject in found)


def render(expected: Iterable[Expected]) -> str:
    """Return entries as TOML."""
    return "\n".join(_table(entry) for entry in expected)


def _exactly(side: Side) -> str:
    environment = side.environment
    library = "keras" if environment.keras and environment.keras.startswith("3.") else "tensorflow"
    return f"{library}=={getattr(environment, library)}"


def _literally(subject: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in subject)


def _table(entry: Expected) -> str:
    versions = f"{{ old = {json.dumps(entry.old)}, new = {json.dumps(entry.new)} }}"
    lines = ["[[expected]]", f"code = {json.dumps(entry.code)}", f"subject = {json.dumps(entry.subject)}"]
    lines += [f"{name} = {json.dumps(value)}" for name in ("dtype", "mode") if (value := getattr(entry, name)) != "*"]
    lines += [f"versions = {versions}", f"reason = {json.dumps(entry.reason)}", f"link = {json.dumps(entry.link)}"]
    return "\n".join([*lines, f"expires = {entry.expires.isoformat()}", ""])
