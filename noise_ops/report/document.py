"""One file of HTML that needs nothing else: its shell, its styles, and texts in it that show and do nothing else.

The page runs nothing and fetches nothing: its policy allows one style, named by its hash, and all else is refused.

References:
  W3C, "Content Security Policy Level 3", section 2.3.1 (hash sources) and 6.7.3 (which inline styles match).
  W3C, "Web Content Accessibility Guidelines 2.2", 1.4.1 (colour is not the only sign), 2.1.1 (keyboard).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from noise_ops.findings import Verdict
from noise_ops.report.escaping import plain

_BREAKS = re.compile(r"(?<=[.])|(?=[(])")
"""Where a name may go on in a second line, on a phone."""

LETTERS = {
    Verdict.IDENTICAL: "·",
    Verdict.STREAM_CHANGED: "S",
    Verdict.CONTRACT_CHANGED: "C",
    Verdict.LAW_CHANGED: "L",
    Verdict.CANNOT_TELL: "?",
}
MENDED = "✓"
"""What stands beside the colour of each verdict, for who sees none."""

_VERBATIM = re.compile(r"`([^`]+)`")


def document(title: str, style: str, body: str) -> str:
    """Return a whole page.

    Args:
      title: of the page, as plain text.
      style: name of the file beside this one with its style; that of the colours goes before it.
      body: its content, as HTML.
    """
    css = "".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("colours.css", style))
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode("ascii")
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{digest}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{text(title)}</title>
<style>{css}</style>
</head>
<body>
{body}</body>
</html>
"""


def text(told: str) -> str:
    """Return a text of one line, for content and for attributes."""
    return escape(plain(" ".join(told.split())))


def prose(told: str) -> str:
    """Return a sentence; what it sets in backticks is shown as code."""
    parts = _VERBATIM.split(" ".join(told.split()))
    shown = [escape(plain(part)) for part in parts]
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(shown))


def block(told: str) -> str:
    """Return a text of several lines that can be scrolled by keyboard."""
    lines = "\n".join(escape(plain(line.expandtabs(4))) for line in told.splitlines())
    return f'<pre tabindex="0"><code>{lines}</code></pre>\n'


def badge(verdict: Verdict, *, mended: bool = False) -> str:
    """Return a verdict as a coloured sign with its letter and its words."""
    name, letter = ("mended", MENDED) if mended else (verdict.value, LETTERS[verdict])
    return f'<span class="badge {name}">{letter} {name}</span>'


def named(subject: str) -> str:
    """Return the name of a subject, which a narrow column breaks between its parts and not within a word."""
    return "<wbr>".join(map(text, _BREAKS.split(subject)))


def table(caption: str, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a table whose first column names the rows, and which scrolls by itself where it is too wide.

    Args:
      caption: what it is, as plain text.
      headings: of the columns, as plain text.
      rows: cells, as HTML.
    """
    head = "".join(f'<th scope="col">{text(heading)}</th>' for heading in headings)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>\n'
        for first, *cells in rows
    )
    return (
        f'<div class="scroll" role="region" aria-label="{text(caption)}" tabindex="0">\n<table>\n'
        f"<caption>{text(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n</div>\n"
    )


def folded(summary: str, content: str, *, on_paper: bool = True) -> str:
    """Return content that unfolds without a script, and on paper by itself; `summary` is plain text."""
    opening = "<details>" if on_paper else '<details class="long">'
    return f"{opening}<summary>{text(summary)}</summary>\n{content}</details>\n"
