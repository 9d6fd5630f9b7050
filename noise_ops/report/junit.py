"""A page as JUnit XML, which build servers list as tests: one test a place and finding, of a run one a check.

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
from noise_ops.report.page import ANY, Entry, Page


class Case(NamedTuple):
    """A test.

    Attributes:
      classname: the layer or function, or what was judged.
      name: what was asked of it.
      verdict: what came of it.
      message: what it says.
      text: what more it says if it fails.
      fails: whether it does.
      skipped: why it is no pass and no failure; "" if it is one of them.
      seconds: how long it took, where that was measured.
    """

    classname: str
    name: str
    verdict: Verdict
    message: str
    text: str
    fails: bool
    skipped: str = ""
    seconds: float = 0.0


def render(page: Page, fail_on: Verdict, tests: Iterable[Case] | None = None, note: str = "") -> str:
    """Return a page as JUnit XML.

    Args:
      page: what to show.
      fail_on: mildest verdict that is a failure; what was mended is none, and what is expected is skipped.
      tests: the tests, beside what fails whatever the verdict; None for those of the findings.
      note: a sentence on how they were counted; "" for none.
    """
    cases = list(_told_apart([*_failures(page), *(_cases(page, fail_on) if tests is None else tests)]))
    counts = {"tests": str(len(cases)), "failures": str(sum(case.fails for case in cases)), "errors": "0"}
    root = Element("testsuites", counts)
    skipped, seconds = sum(bool(case.skipped) for case in cases), sum(case.seconds for case in cases)
    about = {"name": _line(page.title), **counts, "skipped": str(skipped), "time": f"{seconds:.3f}"}
    suite = SubElement(root, "testsuite", about)
    if page.setting:
        properties = SubElement(suite, "properties")
        for name, value in _properties(page):
            SubElement(properties, "property", {"name": _line(name), "value": _line(value)})
    for case in cases:
        _add(suite, case)
    said = [f"{page.question} {page.answer}", *filter(None, (page.stop, page.advice, note))]
    told = [*page.caveats, *said, *page.notes]
    SubElement(suite, "system-out").text = "\n".join(_line(text) for text in told)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _properties(page: Page) -> Iterator[tuple[str, str]]:
    """Yield what was judged with what: a version each, of which the first line is made, then the other lines."""
    for part in page.setting[0].split(" · "):
        name, _, version = part.partition(" ")
        yield name, version
    yield from (("setting", line) for line in page.setting[1:])


def _failures(page: Page) -> Iterator[Case]:
    for number, failure in enumerate(page.failures, 1):
        yield Case(page.title, f"{page.question} ({number})", page.verdict, failure, failure, True)


def _cases(page: Page, fail_on: Verdict) -> Iterator[Case]:
    """Yield a test for each place of each finding; the answer alone where there is no finding."""
    if not page.entries and not page.failures:
        fails = page.verdict.fails(fail_on)
        yield Case(page.title, page.question, page.verdict, page.answer, "", fails)
    for entry, skipped in (*((entry, False) for entry in page.entries), *((entry, True) for entry in page.expected)):
        fails = entry.verdict.fails(fail_on) and not entry.mended and not skipped
        for subject, dtype, mode in entry.places:
            name = entry.code if subject == ANY else f"{dtype} {mode} {entry.code}"
            text = told(entry) if fails else ""
            reason = f"expected: {entry.message}" if skipped else ""
            whose = page.title if subject == ANY else subject
            yield Case(whose, name, entry.verdict, entry.message, text, fails, reason)


def _told_apart(cases: Iterable[Case]) -> Iterator[Case]:
    """Yield tests of which no two have one name: build servers tell them apart by it."""
    seen: Counter[tuple[str, str]] = Counter()
    for case in cases:
        key = case.classname, case.name
        seen[key] += 1
        yield case._replace(name=f"{case.name} ({seen[key]})") if seen[key] > 1 else case


def told(entry: Entry) -> str:
    """Return what a failure says below its message: what it means, what to do, the command, and the script."""
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


def _add(suite: Element, case: Case) -> None:
    names = {"classname": _line(case.classname), "name": _line(case.name), "time": f"{case.seconds:.3f}"}
    element = SubElement(suite, "testcase", names)
    if case.fails:
        about = {"type": case.verdict.value, "message": _line(case.message)}
        SubElement(element, "failure", about).text = block(case.text)
    elif case.skipped:
        SubElement(element, "skipped", {"message": _line(case.skipped)})
    else:
        SubElement(element, "system-out").text = _line(f"{case.verdict.value}: {case.message}")


def _line(text: str) -> str:
    """Return a text as one line that XML can hold and no workflow runs."""
    return defused(plain(" ".join(text.split())))
