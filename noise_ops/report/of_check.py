"""The page of a check or a soak: is the noise what it should be, and what of it is not."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from noise_ops import deviations, not_asked
from noise_ops.expected.words import expectation, expiry, failures, unobserved, why
from noise_ops.findings import CODES, Finding, Verdict, worst
from noise_ops.report import figures, junit
from noise_ops.report.page import Entry, Figure, Page
from noise_ops.result import Check, Result, from_the_cause
from noise_ops.words import count

_OWN_SETTINGS = {
    "pinned": "checked under the defaults in place of your",
    "kept": "checked under your",
}
"""How the settings of a user are introduced: those that a check replaces, and those that it cannot."""

_HIDING = ("raises", "dtype", "same-seed")
"""Codes of what keeps other checks from an answer of their own."""

_SEEN_BY_MANY = ("support", "stream", "mask-density")
"""Codes of which several checks see one thing, on other inputs: those of one stage are one finding."""

_MEND_FIRST = "First mend the findings above: a layer that is broken need not show what was known of it."

QUESTION = "Is the noise what it should be?"

_ANSWERS = {
    Verdict.IDENTICAL: "Yes: {bits}what was asked of {asked} keeps its documented law",
    Verdict.STREAM_CHANGED: "Almost: the law holds, but the stream moved. Refresh seeded golden values, nothing else",
    Verdict.CONTRACT_CHANGED: "No: a layer accepts, raises or stores something else than it documents",
    Verdict.LAW_CHANGED: "No: a layer does not keep its documented law; do not merge before you know why",
    Verdict.CANNOT_TELL: "Cannot tell: some checks did not finish",
}
_DTYPES = ("float16", "bfloat16", "float32", "float64")
_VERSIONS = (
    ("noise_ops", "noise_ops"),
    ("TensorFlow", "tensorflow"),
    ("Keras", "keras"),
    ("tf_keras", "tf_keras"),
    ("NumPy", "numpy"),
    ("Python", "python"),
)


def page(result: Result) -> Page:
    """Return the page of a run."""
    rows = tuple((subject, *_row(subject, result)) for subject in result.subjects)
    return Page(
        title=f"noise-ops {'check' if result.soaked is None else 'soak'}",
        setting=(*setting(result.environment), *([result.given] if result.given else [])),
        question=f"{_asked(result)}{_selected(result)} in {result.seconds:.0f} s. {QUESTION}",
        answer=f"{_answer(result)}{_first_cause(result)}",
        advice=not_asked.ELSEWHERE if _vouches(result) else "",
        verdict=max(result.verdict, _least(result), key=lambda verdict: verdict.severity),
        table=(("layer", "asked", "outcome"), *rows) if rows else (),
        entries=tuple(_entry(group, result) for group in _groups(result.findings)),
        expected=tuple(_entry(group, result) for group in _groups(_accepted(result))),
        failures=(*_cut_short(result), *failures(result.expected.expired)),
        notes=tuple(_notes(result)),
        figures=(
            *(() if result.found or result.soaked is not None else figures.at_a_glance(result)),
            *_known_figures(result),
        ),
        certificate=tuple(_certificate(result)),
    )


def _cut_short(result: Result) -> Iterator[str]:
    if result.unreached:
        left = count(result.unreached, "check")
        yield f"The time was up before {left} had begun: a run that is cut short is no pass."


def _least(result: Result) -> Verdict:
    """Return the verdict that a run amounts to at least: with an entry past its day it is no pass."""
    return Verdict.CONTRACT_CHANGED if result.expected.expired else Verdict.IDENTICAL


def as_junit(result: Result, fail_on: Verdict) -> str:
    """Return a run as JUnit XML with a test a check: known deviations, and what is expected, are skipped."""
    cases = [_case(check, result, fail_on) for check in result.checks]
    failed, fails = sum(check.outcome == "failed" for check in result.checks), sum(case.fails for case in cases)
    why = f"{fails} of {count(failed, 'check')} that failed are failures here: what is milder than {fail_on.value}, or "
    return junit.render(page(result), fail_on, cases, f"{why}expected, is none." if fails < failed else "")


def _case(check: Check, result: Result, fail_on: Verdict) -> junit.Case:
    finding = check.finding if check.outcome == "failed" else None
    verdict = finding.verdict if finding else Verdict.IDENTICAL
    message = finding.message if finding else check.outcome
    expected = _is_expected(check, result)
    skipped = {
        "known": f"known deviation: {check.known}",
        "failed": f"expected: {message}" if expected else "",
        "skipped": "the time was up" if check.unreached else "noise-ops doctor says why",
    }.get(check.outcome, "")
    fails = finding is not None and not expected and verdict.fails(fail_on)
    text = junit.told(_remedied(Entry.of_findings([finding], message), result)) if finding and fails else ""
    at = "" if check.parameter is None else f" {check.parameter:g}"
    name = f"{check.property} {check.dtype} {check.mode}{at}"
    return junit.Case(check.subject, name, verdict, message, text, fails, skipped, check.seconds)


def setting(environment: dict[str, Any]) -> tuple[str, ...]:
    """Return the lines that say what is checked with what."""
    if not environment:
        return ()
    versions = (f"{title} {environment[key] or 'not installed'}" for title, key in _VERSIONS)
    settings = (
        f"{environment['device']}, {environment['platform']}",
        f"oneDNN {environment['TF_ENABLE_ONEDNN_OPTS']}",
        f"XLA_FLAGS {environment['XLA_FLAGS']}",
        f"epoch {environment['epoch']}",
    )
    own = environment.get("settings", {})
    told = (_settings_told(_OWN_SETTINGS[kind], own[kind]) for kind in _OWN_SETTINGS if own.get(kind))
    return " · ".join(versions), " · ".join(settings), *told


def _settings_told(introduction: str, values: dict[str, str]) -> str:
    return f"{introduction} {', '.join(f'{name}={value}' for name, value in values.items())}"


def _row(subject: str, result: Result) -> tuple[str, str]:
    """Return how much was asked of a subject, of how much that was to be, and how it stands."""
    checks = [check for check in result.checks if check.subject == subject]
    failed = [check for check in checks if check.outcome == "failed" and not _is_expected(check, result)]
    expected = sum(check.outcome == "failed" for check in checks) - len(failed)
    known = len({check.known for check in checks if check.outcome == "known"})
    asked = _reached(checks)
    if failed:
        found = [check.finding for check in failed if check.finding]
        verdict = worst(found) if found else Verdict.CANNOT_TELL
        where = ", ".join(sorted({f"{check.dtype} {check.mode}" for check in failed})[:3])
        return asked, f"{verdict.value.upper()}: {len(failed)} failed ({where})"
    notes = f", {count(known, 'known deviation')}" if known else ""
    notes += f", {count(expected, 'expected failure')}" if expected else ""
    return asked, f"{_bits(checks)}{notes}" if any(check.outcome != "skipped" for check in checks) else "not asked"


def _reached(checks: Sequence[Check]) -> str:
    """Return how many checks there are, or how many of them were reached, in words."""
    unreached = sum(check.unreached for check in checks)
    return f"{len(checks) - unreached:,} of {len(checks):,} checks" if unreached else count(len(checks), "check")


def _is_expected(check: Check, result: Result) -> bool:
    return check.finding in result.expected.taken


def _accepted(result: Result) -> list[Finding]:
    return list(result.expected.taken)


def _bits(checks: list[Check]) -> str:
    predicted = {check.dtype for check in checks if check.property == "predicted_stream" and check.outcome == "passed"}
    in_order = [dtype for dtype in _DTYPES if dtype in predicted]
    if in_order == list(_DTYPES):
        return "as predicted in every dtype"
    return f"as predicted in {', '.join(in_order)}" if in_order else "as documented"


def _expectation(result: Result) -> str:
    number = len(_groups(_accepted(result)))
    return expectation(number, result.expected.until, result.expected.file)


def _groups(findings: list[Finding]) -> list[list[Finding]]:
    """Return findings of one code and property together, or of what several properties see, from cause to consequence.

    Where a check ends in what another one asks about, such as a call that raises, it goes with the others that do.
    """
    found: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in from_the_cause(findings):
        stage = finding.stage.value if finding.stage else ""
        apart = "" if finding.code in _HIDING else stage if finding.code in _SEEN_BY_MANY else finding.property
        found[finding.code, apart].append(finding)
    return list(found.values())


def _entry(findings: list[Finding], result: Result) -> Entry:
    first = findings[0]
    entry = Entry.of_findings(
        findings,
        f"{first.subject} ({first.dtype}, {first.mode}), {first.property}: {first.message}",
        figures.of_finding(result, first),
    )
    entry = _remedied(entry, result)
    others = sorted({finding.property for finding in findings} - {first.property})
    if others:
        told = "For this reason it cannot be told of" if first.code in _HIDING else "The same is seen by"
        entry = replace(entry, differences=(f"{told} {', '.join(others)}.",))
    if first.code == "unobserved" and any(finding.code != first.code for finding in result.findings):
        entry = replace(entry, remedy=_MEND_FIRST)
    return entry


def _remedied(entry: Entry, result: Result) -> Entry:
    """Return an entry whose remedy is not that of half precision, if the layer departs by more than its lattice."""
    subjects = {place[0] for place in entry.places}
    about = [each for each in result.found if each.subject in subjects and each.code in ("mask-density", "support")]
    by_lattice = all(
        (each.code, each.property) == ("mask-density", "mask_density") and each.dtype in _DTYPES[:2] for each in about
    )
    return entry if by_lattice else replace(entry, remedy=CODES[entry.code].remedy)


def _known_figures(result: Result) -> Iterator[Figure]:
    """Yield the figure of each known deviation that a statistical check saw, of the first place that shows it."""
    shown = set()
    for check in result.known:
        if check.known not in shown:
            for figure in figures.of_place(result, check.property, check.subject, check.dtype, check.mode):
                shown.add(check.known)
                yield replace(figure, title=f"{check.known}. {figure.title}")


def _certificate(result: Result) -> Iterator[tuple[str, ...]]:
    """Yield a row for each property, design and parameter: what each check of it would surely have seen."""
    effects = result.certificate.smallest_visible_effects()
    if effects:
        yield "property", "design", "parameter", "smallest departure", "unit"
    for effect in effects:
        least = f"{effect['delta']:.3g}" if math.isfinite(effect["delta"]) else "none would surely have been"
        numbers = f"{effect['parameter']:g}", least
        yield effect["check"], effect["tier"], *numbers, effect["unit"]


def _notes(result: Result) -> Iterator[str]:
    if result.known:
        yield from _known_deviations(result)
    yield from _expected(result)
    if result.certificate.rows:
        yield result.certificate.sentence()


def _known_deviations(result: Result) -> Iterator[str]:
    """Yield a line a deviation, by what one must be doing to be affected; `explain` tells the measured sizes."""
    seen = {str(check.known) for check in result.known}
    entries = [entry for entry in deviations.known() if entry.name in seen]
    yield f"{count(len(seen), 'known deviation')} of these versions, seen as expected, each only in its case:"
    for group, members in deviations.by_group(entries).items():
        yield f"If you {group}:"
        yield from (f"  {entry.name} ({_libraries(result, entry.name)}): {entry.briefly}" for entry in members)
    for name in sorted(seen - {entry.name for entry in entries}):
        yield f"  {name} ({_libraries(result, name)}): not in the file any more"
    yield f"What was measured, why and where: noise-ops explain {entries[0].name if entries else 'NAME'}."


def _libraries(result: Result, known: str) -> str:
    """Name the libraries of which a deviation was seen; ours, whose layers are made of the others, if it is alone."""
    found = {check.subject.split(".")[0] for check in result.known if check.known == known}
    return ", ".join(sorted(found - {"noise_ops"} or found))


def _expected(result: Result) -> Iterator[str]:
    met = result.expected.met
    if met:
        number = len(_groups(_accepted(result)))
        yield f"{count(number, 'expected finding')} of these versions, seen as expected ({result.expected.file}):"
    for entry, found in met:
        libraries = ", ".join(sorted({finding.subject.split(".")[0] for finding in found}))
        yield f"  {entry.code} ({libraries}), until {entry.expires.isoformat()}: {why(entry)}"
    yield from unobserved(result.expected.unobserved)


def _asked(result: Result) -> str:
    if result.soaked is not None:
        return f"{result.soaked:,} samples"
    skipped = sum(check.outcome == "skipped" for check in result.checks) - result.unreached
    left_out = [f"{skipped} skipped: `noise-ops doctor` says why"] if skipped else []
    return _reached(result.checks) + (f" ({'; '.join(left_out)})" if left_out else "")


def _selected(result: Result) -> str:
    selected = result.selection.sentence()
    return f", of {selected} alone," if selected else ""


def _first_cause(result: Result) -> str:
    """Return the sentence that says which of several findings to look at first."""
    groups = _groups(result.findings)
    if len(groups) < 2:
        return ""
    first = groups[0][0]
    return f" Look first at {first.code}, of {first.subject}: {CODES[first.code].sentence}"


def _answer(result: Result) -> str:
    asked = count(len(result.subjects), "layer or function", "layers and functions")
    if not result.asked:
        answer = "Cannot tell: nothing was asked" + (", since every check was skipped" if result.checks else "")
    elif result.unreached and worst(result.findings) not in (Verdict.LAW_CHANGED, Verdict.CANNOT_TELL):
        found = f"{count(len(result.findings), 'finding')} so far" if result.findings else "nothing departs so far"
        answer = f"Cannot tell yet: {result.asked:,} of {len(result.checks):,} checks were asked, and {found}"
    elif result.verdict is not Verdict.IDENTICAL:
        answer = _ANSWERS[result.verdict]
    elif result.expected.met:
        answer = f"Yes, by your decision: {_expectation(result)}, and what else was asked of {asked} is as documented"
    elif result.soaked is not None:
        answer = f"No alarm so far: nothing that was drawn of {asked} departs from its law"
    else:
        predicted = any(check.property == "predicted_stream" and check.outcome == "passed" for check in result.checks)
        bits = "every bit is the one that NumPy predicts, and " if predicted else ""
        answer = _ANSWERS[Verdict.IDENTICAL].format(bits=bits, asked=asked)
    names = {check.known for check in result.known}
    if names and not result.findings:
        answer += f", but for {count(len(names), 'known deviation')}"
    if result.expected.met and result.verdict is not Verdict.IDENTICAL:
        answer += f"; {_expectation(result)}"
    crashed = sum(finding.verdict is Verdict.CANNOT_TELL for finding in result.findings)
    if crashed and result.verdict is not Verdict.CANNOT_TELL:
        answer += f"; {count(crashed, 'check')} did not finish"
    kept = result.environment.get("settings", {}).get("kept")
    if kept:
        answer += f", under your {', '.join(kept)}"
    answer = expiry(result.expected.expired, answer)
    return f"{answer}." + (f" {not_asked.sentence(result.left_out())}" if _vouches(result) else "")


def _vouches(result: Result) -> bool:
    """Return whether an answer could be taken for one on what was not asked."""
    return result.verdict.severity <= Verdict.STREAM_CHANGED.severity
