"""What a release shows of each fact, in words that are equal where nothing of importance differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from noise_ops.comparison.documented import is_documented
from noise_ops.fingerprint.facts import Fact, Value
from noise_ops.fingerprint.shipped import Release
from noise_ops.properties.declaring import Kind

NOT_RECORDED = "not recorded"
DOCUMENTED = "as documented"
NOT_DOCUMENTED = "not as documented"

Key = tuple[str, str, str, str]


class State(NamedTuple):
    """What a release shows of a fact, in words, and whether that is as documented; None where nothing is."""

    value: str
    kept: bool | None


Told = Sequence[tuple[str, Mapping[Key, State]]]
"""Releases with what they show."""


def words(fact: Fact | None, *, repeated: bool = False) -> str:
    """Return what a fact says in words that are equal where nothing of importance differs."""
    if fact is None:
        return NOT_RECORDED
    if fact.raised:
        return f"raises {fact.raised.type}" + (f" when {fact.raised.when}" if fact.raised.when else "")
    if fact.meaning.kind is Kind.COUNTS:
        kept = is_documented(fact, repeated=repeated)
        return DOCUMENTED if kept else NOT_DOCUMENTED
    return _plain(fact.value)


def _plain(value: Value) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{name} {number}" for name, number in sorted(value.items()))
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


@cache
def seen_in(release: Release) -> Mapping[Key, State]:
    """Return every fact of a release in words."""
    return {
        fact.key: State(
            words(fact, repeated=(again := "stateless" in fact.subject)), is_documented(fact, repeated=again)
        )
        for fact in release.read().facts()
        if fact.meaning.kind is not Kind.CONTEXT
    }
