"""Texts of unknown origin made harmless for terminals, for Markdown on GitHub and for the log of a workflow.

A fingerprint is a file that a stranger may have written. Its texts shall show, and do nothing else: no markup, no
link, nobody notified, no issue cross-referenced, no workflow command run.

References:
  GitHub Flavored Markdown Spec 0.29-gfm, sections 6.1 (backslash escapes), 6.2 (entities), 6.3 (code spans).
  actions/runner, src/Runner.Common/ActionCommand.cs: `::name::` counts at the start of a line, `##[name]` anywhere.
"""

from __future__ import annotations

import re

_UNSEEN = "&#8203;"
"""Zero-width space. GitHub looks for @names, #numbers and addresses after entities are decoded; this parts them."""

_LIVE = "@#:-wW"
_SPECIAL = re.compile(
    r"[\\`*{}\[\]<>&|~$@#]"
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"  # an underscore inside a word is no emphasis
    r"|:(?=//)|:(?=[\w+-]+:)|(?<=ww)w(?=\.)|(?<=GH)-(?=\d)",  # addresses, :emoji:, GH-1
    re.IGNORECASE,
)
_VERBATIM = re.compile(r"`([^`|\\]+)`|(https?://[A-Za-z0-9](?:[A-Za-z0-9./~%?&=+,;:@#_-]*[A-Za-z0-9/])?)")
"""What is shown as code: what a text sets in backticks itself, and addresses, which can be copied but not clicked."""

_STARTS_PLAINLY = re.compile(r'[^\W\d_]|"|\d(?!\d*[.)](?:\s|$))')
"""A beginning of a line that can be no list, quotation, rule, heading or workflow command."""

_COMMAND = re.compile(r"^(\s*):(?=:)")


def plain(text: str) -> str:
    """Return a text whose control and invisible characters are escaped, so that it cannot move a cursor."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def prose(text: str, longest: int = 2000) -> str:
    """Return a text as one line of Markdown that shows just this text; it may stand anywhere, in tables too."""
    body = plain(" ".join(text.split()))
    if len(body) > longest:
        body = f"{body[:longest]}…"
    lead = "" if not body or _STARTS_PLAINLY.match(body) or _VERBATIM.match(body) else _marked(body[0])
    return lead + _escaped(body[1:] if lead else body)


def code(text: str, longest: int = 1000) -> str:
    """Return a text as a code span."""
    body = defused(plain(text))
    if len(body) > longest:
        body = f"{body[:longest]}…"
    ticks = "`" * (_longest_run(body) + 1)
    padding = " " if body.startswith(("`", " ")) or body.endswith(("`", " ")) else ""
    return f"{ticks}{padding}{body}{padding}{ticks}" if body.strip() else ""


def fenced(text: str, language: str = "") -> str:
    """Return a text as a code block whose fence is longer than any run of backticks in it."""
    body = block(text)
    fence = "`" * max(3, _longest_run(body) + 1)
    return f"{fence}{language}\n{body}\n{fence}"


def block(text: str) -> str:
    """Return a text of several lines without control characters or workflow commands."""
    return "\n".join(defused(plain(line.expandtabs(4))) for line in text.splitlines())


def defused(line: str) -> str:
    r"""Return a line that a workflow does not run; in a string of Python, `\x3a:` is what `::` was."""
    return _COMMAND.sub(r"\1\\x3a", line).replace("##[", r"#\x23[")


def _escaped(body: str) -> str:
    parts = []
    end = 0
    for found in _VERBATIM.finditer(body):
        parts += [_without_markup(body[end : found.start()]), code(found[1] or found[2])]
        end = found.end()
    return "".join([*parts, _without_markup(body[end:])])


def _without_markup(text: str) -> str:
    return _SPECIAL.sub(lambda found: _marked(found[0]), text)


def _marked(character: str) -> str:
    return f"&#{ord(character)};{_UNSEEN if character in _LIVE else ''}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
