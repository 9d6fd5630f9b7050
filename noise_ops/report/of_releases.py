"""The table of shipped releases: what each changed since the one before it, and what it mended."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.compare import compare
from noise_ops.fingerprint.comparison import Group
from noise_ops.report import text

HEADINGS = ("upgrade to", "verdict", "changes, in so many places", "mended")


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Yield a row for each step from one shipped release to the next."""
    for library in shipped.LIBRARIES:
        for old, new in itertools.pairwise(shipped.releases(library)):
            found = compare(old.side(), new.side(), predict=False)
            keras = f" (Keras {found.new.environment.keras})" if library == "tensorflow" else ""
            changed = _codes(group for group in found.groups if not group.fixed)
            mended = _codes(group for group in found.groups if group.fixed)
            yield f"{new.name}{keras}", found.verdict_unfixed.value, changed, mended


def render() -> str:
    """Return the table as plain text."""
    return text.render_table((HEADINGS, *rows()))


def _codes(groups: Iterable[Group]) -> str:
    """Name codes, with the number of places that show each."""
    places: dict[str, int] = {}
    for group in groups:
        places[group.code] = places.get(group.code, 0) + len(group.places)
    return ", ".join(f"{code} {number}" for code, number in places.items())
