"""A page as one file of HTML, to be read offline: the answer first, findings before tables, pictures beside numbers.

No script is needed, and none would run. Every picture has its numbers in a table below it, and every table can be
walked by keyboard and by a screen reader; on paper all is unfolded.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby

from noise_ops.findings import Verdict
from noise_ops.report import plots
from noise_ops.report.document import MENDED, badge, block, document, folded, named, prose, table, text
from noise_ops.report.page import Entry, Page
from noise_ops.words import count

_LONG_TABLE = 30
"""Rows beyond which a table is folded."""

_SUBJECT = re.compile(r"[\w.]+(\(\w+\))?")

_MANY_ENTRIES = 4
"""Entries above more of which stands a line each."""

_VERDICTS = {verdict.value: badge(verdict) for verdict in Verdict}
_MENDED = dict.fromkeys(("mended", "law mended"), badge(Verdict.IDENTICAL, mended=True))


def render(page: Page) -> str:
    """Return a page as HTML."""
    sections = [section for section in _sections(page) if section[2]]
    links = "".join(f'<li><a href="#{name}">{text(heading)}</a></li>' for name, heading, _ in sections)
    parts = "".join(
        f'<section id="{name}" aria-labelledby="{name}-heading">\n<h2 id="{name}-heading">{text(heading)}</h2>\n'
        f"{content}</section>\n"
        for name, heading, content in sections
    )
    nav = f'<nav aria-label="Parts of this report"><ul>{links}</ul></nav>\n' if len(sections) > 1 else ""
    body = (
        f'<a class="skip" href="#main">Skip to what was found</a>\n{_head(page)}{nav}<main id="main">\n{parts}</main>\n'
    )
    return document(f"{page.title}: {_question(page)[1]} {page.answer.partition(': ')[0]}"[:200], "page.css", body)


def _question(page: Page) -> tuple[str, str]:
    """Return what goes before the question, and the question itself."""
    before, stop, question = page.question.rpartition(". ")
    return before + stop.rstrip(), question


def _head(page: Page) -> str:
    before, question = _question(page)
    short, colon, rest = page.answer.partition(": ")
    told = f"{rest[:1].upper()}{rest[1:]}" if colon else ""
    about = " · ".join(text(part) for part in (page.title, before) if part)
    caveats = "".join(f"<p>{prose(caveat)}</p>\n" for caveat in page.caveats)
    failures = "".join(f"<li>{prose(failure)}</li>\n" for failure in page.failures)
    return (
        f'<header>\n<p class="faint">{about}</p>\n{caveats}'
        f"<h1>{prose(question)} {prose(short)} {_sign(page)}</h1>\n"
        + (f'<p class="told">{prose(told)}</p>\n' if told else "")
        + (f'<ul class="failures">\n{failures}</ul>\n' if failures else "")
        + (f"<p><strong>{prose(page.stop)}</strong></p>\n" if page.stop else "")
        + (f"<p>{prose(page.advice)}</p>\n" if page.advice else "")
        + "</header>\n"
    )


def _sign(page: Page) -> str:
    """Return the verdict as a sign; where nothing speaks against a yes, a tick, or another if that is by decision."""
    if page.verdict is not Verdict.IDENTICAL:
        return badge(page.verdict)
    style, sign = ("identical", "☑") if page.expected else ("mended", MENDED)
    return f'<span class="badge {style}" aria-hidden="true">{sign}</span>' if page.answer.startswith("Yes") else ""


def _sections(page: Page) -> Iterator[tuple[str, str, str]]:
    """Yield the identifier, heading and content of each part, in the order in which they are read."""
    found = [entry for entry in page.entries if not entry.mended]
    mended = [entry for entry in page.entries if entry.mended]
    yield "findings", f"What was found: {count(len(found), 'finding')}", _entries(found, "finding")
    yield "expected", "Found, and expected by your decision", _entries(page.expected, "expected")
    yield "mended", f"What was mended: {count(len(mended), 'thing')}", _entries(mended, "mended")
    yield "amiss", page.amiss_in_words, _entries(page.amiss, "amiss")
    yield "notes", "Notes", _notes(page.notes)
    drawn = "".join(plots.render(figure, f"known-{number}") for number, figure in enumerate(page.figures))
    yield "known", "What was counted, and known deviations as they were seen", drawn
    yield "overview", "Overview", _overview(page.table)
    yield "certificate", "Certificate", _certificate(page.certificate)
    yield "setting", "Judged with", "".join(f"<p>{prose(line)}</p>\n" for line in page.setting)


def _entries(entries: Sequence[Entry], name: str) -> str:
    told = "".join(_entry(entry, f"{name}-{number}") for number, entry in enumerate(entries))
    return (_lines(entries, name) if len(entries) > _MANY_ENTRIES else "") + told


def _lines(entries: Sequence[Entry], name: str) -> str:
    """Return a line an entry, which leads to it."""
    lines = "".join(
        f'<li>{badge(entry.verdict, mended=entry.mended)} <a href="#{name}-{number}">{prose(_line(entry))}</a></li>\n'
        for number, entry in enumerate(entries)
    )
    return f'<ul class="lines">\n{lines}</ul>\n'


def _line(entry: Entry) -> str:
    about = f"if you {entry.condition}: " if entry.condition else ""
    return f"{about}{entry.briefly or entry.title.rstrip('.')}" or entry.code


def _entry(entry: Entry, name: str) -> str:
    stage = f"{entry.stage} stage" if entry.stage else ""
    about = [f"<code>{text(entry.code)}</code>" if entry.code else "", *map(prose, (stage, entry.kept))]
    again = f"<p><strong>Again:</strong> <code>{text(entry.reproduce)}</code></p>\n" if entry.reproduce else ""
    return (
        f'<article aria-labelledby="{name}">\n'
        f'<h3 id="{name}">{badge(entry.verdict, mended=entry.mended)} {prose(entry.title)}</h3>\n'
        f'<p class="faint">{" · ".join(filter(None, about))}</p>\n{_whom(entry)}<p>{prose(entry.message)}</p>\n'
        f"<p><strong>What to do:</strong> {prose(entry.remedy)}</p>\n{again}"
        + "".join(plots.render(figure, f"{name}-{number}") for number, figure in enumerate(entry.figures))
        + f"{_details(entry)}</article>\n"
    )


def _whom(entry: Entry) -> str:
    return f"<p><strong>{prose(entry.whom)}</strong></p>\n" if entry.whom else ""


def _details(entry: Entry) -> str:
    told = "".join(f"<li>{prose(difference)}</li>\n" for difference in entry.differences)
    where = count(len(entry.places), "place")
    reason = f"<p>Why it matters: {prose(entry.reason)}</p>\n" + (f"<ul>\n{told}</ul>\n" if told else "")
    parts = folded(f"Reason, {where}", reason + _places(entry.places))
    return parts + (folded("Script with TensorFlow and NumPy alone", block(entry.script)) if entry.script else "")


def _places(places: Sequence[tuple[str, str, str]]) -> str:
    """Return a table with a row a subject and dtype, and its modes."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for subject, dtype, mode in places:
        found[subject, dtype].append(mode)
    rows = [(named(subject), text(dtype), text(", ".join(modes))) for (subject, dtype), modes in found.items()]
    return table("Where it is seen", ("where", "dtype", "how"), rows) if rows else ""


