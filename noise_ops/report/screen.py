"""The first screen of an upgrade: the answer, and a line a finding, worst first; what finds no room is counted."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from noise_ops.report import layout
from noise_ops.report.escaping import defused, plain
from noise_ops.report.page import AMISS, Entry, Page
from noise_ops.words import count

COLUMNS, ROWS = 80, 24
"""The size of a screen where there is no terminal."""

_MORE = "Places, reasons and scripts: --details."


def render(page: Page, *, columns: int = COLUMNS, rows: int | None = ROWS) -> str:
    """Return as much of a page as one screen holds.

    The answer, each verdict with its number of findings, and the first finding of each stand there whatever the size.
    What to do is told where all else finds room.

    Args:
      page: what to show.
      columns: characters of a line.
      rows: lines of the screen, one of which is left to the prompt; None shows all.
    """
    if page.asks_amiss:
        page = replace(page, entries=page.entries + page.amiss)
    head = [page.title, *page.setting, "", f"{page.question} {page.answer}"]
    head += [*([page.stop] if page.stop else []), *page.failures]
    shown = [part for line in head for part in _wrapped(line, columns)]
    room = sys.maxsize if rows is None else rows - 1 - len(shown)
    whole = (_whole(page, columns, remedies) for remedies in (True, False))
    fitting = next((lines for lines in whole if len(lines) <= room), None)
    shown += _cut(page, columns, room) if fitting is None else fitting
    return "".join(f"{line}\n" for line in shown)


def _whole(page: Page, columns: int, remedies: bool) -> list[str]:
    """Return the lines of every finding and every note."""
    lines = list(_findings(page.entries, range(len(page.entries)), columns, remedies))
    lines += ["", *(part for note in page.notes for part in _wrapped(note, columns))] if page.notes else []
    return [*lines, *(["", *_wrapped(_MORE, columns)] if page.entries or page.amiss else [])]


def _cut(page: Page, columns: int, room: int) -> list[str]:
    """Return the lines of as many findings as find room, then as many notes, and how many are left."""
    groups = [list(group) for _, group in groupby(range(len(page.entries)), lambda n: page.entries[n].label)]
    chosen = {group[0] for group in groups}

    def lines(notes: Sequence[str]) -> list[str]:
        told = list(_findings(page.entries, chosen, columns, remedies=False))
        told += ["", *(part for note in notes for part in _wrapped(note, columns))] if notes else []
        left = len(page.entries) - len(chosen), len(page.notes) - len(notes)
        return [*told, "", *_wrapped(_left(*left), columns)]

    for number in range(len(page.entries)):
        if number not in chosen:
            chosen.add(number)
            if len(lines([])) > room:
                chosen.remove(number)
                break
    told = 0
    if len(chosen) == len(page.entries):
        while told < len(page.notes) and len(lines(page.notes[: told + 1])) <= room:
            told += 1
    return lines(page.notes[:told])


def _left(findings: int, notes: int) -> str:
    told = [count(findings, "more finding")] if findings else []
    told += [count(notes, "note" if findings else "more note")] if notes else []
    return f"{', '.join([*told, _MORE[0].lower() + _MORE[1:]])}" if told else _MORE


def _findings(entries: Sequence[Entry], chosen: Collection[int], columns: int, remedies: bool) -> Iterator[str]:
    """Yield a heading for each verdict, with the number of its findings, and a line for each that is chosen."""
    if entries:
        yield ""
    for label, group in groupby(enumerate(entries), lambda numbered: numbered[1].label):
        members = list(group)
        who = "you notice it if you" if label == "MENDED" else "you are affected if you"
        conditional = all(entry.condition for _, entry in members)
        yield from _wrapped(f"{label}, {count(len(members), 'finding')}{f': {who}' if conditional else ''}", columns)
        for number, entry in members:
            if number in chosen:
                yield from _line(entry, columns, conditional)
                if remedies and not entry.mended and entry.side != AMISS:
                    yield from _wrapped(f"    What to do: {entry.remedy}", columns)


def _line(entry: Entry, columns: int, conditional: bool) -> list[str]:
    """Return a finding on one line, or on as many as its words take, with as many of its layers as find room there."""
    what = f"{entry.condition}: {entry.briefly}" if conditional else entry.briefly or entry.title.rstrip(".")
    # Of "keras.layers.LSTM(recurrent_dropout)" the condition tells the argument.
    names = list(dict.fromkeys(place[0].removeprefix("keras.layers.").partition("(")[0] for place in entry.places))
    shorter = (f"{names[0]}, {len(names) - 1} more", count(len(names), "subject")) if len(names) > 1 else ()
    bare = _wrapped(f"  {what}", columns)
    named = [_wrapped(f"  {what} ({told})", columns) for told in (", ".join(names), *shorter) if told]
    return next((lines for lines in named if len(lines) <= len(bare)), bare)


def _wrapped(line: str, columns: int) -> list[str]:
    indent = "      " if line.startswith("    ") else "    " if line.startswith("  ") else ""
    return [defused(part) for part in layout.wrapped(plain(line), columns, indent)]
