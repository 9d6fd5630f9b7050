"""When a property changed: every transition over the shipped releases, and the first release between good and bad."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from noise_ops.errors import UserError
from noise_ops.findings import Verdict
from noise_ops.fingerprint import properties, shipped, vocabulary
from noise_ops.fingerprint.compare import compare
from noise_ops.fingerprint.facts import Fact, Value
from noise_ops.fingerprint.properties import Kind
from noise_ops.fingerprint.shipped import Release
from noise_ops.fingerprint.wording import shown

NOT_RECORDED = "not recorded"
DOCUMENTED = "as documented"
NOT_DOCUMENTED = "not as documented"

Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Step:
    """What a release shows.

    Attributes:
      release: name of the release.
      value: what is seen, in few words; equal words mean the same.
    """

    release: str
    value: str


@dataclass(frozen=True)
class Transition:
    """A fact that is not the same in every release.

    Attributes:
      subject, dtype, mode, property: what it is about.
      steps: the first release that was recorded, and each release in which the value is another than before.
    """

    subject: str
    dtype: str
    mode: str
    property: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Row:
    """One release in the table of a bisection.

    Attributes:
      release: its name.
      value: the property's value there, or the verdict of a comparison with the good release.
      bad: whether that is bad.
      verdict: the verdict of a comparison with the good release, where no property was asked for.
    """

    release: str
    value: str
    bad: bool
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Bisection:
    """Where between a good and a bad release something changed.

    Attributes:
      what: what was looked at: a property at a place, or "verdict".
      rows: every shipped release from good to bad.
      first_bad: the first bad one; None if there is none.
      also: other places that changed in the same release.
      mends: whether the release that was called good does not keep what is documented of the property, and all that
        are called bad do.
    """

    what: str
    rows: tuple[Row, ...]
    first_bad: str | None
    also: tuple[str, ...] = ()
    mends: bool = False


def words(fact: Fact | None, *, repeated: bool = False) -> str:
    """Return what a fact says in words that are equal where nothing of importance differs."""
    if fact is None:
        return NOT_RECORDED
    if fact.raised:
        return f"raises {fact.raised.type}" + (f" when {fact.raised.when}" if fact.raised.when else "")
    if properties.treatment(fact.property).kind is Kind.COUNTS:
        kept = properties.documented(fact, repeated=repeated)
        return DOCUMENTED if kept else NOT_DOCUMENTED
    return _plain(fact.value)


def _plain(value: Value) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{name} {number}" for name, number in sorted(value.items()))
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def transitions(library: str) -> tuple[Transition, ...]:
    """Return every fact that is not the same in all shipped releases of a library, in order of what it is about.

    Args:
      library: "tensorflow" or "keras".
    """
    told = [(release.name, _told(release)) for release in shipped.releases(library)]
    keys = sorted({key for _, facts in told for key in facts})
    return tuple(Transition(*key, steps) for key in keys if len(steps := tuple(_steps(key, told))) > 1)


def _steps(key: Key, told: Sequence[tuple[str, Mapping[Key, str]]]) -> Iterator[Step]:
    before = None
    for release, facts in told:
        value = facts.get(key, NOT_RECORDED)
        if value != before and (before is not None or value != NOT_RECORDED):
            yield Step(release, value)
            before = value


def _told(release: Release) -> dict[Key, str]:
    """Return every fact of a release in words."""
    fingerprint = release.read()
    return {
        fact.key: words(fact, repeated="stateless" in fact.subject)
        for fact in fingerprint.facts()
        if properties.treatment(fact.property).kind is not Kind.CONTEXT
    }


def bisect(good: str, bad: str, property_name: str | None = None, patterns: Sequence[str] = ()) -> Bisection:
    """Return in which shipped release something turned bad.

    Args:
      good: a release in which all is well, as `shipped.resolve` takes it.
      bad: a release of the same library in which it is not; older ones too, to see what was mended.
      property_name: what to look at, with or without its argument; None for the verdict of a comparison.
      patterns: subjects to look at, as in a shell; none for all.

    Raises:
      UserError: if a release is not shipped, they are of two libraries or the same, or nothing has the property.
    """
    span = _span(_release(good), _release(bad))
    return _by_verdict(span, patterns) if property_name is None else _by_property(span, property_name, patterns)


def _release(name: str) -> Release:
    library, _, version = name.strip().rpartition("==")
    if not version or not all(part.isdecimal() for part in version.split(".")):
        raise UserError(
            f"bisect needs shipped releases, such as 2.15.1 or keras==3.7.0; shipped are {shipped.listed()}."
        )
    return shipped.find(version, library.strip() or None)


def _span(good: Release, bad: Release) -> tuple[Release, ...]:
    if good.library != bad.library:
        raise UserError(f"{good.name} and {bad.name} are releases of two libraries; bisect one at a time.")
    if good == bad:
        raise UserError(f"{good.name} is both the good and the bad release; there is nothing in between.")
    every = shipped.releases(good.library)
    first, last = every.index(good), every.index(bad)
    return every[first : last + 1] if first < last else every[last : first + 1][::-1]


def _by_verdict(span: Sequence[Release], patterns: Sequence[str]) -> Bisection:
    good = span[0].side()
    rows = [Row(good.name, Verdict.IDENTICAL.value, bad=False, verdict=Verdict.IDENTICAL)]
    for release in span[1:]:
        verdict = compare(good, release.side(), patterns).verdict
        bad = verdict.severity >= Verdict.CONTRACT_CHANGED.severity
        rows.append(Row(release.name, verdict.value, bad, verdict))
    return Bisection("verdict", tuple(rows), _first_bad(rows))


def _by_property(span: Sequence[Release], property_name: str, patterns: Sequence[str]) -> Bisection:
    told = [(release.name, _told(release)) for release in span]
    good, bad = told[0][1], told[-1][1]
    keys = [key for key in sorted(good.keys() | bad.keys()) if _asked(key, property_name, patterns)]
    if not keys:
        raise UserError(_unknown(property_name, patterns))
    changed = [key for key in keys if key in good and key in bad and good[key] != bad[key]]
    # Where both ends agree, what lies between may not: Keras 3.7.0 alone raised under MirroredStrategy.
    changed = changed or [key for key in keys if any(facts.get(key) != good.get(key) for _, facts in told)]
    key = min(changed or keys, key=_familiarity)
    rows = [_row(key, name, facts, good) for name, facts in told]
    first_bad = _first_bad(rows)
    also = [
        _place(other)
        for other in changed
        if other != key and _first_bad([_row(other, name, facts, good) for name, facts in told]) == first_bad
    ]
    return Bisection(_place(key), tuple(rows), first_bad, tuple(also), _mends(key, rows))


def _mends(key: Key, rows: Sequence[Row]) -> bool:
    kept = {DOCUMENTED, *vocabulary.meaning(key[3]).documented}
    bad = {row.value for row in rows if row.bad}
    return rows[0].value not in {NOT_RECORDED, *kept} and bool(bad) and bad <= kept


def _row(key: Key, release: str, facts: Mapping[Key, str], good: Mapping[Key, str]) -> Row:
    value = facts.get(key, NOT_RECORDED)
    return Row(release, value, bad=value != good.get(key, NOT_RECORDED))


def _first_bad(rows: Sequence[Row]) -> str | None:
    return next((row.release for row in rows if row.bad), None)


def _asked(key: Key, property_name: str, patterns: Sequence[str]) -> bool:
    subject, _, _, name = key
    named = property_name in (name, name.partition(" ")[0])
    return named and (not patterns or any(subject == p or fnmatchcase(subject, p) for p in patterns))


def _familiarity(key: Key) -> tuple[bool, bool, bool, Key]:
    subject, dtype, mode, _ = key
    return not subject.endswith(".Dropout"), dtype != "float32", mode != "eager", key


def _place(key: Key) -> str:
    subject, dtype, mode, name = key
    return f"{name} of {subject} in {dtype}, {mode}"


def _unknown(property_name: str, patterns: Sequence[str]) -> str:
    if property_name.partition(" ")[0] in vocabulary.PROPERTIES:
        where = f" of {', '.join(patterns)}" if patterns else ""
        return f"none of these releases has the property {property_name}{where}."
    return f"there is no property {shown(property_name)}; there are {', '.join(sorted(vocabulary.PROPERTIES))}."
