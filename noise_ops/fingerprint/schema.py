"""Fingerprints as they are read: strictly, without TensorFlow, believing nothing.

A fingerprint is what `noise_ops.probe` wrote, here or on a machine that nobody knows. Reading one executes nothing,
builds no object but those of `facts`, and ends in `FingerprintError` with one sentence for whatever is none.

    {"schema": "noise_ops/fingerprint/1", "probe": 1,
     "environment": {"tensorflow": "2.15.1", ...},
     "only": {"subjects": [pattern, ...], "modes": [mode, ...]},     where it was recorded in part
     "facts": {subject: {"dtype/mode": {property: value}}}}

A value is a string, an integer, a boolean, a list of strings or of integers, or an object of integers and lists of
integers: there are no floats in a fingerprint, so that all of it is exact.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from noise_ops.errors import UserError
from noise_ops.fingerprint import superseded
from noise_ops.fingerprint.facts import Environment, Fingerprint, Integers, Value
from noise_ops.probe.writing import SCHEMA

MAX_BYTES = 1 << 20
"""A fingerprint has 50 to 200 kB; what is larger than this is none."""

MAX_FACTS = 20_000
MAX_ITEMS = 64
MAX_TEXT = 400
MAX_INTEGER = 1 << 64

_PRINTABLE = re.compile(r"[ -~]*")
_SUBJECT = re.compile(r"(?=.{1,80}$)[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*(\([a-z_]{1,32}\))?")
_TARGET = re.compile(r"[a-z0-9_]{1,32}/[a-z0-9_]{1,32}")
_PROPERTY = re.compile(r"[a-z][a-z0-9_]{0,39}( [ -~]{1,40})?")

_ADDED = {"epsilon", "dtype_policy"}
"""Entries of an environment that early recordings lack."""

_REQUIRED = ("tensorflow", "numpy", "python", "platform", "libc", "cpu", "device")


class FingerprintError(UserError):
    """What was to be read is no fingerprint that can be read here; the message is one sentence that says why."""


def read(path: Path) -> Fingerprint:
    """Return the fingerprint in a file.

    Raises:
      FingerprintError: if the file cannot be read or is not a fingerprint of this format.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FingerprintError(f"{_shown(path.name)} cannot be read: {error.strerror or error}.") from None
    return parse(data, path.name)


def parse(data: bytes, name: str = "the fingerprint") -> Fingerprint:
    """Return the fingerprint that is written in `data`, named `name` in messages.

    Raises:
      FingerprintError: if it is not one of this format.
    """
    return _Reader(_shown(name)).fingerprint(data)


def _shown(text: object) -> str:
    """Return a text from outside in a form that is safe to print."""
    plain = "".join(c if " " <= c <= "~" else "?" for c in str(text))
    return plain if len(plain) <= 60 else plain[:57] + "..."


