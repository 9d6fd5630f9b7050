"""A page as a comment on a pull request: whether to merge, and who may stop reading, on the first screen.

A comment holds 65,536 characters. Where a page is longer, whole parts are left out, the least telling first, and
counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from noise_ops.findings import Verdict
from noise_ops.report.escaping import code, fenced, prose
from noise_ops.report.page import Entry, Page
from noise_ops.words import count

LONGEST_COMMENT = 65_536
"""Characters that GitHub takes in a comment; counted here as bytes, of which there are no fewer."""

SYMBOLS = {
    Verdict.IDENTICAL: "✅",
    Verdict.STREAM_CHANGED: "🎲",
    Verdict.CONTRACT_CHANGED: "⚠️",
    Verdict.LAW_CHANGED: "⛔",
    Verdict.CANNOT_TELL: "❔",
}

_EXPECTED = "☑️"
"""Marks what is good by a decision alone."""

_LONG_TABLE = 10
_SHORT = 500
_BY_VALUE = {verdict.value: symbol for verdict, symbol in SYMBOLS.items()} | dict.fromkeys(
    ("mended", "law mended"), "✅"
)


class Rank(IntEnum):
    """What a part of a report is, in the order in which parts are given room."""

    HEAD = 0
    FINDING = 1
    NOTE = 2
    OVERVIEW = 3
    MENDED = 4
    AMISS = 5
    DETAIL = 6


_NAMES = {
    Rank.FINDING: ("finding", "findings"),
    Rank.NOTE: ("note", "notes"),
    Rank.OVERVIEW: ("overview", "overviews"),
    Rank.MENDED: ("list of what was mended", "lists of what was mended"),
    Rank.AMISS: ("list of what is not of this upgrade", "lists of what is not of this upgrade"),
    Rank.DETAIL: ("finding's details", "findings' details"),
}


class _Part(NamedTuple):
    rank: Rank
    text: str


def render(page: Page, limit: int = LONGEST_COMMENT) -> str:
    """Return a page as GitHub-flavoured Markdown.

    Args:
      page: what to show.
      limit: bytes that it may take in UTF-8; "" is returned where not even the answer finds room.
    """
    parts = list(_parts(page))
    if sum(map(_size, parts)) <= limit:
        return _joined(parts)
    kept = _that_fit(parts, limit - _size(_left_out(Counter(part.rank for part in parts))))
    if 0 not in kept:
        return ""
    missing = Counter(part.rank for number, part in enumerate(parts) if number not in kept)
    return _joined([*(part for number, part in enumerate(parts) if number in kept), _left_out(missing)])


def _that_fit(parts: Sequence[_Part], room: int) -> set[int]:
    """Return the numbers of the first parts, by rank, that find room together."""
    kept: set[int] = set()
    for number in sorted(range(len(parts)), key=lambda number: parts[number].rank):
        room -= _size(parts[number])
        if room < 0:
            break
        kept.add(number)
    return kept


def _size(part: _Part) -> int:
    return len(part.text.encode()) + 2


def _joined(parts: Sequence[_Part]) -> str:
    return "\n\n".join(part.text for part in parts) + "\n"


def _left_out(missing: Counter[Rank]) -> _Part:
    counts = [f"{number} {_NAMES[rank][number != 1]}" for rank, number in sorted(missing.items()) if rank in _NAMES]
    told = ", ".join(counts)
    return _Part(Rank.HEAD, f"Left out here, for want of room: {told}. The report of `--format json` has all of it.")


def _parts(page: Page) -> Iterator[_Part]:
    """Yield the parts of a report in the order in which they are read."""
    yield _Part(Rank.HEAD, _head(page))
    if page.table:
        yield _Part(Rank.OVERVIEW, _overview(page.table))
    for entry in page.entries:
        if not entry.mended:
            yield _Part(Rank.FINDING, _finding(entry))
            yield _Part(Rank.DETAIL, _details(entry))
    if mended := [entry for entry in page.entries if entry.mended]:
        told = count(len(mended), "thing")
        done = f"{told} mended: the new side does what is documented, and the old one did not"
        yield _Part(Rank.MENDED, _listed(mended, done))
    if page.amiss:
        yield _Part(Rank.AMISS, _listed(page.amiss, page.amiss_in_words))
    for number, note in enumerate(page.notes):
        yield _Part(Rank.NOTE, ("" if number else "### Notes\n\n") + _note(note))
    if page.setting:
        yield _Part(Rank.NOTE, "\n\n".join(prose(line) for line in page.setting))


def _head(page: Page) -> str:
    """Return question, answer and the sentence that sends most readers away."""
    short, colon, rest = page.answer.partition(": ")
    by_decision = page.expected and page.verdict.severity <= Verdict.STREAM_CHANGED.severity
    symbol = _EXPECTED if by_decision else SYMBOLS[page.verdict]
    if page.verdict is Verdict.IDENTICAL and not by_decision and not page.answer.startswith("Yes"):
        symbol = ""  # nothing was judged
    told = f"{rest[:1].upper()}{rest[1:]}" if colon else ""
    heading = " ".join(filter(None, ("##", symbol, prose(page.question, _SHORT), prose(short, _SHORT))))
    about = ": ".join(part for part in (_bold(page.title), prose(told, _SHORT)) if part)
    caveats = (prose(caveat, _SHORT) for caveat in page.caveats)
    failures = (f"- {prose(failure, _SHORT)}" for failure in page.failures)
    lines = [*caveats, heading, about, *failures, _bold(page.stop)]
    lines.append(prose(page.advice, _SHORT))
    return "\n\n".join(line for line in lines if line)


def _bold(text: str) -> str:
    shown = prose(text, _SHORT)
    return f"**{shown}**" if shown else ""


def _overview(rows: Sequence[Sequence[str]]) -> str:
    headings, *body = ([_cell(cell) for cell in row] for row in rows)
    table = "\n".join(_row(row) for row in (headings, ["---"] * len(headings), *body))
    return table if len(body) <= _LONG_TABLE else _folded(f"Overview of {len(body)} {headings[0]}s", table)


def _cell(text: str) -> str:
    symbol = _BY_VALUE.get(text.partition(", ")[0])  # of what is not mended, which is told first
    return f"{symbol} {text}" if symbol else prose(text, _SHORT)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _finding(entry: Entry) -> str:
    stage = f"{entry.stage} stage" if entry.stage else ""
    about = " · ".join(prose(text, _SHORT) for text in (entry.verdict.value, stage, entry.kept) if text)
    actions = [f"- **What to do:** {prose(entry.remedy)}"]
    actions += [f"- **Again:** {code(entry.reproduce)}"] if entry.reproduce else []
    return "\n\n".join(
        (
            f"### {SYMBOLS[entry.verdict]} {prose(entry.title.rstrip('.'), _SHORT)}",
            f"{code(entry.code)} · {about}",
            prose(f"{entry.whom} {entry.message}"),
            "\n".join(actions),
        )
    )


def _details(entry: Entry) -> str:
    contents = ["reason", count(len(entry.places), "place"), *(["script"] if entry.script else [])]
    told = "\n".join(f"- {prose(difference)}" for difference in entry.differences)
    parts = [f"Why it matters: {prose(entry.reason)}", told, "\n".join(_places(entry.places))]
    if entry.script:
        parts += ["With TensorFlow alone:", fenced(entry.script, "python")]
    return _folded(", ".join(contents).capitalize(), "\n\n".join(part for part in parts if part))


def _places(places: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    """Yield a line a subject, with its dtypes and the modes of each."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for subject, dtype, mode in places:
        found[subject][dtype].append(mode)
    for subject, dtypes in found.items():
        targets = "; ".join(f"{dtype} {', '.join(modes)}" for dtype, modes in dtypes.items())
        yield f"- {code(subject)} {prose(targets)}"


def _listed(entries: Sequence[Entry], summary: str) -> str:
    lines = []
    for entry in entries:
        told = " ".join(prose(text) for text in (entry.title, entry.whom, entry.message) if text)
        lines.append(f"- {code(entry.code)} {told} {code(entry.reproduce)}".rstrip())
    return _folded(summary, "\n".join(lines))


def _note(note: str) -> str:
    return f"{'  ' if note.startswith('  ') else ''}- {prose(note)}"


def _folded(summary: str, content: str) -> str:
    # GitHub reads Markdown inside HTML only after an empty line.
    return f"<details><summary>{summary}</summary>\n\n{content}\n\n</details>"
