"""The first screen of an upgrade: the answer, and a line a finding, worst first; what finds no room is counted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from noise_ops.findings import Verdict
from noise_ops.report import layout
from noise_ops.report.escaping import defused, plain
from noise_ops.report.page import AMISS, ANY, Entry, Page
from noise_ops.words import count

COLUMNS, ROWS = 80, 24
"""The size of a screen where there is no terminal."""

_MORE = "Places, reasons and scripts: --details."
_LAW = Verdict.LAW_CHANGED.value.upper()


def render(page: Page, *, columns: int = COLUMNS, rows: int | None = ROWS) -> str:
    """Return as much of a page as one screen holds.

    The answer, what to do, and each law that is not kept stand there whatever the size. Lines are given up from the
    bottom: notes, then what to do about each finding, then findings.

    Args:
      page: what to show.
      columns: characters of a line.
      rows: lines of the screen, one of which is left to the prompt; None shows all.
    """
    if page.asks_amiss:
        page = replace(page, entries=page.entries + page.amiss)
    head = [page.title, *page.caveats, *page.setting, "", f"{page.question} {page.answer}"]
    head += [*filter(None, (page.stop, page.advice)), *page.failures]
    shown = [part for line in head for part in _wrapped(line, columns)]
    room = sys.maxsize if rows is None else rows - 1 - len(shown)
    return "".join(f"{line}\n" for line in shown + _below(page, columns, room))


def _below(page: Page, columns: int, room: int) -> list[str]:
    """Return the lines of as much as finds room, and how much is left."""
    every = len(page.entries)
    laws = max((number for number, entry in enumerate(page.entries, 1) if entry.label == _LAW), default=0)
    wanted = ((every, True), *((number, False) for number in range(every, laws, -1)))
    fitting = (each for each in wanted if len(_told(page, columns, *each, notes=0)) <= room)
    findings, remedies = next(fitting, (laws, False))
    notes = len(page.notes) if findings == every else 0
    while notes and len(_told(page, columns, findings, remedies, notes)) > room:
        notes -= 1
    return _told(page, columns, findings, remedies, notes)


def _told(page: Page, columns: int, findings: int, remedies: bool, notes: int) -> list[str]:
    """Return the lines of the first findings and of the first notes, and how many are left."""
    lines = list(_findings(page, findings, columns, remedies))
    lines += ["", *(part for note in page.notes[:notes] for part in _wrapped(note, columns))] if notes else []
    left = _left(len(page.entries) - findings, len(page.notes) - notes)
    return [*lines, *(["", *_wrapped(left, columns)] if page.entries or page.amiss or notes < len(page.notes) else [])]


def _left(findings: int, notes: int) -> str:
    told = [count(findings, "more finding")] if findings else []
    told += [count(notes, "note" if findings else "more note")] if notes else []
    return f"{', '.join([*told, _MORE[0].lower() + _MORE[1:]])}" if told else _MORE


def _findings(page: Page, shown: int, columns: int, remedies: bool) -> Iterator[str]:
    """Yield a line for each of the first findings, below a heading with its verdict and the number of all of these."""
    if shown:
        yield ""
    for label, group in groupby(enumerate(page.entries), lambda numbered: numbered[1].label):
        members = list(group)
        if members[0][0] >= shown:
            return
        who = "you notice it if you" if label == "MENDED" else "you are affected if you"
        conditional = all(entry.condition for _, entry in members)
        yield from _wrapped(f"{label}, {count(len(members), 'finding')}{f': {who}' if conditional else ''}", columns)
        for number, entry in members:
            if number < shown:
                yield from _line(entry, columns, conditional)
                if remedies and not entry.mended and entry.side != AMISS and not page.advice.endswith(entry.remedy[1:]):
                    yield from _wrapped(f"    What to do: {entry.remedy}", columns)


def _line(entry: Entry, columns: int, conditional: bool) -> list[str]:
    """Return a finding on one line, or on as many as its words take, with as many of its layers as find room there."""
    what = f"{entry.condition}: {entry.briefly}" if conditional else entry.briefly or entry.title.rstrip(".")
    # Of "keras.layers.LSTM(recurrent_dropout)" the condition tells the argument.
    subjects = [place[0] for place in entry.places if place[0] != ANY]
    names = [subject.removeprefix("keras.layers.").partition("(")[0].strip() for subject in subjects]
    names = [name for name in dict.fromkeys(names) if f" {name}," not in entry.briefly]  # "seen in LSTM, which ..."
    shorter = (f"{names[0]}, {len(names) - 1} more", count(len(names), "subject")) if len(names) > 1 else ()
    bare = _wrapped(f"  {what}", columns)
    named = [_wrapped(f"  {what} ({told})", columns) for told in (", ".join(names), *shorter) if told]
    return next((lines for lines in named if len(lines) <= len(bare)), bare)


def _wrapped(line: str, columns: int) -> list[str]:
    indent = "      " if line.startswith("    ") else "    " if line.startswith("  ") else ""
    return [defused(part) for part in layout.wrapped(plain(line), columns, indent)]
