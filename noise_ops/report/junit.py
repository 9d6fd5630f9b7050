"""A page as JUnit XML, which build servers list as tests: one test a place and finding.

References:
  JUnit XML as Jenkins reads it: jenkinsci/xunit-plugin, src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from noise_ops.findings import Verdict
from noise_ops.report.escaping import block, defused, plain
from noise_ops.report.page import Entry, Page


class _Case(NamedTuple):
    """A test: what it is called, what it says, what more it says if it fails, and whether it does or is skipped."""

    classname: str
    name: str
    verdict: Verdict
    message: str
    text: str
    fails: bool
    skipped: bool = False


def render(page: Page, fail_on: Verdict) -> str:
    """Return a page as JUnit XML.

    Args:
      page: what to show.
      fail_on: mildest verdict that is a failure; what was mended is none, and what is expected is skipped.
    """
    cases = list(_cases(page, fail_on))
    counts = {"tests": str(len(cases)), "failures": str(sum(case.fails for case in cases)), "errors": "0"}
    root = Element("testsuites", counts)
    skipped = str(sum(case.skipped for case in cases))
    suite = SubElement(root, "testsuite", {"name": _line(page.title), **counts, "skipped": skipped, "time": "0"})
    if page.setting:
        properties = SubElement(suite, "properties")
        for line in page.setting:
            SubElement(properties, "property", {"name": "setting", "value": _line(line)})
    for case in cases:
        _add(suite, case)
    told = [f"{page.question} {page.answer}", *([page.stop] if page.stop else []), *page.notes]
    SubElement(suite, "system-out").text = "\n".join(_line(text) for text in told)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def expecting(text: str, expected: Iterable[str], page: Page) -> str:
    """Return JUnit XML of pytest in which what is expected is skipped, and each failure of the page is one.

    Args:
      text: the XML.
      expected: messages of the failures that are expected.
      page: the page of the run.
    """
    messages = [_line(message) for message in expected]
    if not messages and not page.failures:
        return text
    root = ElementTree.fromstring(text)  # noqa: S314 - which pytest has written for this run
    for case in root.iter("testcase"):
        failure = case.find("failure")
        if failure is not None and any(message in _line(failure.get("message", "")) for message in messages):
            case.remove(failure)
            SubElement(case, "skipped", {"message": _line(f"expected: {failure.get('message', '')}")})
    for suite in root.iter("testsuite"):
        for number, failed in enumerate(page.failures, 1):
            name = f"expected findings ({number})"
            _add(suite, _Case(page.title, name, page.verdict, failed, failed, True))
        for name, kind in (("failures", "failure"), ("skipped", "skipped"), ("tests", "testcase")):
            suite.set(name, str(len(list(suite.iter(kind)))))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _cases(page: Page, fail_on: Verdict) -> Iterator[_Case]:
    """Yield a test for each place of each finding; the answer alone where there is no finding."""
    for number, failure in enumerate(page.failures, 1):
        yield _Case(page.title, f"{page.question} ({number})", page.verdict, failure, failure, True)
    if not page.entries and not page.failures:
        fails = page.verdict.severity >= fail_on.severity
        yield _Case(page.title, page.question, page.verdict, page.answer, "", fails)
    seen: Counter[tuple[str, str]] = Counter()
    for entry, skipped in (*((entry, False) for entry in page.entries), *((entry, True) for entry in page.expected)):
        fails = entry.verdict.severity >= fail_on.severity and not entry.mended and not skipped
        for subject, dtype, mode in entry.places:
            name = f"{dtype} {mode} {entry.code}"
            seen[subject, name] += 1
            # Build servers tell tests apart by their names.
            again = f" ({seen[subject, name]})" if seen[subject, name] > 1 else ""
            text = _text(entry) if fails else ""
            yield _Case(subject, name + again, entry.verdict, entry.message, text, fails, skipped)


def _text(entry: Entry) -> str:
    parts = [
        entry.title,
        entry.whom,
        f"Documented: {entry.kept}." if entry.kept else "",
        f"Why it matters: {entry.reason}",
        f"What to do: {entry.remedy}",
        f"Again: {entry.reproduce}" if entry.reproduce else "",
        f"With TensorFlow alone:\n{entry.script}" if entry.script else "",
    ]
    return "\n".join(part for part in parts if part)


def _add(suite: Element, case: _Case) -> None:
    names = {"classname": _line(case.classname), "name": _line(case.name), "time": "0"}
    element = SubElement(suite, "testcase", names)
    if case.fails:
        about = {"type": case.verdict.value, "message": _line(case.message)}
        SubElement(element, "failure", about).text = block(case.text)
    elif case.skipped:
        SubElement(element, "skipped", {"message": _line(f"expected: {case.message}")})
    else:
        SubElement(element, "system-out").text = _line(f"{case.verdict.value}: {case.message}")


def _line(text: str) -> str:
    """Return a text as one line that XML can hold and no workflow runs."""
    return defused(plain(" ".join(text.split())))