class _Reader:
    """Takes one file's bytes to a fingerprint; holds the name for messages."""

    def __init__(self, name: str) -> None:
        self.name = name

    def refuse(self, why: str) -> NoReturn:
        raise FingerprintError(f"{self.name} is not a usable fingerprint: {why}.") from None

    def fingerprint(self, data: bytes) -> Fingerprint:
        whole = self.mapping(self.json(data), "the file")
        schema = whole.get("schema")
        if schema != SCHEMA:
            if isinstance(schema, str) and schema.startswith("noise_ops/fingerprint/"):
                self.refuse(f"its format is {_shown(schema)}, and this version of noise_ops reads {SCHEMA}")
            self.refuse(f"it does not say that its format is {SCHEMA}")
        self.keys({"only": {}, **whole}, {"schema", "probe", "environment", "facts", "only"}, "the file")
        probe = whole["probe"]
        if type(probe) is not int or not 1 <= probe < 1000:
            self.refuse("its probe has no number")
        environment, recorded = self.environment(whole["environment"]), self.recorded(whole["facts"])
        kept = superseded.without(recorded) if environment.early else recorded
        return Fingerprint(environment, probe, kept, *self.only(whole.get("only", {"subjects": [], "modes": []})))

    def only(self, value: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the subjects and the modes that were asked for; nothing if it was all of them."""
        entries = self.mapping(value, "what it was narrowed to")
        self.keys(entries, {"subjects", "modes"}, "what it was narrowed to")
        for name, texts in entries.items():
            if not isinstance(texts, list) or len(texts) > MAX_ITEMS:
                self.refuse(f"its {name} are no short list")
        read = {name: [self.text(text, f"one of its {name}") for text in texts] for name, texts in entries.items()}
        return tuple(read["subjects"]), tuple(read["modes"])

    def json(self, data: bytes) -> Any:
        if len(data) > MAX_BYTES:
            self.refuse(f"it is larger than {MAX_BYTES // 1024} kB")
        try:
            text = data.decode("ascii")
        except UnicodeDecodeError:
            self.refuse("it holds bytes that are not ASCII")
        try:
            return json.loads(
                text,
                parse_int=self.integer,
                parse_float=lambda number: self.refuse(f"it holds the number {_shown(number)}, which is no integer"),
                parse_constant=lambda number: self.refuse(f"it holds {_shown(number)}"),
                object_pairs_hook=self.object,
            )
        except RecursionError:
            self.refuse("it is nested too deeply")
        except json.JSONDecodeError as error:
            self.refuse(f"it is damaged or cut short at line {error.lineno} ({error.msg})")

    def integer(self, digits: str) -> int:
        # Checked before the conversion: that of a million digits takes minutes, or is refused by Python.
        if len(digits) > 20 or abs(number := int(digits)) > MAX_INTEGER:
            self.refuse(f"it holds the number {_shown(digits)}, which is too large")
        return number

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            self.refuse("one of its keys occurs twice in an object")
        return found

    def mapping(self, value: Any, what: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.refuse(f"{what} is not an object")
        return value

    def keys(self, found: dict[str, Any], expected: set[str], what: str) -> None:
        if missing := sorted(expected - found.keys()):
            self.refuse(f"{what} lacks {missing[0]}")
        if unknown := sorted(found.keys() - expected):
            self.refuse(f"{what} has an unknown entry {_shown(unknown[0])}")

    def text(self, value: Any, what: str) -> str:
        if not isinstance(value, str):
            self.refuse(f"{what} is not a string")
        if len(value) > MAX_TEXT:
            self.refuse(f"{what} is longer than {MAX_TEXT} characters")
        if not _PRINTABLE.fullmatch(value):
            self.refuse(f"{what} holds characters that are not printable ASCII")
        return value

    def environment(self, value: Any) -> Environment:
        entries = self.mapping(value, "its environment")
        names = {field.name for field in fields(Environment)} - (_ADDED - entries.keys())
        self.keys(entries, names, "its environment")
        flags = self.mapping(entries["flags"], "its list of flags")
        if len(flags) > MAX_ITEMS:
            self.refuse("its environment has too many flags")
        read: dict[str, Any] = {
            name: None
            if entries[name] is None and name not in _REQUIRED
            else self.text(entries[name], f"{name} of its environment")
            for name in names - {"flags"}
        }
        read["flags"] = MappingProxyType(
            {self.text(flag, "the name of a flag"): self.text(setting, "a flag") for flag, setting in flags.items()}
        )
        return Environment(**read)

    def recorded(self, value: Any) -> Mapping[str, Mapping[str, Mapping[str, Value]]]:
        count = 0
        subjects = {}
        for subject, targets in self.mapping(value, "its list of facts").items():
            self.name_of("subject", subject, _SUBJECT)
            by_target = {}
            for target, values in self.mapping(targets, f"what it says of {_shown(subject)}").items():
                self.name_of("target", target, _TARGET)
                where = f"{_shown(subject)} {target}"
                facts = {}
                for name, fact in self.mapping(values, f"what it says of {where}").items():
                    self.name_of("property", name, _PROPERTY)
                    facts[name] = self.value(fact, f"{name} of {where}")
                count += len(facts)
                if count > MAX_FACTS:
                    self.refuse(f"it holds more than {MAX_FACTS} facts")
                by_target[target] = MappingProxyType(facts)
            subjects[subject] = MappingProxyType(by_target)
        if not count:
            self.refuse("it holds no facts")
        return MappingProxyType(subjects)

    def name_of(self, what: str, name: str, pattern: re.Pattern[str]) -> None:
        if not pattern.fullmatch(name):
            self.refuse(f"{_shown(name)!r} is no name of a {what}")

    def value(self, value: Any, what: str) -> Value:
        if isinstance(value, (bool, int)):
            return value
        if isinstance(value, list):
            return self.items(value, what)
        if isinstance(value, dict):
            if len(value) > MAX_ITEMS:
                self.refuse(f"{what} has more than {MAX_ITEMS} entries")
            return MappingProxyType({self.text(key, what): self.count(entry, what) for key, entry in value.items()})
        return self.text(value, what)

    def items(self, value: list[Any], what: str) -> tuple[str, ...] | Integers:
        if len(value) > MAX_ITEMS:
            self.refuse(f"{what} has more than {MAX_ITEMS} items")
        if all(type(item) is int for item in value):
            return tuple(value)
        return tuple(self.text(item, f"an item of {what}") for item in value)

    def count(self, value: Any, what: str) -> int | Integers:
        if type(value) is int:
            return value
        if not isinstance(value, list) or len(value) > MAX_ITEMS or not all(type(item) is int for item in value):
            self.refuse(f"{what} holds what is neither an integer nor a list of integers")
        return tuple(value)
