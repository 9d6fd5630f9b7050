"""A page for a workflow on GitHub: annotations in its log, and the Markdown as the summary of its step.

References:
  GitHub Docs, "Workflow commands for GitHub Actions"; a step shows ten annotations a kind and 1 MiB of summary.
  actions/toolkit, packages/core/src/command.ts: how data and properties of a command are escaped.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from noise_ops.errors import UserError
from noise_ops.findings import Verdict
from noise_ops.report import markdown
from noise_ops.report.escaping import defused, plain
from noise_ops.report.page import Entry, Page

LONGEST_SUMMARY = 1_048_576
"""Bytes that the summary of one step may take; GitHub shows none of a longer one."""

SHOWN = 10
"""Annotations of one kind that GitHub shows of a step."""

_KINDS = ("error", "warning", "notice")
_LONGEST_TITLE = 200
_LONGEST = 2000


class _Annotation(NamedTuple):
    kind: str
    title: str
    lines: tuple[str, ...]


def annotations(page: Page, fail_on: Verdict) -> str:
    """Return a line that a workflow runs for each finding, and one for the answer.

    Args:
      page: what to show.
      fail_on: mildest verdict that is an error; milder ones are warnings, what was mended and what is expected notices.
        The answer comes first: an error where there is one, a notice else.
    """
    ordered = sorted(_annotations(page, fail_on), key=lambda annotation: _KINDS.index(annotation.kind))
    red = any(annotation.kind == "error" for annotation in ordered)
    answer = (*page.caveats, f"{page.question} {page.answer}", page.stop, page.advice)
    ordered = [_Annotation("error" if red else "notice", page.title, answer), *ordered]
    shown: list[_Annotation] = []
    for kind in _KINDS:
        shown += _first([annotation for annotation in ordered if annotation.kind == kind])
    return "".join(f"{_command(annotation)}\n" for annotation in shown)


def summary(page: Page, limit: int = LONGEST_SUMMARY) -> str:
    """Return a page as Markdown that finds room in the summary of a step; "" where not even the answer does."""
    return markdown.render(page, limit)


def write(page: Page, fail_on: Verdict, environ: Mapping[str, str]) -> str:
    """Append the summary to the file of this step, where a workflow names one, and return the annotations.

    Args:
      page: what to show.
      fail_on: mildest verdict that is an error.
      environ: environment variables; GITHUB_STEP_SUMMARY is the path of the file.

    Raises:
      UserError: if the file cannot be written.
    """
    if path := environ.get("GITHUB_STEP_SUMMARY"):
        try:
            _append(page, Path(path))
        except OSError as error:
            raise UserError(f"cannot write {plain(path)}, the summary of this step: {error.strerror}.") from None
    return annotations(page, fail_on)


def refusal(sentence: str) -> str:
    """Return the annotation of a command that could not answer, and says why in a sentence."""
    return f"::error::noise-ops could not answer: {_data(_line(sentence, _LONGEST))}\n"


def _append(page: Page, path: Path) -> None:
    there = path.stat().st_size if path.exists() else 0
    separator = "\n\n" if there else ""  # what an earlier command of the step wrote may end within a line
    text = summary(page, LONGEST_SUMMARY - there - len(separator))
    if text:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(separator + text)


def _annotations(page: Page, fail_on: Verdict) -> Iterator[_Annotation]:
    for failure in page.failures:
        yield _Annotation("error", page.question, (failure,))
    for entry in page.entries:
        yield _of(entry, fail_on)
    for entry in page.expected:
        yield _Annotation("notice", f"expected: {entry.title}", (entry.message,))


def _of(entry: Entry, fail_on: Verdict) -> _Annotation:
    told = f"{entry.whom} {entry.message}"
    if entry.mended:
        return _Annotation("notice", f"mended: {entry.title}", (told,))
    kind = "error" if entry.verdict.fails(fail_on) else "warning"
    advice = f"What to do: {entry.remedy}", f"Again: {entry.reproduce}" if entry.reproduce else ""
    return _Annotation(kind, f"{entry.verdict.value}: {entry.title}", (told, *advice))


def _first(same: Sequence[_Annotation]) -> list[_Annotation]:
    """Return as many annotations of a kind as GitHub shows; the last of them says how many are left out."""
    shown = list(same[:SHOWN])
    if left := len(same) - len(shown):
        last = shown[-1]
        more = f"{left} more {last.kind}{'' if left == 1 else 's'}: see the summary of this step."
        shown[-1] = last._replace(lines=(*last.lines, more))
    return shown


def _command(annotation: _Annotation) -> str:
    message = "\n".join(_line(line, _LONGEST) for line in annotation.lines if line)
    return f"::{annotation.kind} title={_property(_line(annotation.title, _LONGEST_TITLE))}::{_data(message)}"


def _line(text: str, longest: int) -> str:
    body = defused(plain(" ".join(text.split())))
    return body if len(body) <= longest else f"{body[:longest]}…"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
