"""A page in a terminal or a log: an answer that is looked up comes first, a run's last, where it is seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from noise_ops.report import layout
from noise_ops.report.escaping import defused, plain
from noise_ops.report.page import ANY, Entry, Page

_LONG = 30
"""Lines after which the answer, which has left the screen, is said again."""

_WHOLE = "\0"
"""Marks a line that is not to be wrapped; no text holds it, once it is plain."""


def render(page: Page, *, details: bool = False, width: int | None = None, rows: int = 0, more: str = "") -> str:
    """Return a page whose answer comes first.

    Args:
      page: what to show.
      details: whether subjects, places, reasons, reproduce lines and scripts are shown as well.
      width: of a line, in characters; None where there is no terminal.
      rows: of the table that stand above the entries, without details as well; a longer table is cut.
      more: the sentence that says what details show.
    """
    answer = f"{page.question} {page.answer}"
    lines = [page.title, *page.caveats, *page.setting, "", answer]
    lines += [*filter(None, (page.stop, page.advice)), *page.failures]
    lines += ["", *_first_rows(page.table, width, None if details else rows)] if rows and page.table else []
    lines += _entries(page.entries, details)
    lines += _entries(page.amiss, details) if details and page.asks_amiss else []
    lines += ["", *_table(page.table, width)] if details and page.table and not rows else []
    lines += ["", *page.notes] if page.notes else []
    lines += ["", *_amiss(page)] if details and page.amiss and not page.asks_amiss else []
    lines += ["", more] if more and page.entries and not details else []
    lines += ["", answer] if len(lines) > _LONG else []
    return _wrapped(lines, width)


def render_run(page: Page, *, width: int | None = None) -> str:
    """Return a page, without its setting, that follows upon a run: all details, and the answer at the end."""
    lines = _table(page.table, width)
    lines += _entries(page.entries, details=True)
    lines += ["", *page.notes] if page.notes else []
    advice = [page.advice] if page.advice else []
    return _wrapped([*lines, "", page.question, page.answer, *advice, *page.failures], width)


def render_setting(page: Page, *, width: int | None = None) -> str:
    """Return the lines that say what is judged with what."""
    return _wrapped(page.setting, width)


def render_table(rows: layout.Rows, *, width: int | None = None) -> str:
    """Return a table whose first row are its headings."""
    return _wrapped(_table(rows, width), width)


def render_notes(notes: Iterable[str], *, width: int | None = None) -> str:
    """Return sentences that follow upon a table; "" without any."""
    told = list(notes)
    return _wrapped(["", *told], width) if told else ""


def _entries(entries: Iterable[Entry], details: bool) -> Iterator[str]:
    for entry in entries:
        yield ""
        yield from _in_full(entry) if details else _in_short(entry)


def _in_short(entry: Entry) -> Iterator[str]:
    yield _heading(entry)
    # Of what was mended the heading says it already.
    told = f" ({entry.kept}.)" if entry.kept and not entry.mended else ""
    yield f"  {entry.message}{told}"
    if not entry.mended:
        yield f"  What to do: {entry.remedy}"


def _in_full(entry: Entry) -> Iterator[str]:
    yield _heading(entry)
    yield f"  {entry.message}"
    yield from (f"  - {difference}" for difference in entry.differences)
    if entry.kept:
        yield f"  Documented: {entry.kept}."
    yield f"  Why it matters: {entry.reason}"
    yield f"  What to do: {entry.remedy}"
    if len(entry.places) > 1:
        places = "; ".join(" ".join(part for part in place if part != ANY) for place in entry.places)
        seen = "Seen in" if entry.kept or entry.places[0][1] != ANY else "In"
        yield f"  {seen} {len(entry.places)} places: {places}."
    if entry.reproduce:
        yield f"  Again: {entry.reproduce}"
    if entry.script:
        yield "  With TensorFlow alone:"
        yield from (f"{_WHOLE}    {line}" for line in entry.script.splitlines())


def _amiss(page: Page) -> Iterator[str]:
    """Yield a line for each thing that neither side keeps and that does not change."""
    yield f"{page.amiss_in_words}:"
    for entry in page.amiss:
        about = f"if you {entry.condition}: " if entry.condition else ""
        names = ", ".join(dict.fromkeys(place[0] for place in entry.places))
        yield f"  {entry.code}, {about}{entry.briefly or entry.title.rstrip('.')} ({names})."


def _heading(entry: Entry) -> str:
    stage = f"{entry.stage} stage" if entry.stage else ""
    about = [entry.code, stage, f"if you {entry.condition}" if entry.condition else ""]
    return f"{entry.label}  {', '.join(filter(None, about))}: {entry.title}"


def _table(rows: layout.Rows, width: int | None) -> list[str]:
    return [f"{_WHOLE}{line}" for line in layout.table(rows, width)]


def _first_rows(rows: layout.Rows, width: int | None, limit: int | None) -> list[str]:
    left = len(rows) - 1 - limit if limit is not None else 0
    return _table(rows[: len(rows) - max(left, 0)], width) + ([f"  ... and {left} more: --details"] if left > 0 else [])


def _wrapped(lines: Iterable[str], width: int | None) -> str:
    return "".join(f"{part}\n" for line in lines for part in _wrap(line, width))


def _wrap(line: str, width: int | None) -> list[str]:
    if line.startswith(_WHOLE):
        return [defused(plain(line.removeprefix(_WHOLE)))]
    indent = "    " if line.startswith("  ") else ""
    return [defused(part) for part in layout.wrapped(plain(line), width, indent)]