def _overview(rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    headings, *body = rows
    shown = table(f"By {headings[0]}", tuple(headings), [(_first(row[0]), *map(_cell, row[1:])) for row in body])
    return shown if len(body) <= _LONG_TABLE else folded(f"All {len(body)} rows", shown)


def _first(cell: str) -> str:
    return named(cell) if _SUBJECT.fullmatch(cell) else _cell(cell)


def _cell(cell: str) -> str:
    """Return a cell; a verdict that it begins with stands there as a sign."""
    for parting in (", ", ": "):
        first, parted, rest = cell.partition(parting)
        sign = (_VERDICTS | _MENDED).get(first.lower())
        if sign:
            return f"{sign} {prose(rest)}" if parted else sign
    return prose(cell)


def _certificate(rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    headings, *body = rows
    cells = [tuple(map(prose, row)) for row in body]
    shown = table("Smallest departure that would surely have been seen", tuple(headings), cells)
    return folded(f"What would have been seen, in {count(len(body), 'row')}", shown)


def _notes(notes: Sequence[str]) -> str:
    """Return notes as paragraphs, and those that are set in below another as a list."""
    parts = []
    for indented, group in groupby(notes, key=lambda note: note.startswith("  ")):
        shown = [prose(note) for note in group]
        items = "".join(f"<li>{note}</li>\n" for note in shown)
        parts.append(f"<ul>\n{items}</ul>\n" if indented else "".join(f"<p>{note}</p>\n" for note in shown))
    return "".join(parts)
