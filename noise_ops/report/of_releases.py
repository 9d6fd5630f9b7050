"""The table of shipped releases: what each changed since the one before it, and what it mended."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from noise_ops.comparison.compare import compare
from noise_ops.comparison.coverage import UNRECORDED
from noise_ops.comparison.groups import Group, in_words, parted
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.shipped import Release
from noise_ops.report import text
from noise_ops.usage.used import Usage

HEADINGS = ("upgrade to", "against the release before", "changes, in so many places", "mended")
NOT_RECORDED = "not recorded"


def rows(patterns: Sequence[str] = (), usage: Usage | None = None) -> Iterator[tuple[str, str, str, str]]:
    """Yield a row for each step from one shipped release to the next.

    Args:
      patterns: subjects to look at, as `noise_ops.patterns` reads them; none for all.
      usage: what is used, of which alone is told; None for all.

    Raises:
      NoSuchNameError: if a pattern means nothing in any release.
    """
    shipped.require_subjects(patterns, usage)
    for library in shipped.LIBRARIES:
        for old, new in itertools.pairwise(shipped.releases(library)):
            yield _row(old, new, patterns, usage)


def _row(old: Release, new: Release, patterns: Sequence[str], usage: Usage | None) -> tuple[str, str, str, str]:
    environment = new.read().environment
    name = f"{new.name} (Keras {environment.keras})" if new.library == "tensorflow" else new.name
    try:
        found = compare(old.side(), new.side(), patterns, usage=usage, predict=False)
    except UNRECORDED:  # it is in some other release
        return name, NOT_RECORDED, "", ""
    changed, mended = parted(found.groups)
    return name, in_words(found.groups), _codes(changed), _codes(mended)


def render(patterns: Sequence[str] = (), usage: Usage | None = None, *, width: int | None = None) -> str:
    """Return the table as plain text, and what it does not show; see `rows`."""
    table = text.render_table((HEADINGS, *rows(patterns, usage)), width=width)
    notes = (f"Only {usage.scope()} was asked.", *usage.doubts()) if usage else ()
    return table + text.render_notes(notes, width=width)


def _codes(groups: Iterable[Group]) -> str:
    """Name codes, with the number of places that show each."""
    places: dict[str, int] = {}
    for group in groups:
        places[group.code] = places.get(group.code, 0) + len(group.places)
    return ", ".join(f"{code} {number}" for code, number in places.items())
