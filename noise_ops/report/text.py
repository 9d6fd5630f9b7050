"""The result of a check for a person: a line a layer, details only for findings, and one last answer."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import Any

from noise_ops import deviations
from noise_ops.findings import CODES, Finding, Verdict
from noise_ops.session import Check, Result, subjects_in

_DETAILED = 5
"""Findings of one code that are shown in full; the others are counted."""

_ANSWERS = {
    Verdict.IDENTICAL: "Yes: every bit is the one that NumPy predicts, and every layer keeps its documented law",
    Verdict.STREAM_CHANGED: "Almost: the law holds, but the stream moved. Refresh seeded golden values, nothing else",
    Verdict.CONTRACT_CHANGED: "No: a layer accepts, raises or stores something else than it documents; see above",
    Verdict.LAW_CHANGED: "No: a layer does not keep its documented law; do not merge before you know why",
    Verdict.CANNOT_TELL: "Cannot tell: some checks did not finish; see above",
}


def header(environment: dict[str, Any]) -> str:
    """Return the lines that say what is checked with what."""
    versions = " · ".join(
        f"{title} {environment[key] or 'not installed'}"
        for title, key in (
            ("noise_ops", "noise_ops"),
            ("TensorFlow", "tensorflow"),
            ("Keras", "keras"),
            ("tf_keras", "tf_keras"),
            ("NumPy", "numpy"),
            ("Python", "python"),
        )
    )
    settings = " · ".join(
        (
            f"{environment['device']}, {environment['platform']}",
            f"oneDNN {environment['TF_ENABLE_ONEDNN_OPTS']}",
            f"XLA_FLAGS {environment['XLA_FLAGS']}",
            f"epoch {environment['epoch']}",
        )
    )
    return f"{versions}\n{settings}\n"


def render(result: Result) -> str:
    """Return the report without its header."""
    lines = [_layer_line(subject, result) for subject in subjects_in(result)]
    if result.known:
        lines += ["", *_known_lines(result)]
    for finding in _worth_showing(result.findings):
        lines += ["", *_finding_lines(finding)]
    hidden = len(result.findings) - len(_worth_showing(result.findings))
    if hidden:
        are = "1 more finding of the same kind is" if hidden == 1 else f"{hidden} more findings of the same kinds are"
        lines += ["", f"{are} in the JSON report (--format json)."]
    if result.certificate.rows:
        lines += ["", *textwrap.wrap(result.certificate.sentence(), 118)]
    lines += ["", _last_line(result)]
    return "\n".join(lines) + "\n"


def _layer_line(subject: str, result: Result) -> str:
    checks = [check for check in result.checks if check.subject == subject]
    failed = [check for check in checks if check.outcome == "failed"]
    known = len({check.known for check in checks if check.outcome == "known"})
    count = f"{len(checks)} checks"
    if failed:
        worst = max(
            (check.finding.verdict for check in failed if check.finding),
            key=lambda v: v.severity,
            default=Verdict.CANNOT_TELL,
        )
        where = ", ".join(sorted({f"{check.dtype} {check.mode}" for check in failed})[:3])
        return f"  {subject:<46} {count:>10}   {worst.value.upper()}: {len(failed)} failed ({where})"
    notes = f", {_count(known, 'known deviation')}" if known else ""
    return f"  {subject:<46} {count:>10}   {_bits(checks)}{notes}"


def _bits(checks: list[Check]) -> str:
    predicted = {check.dtype for check in checks if check.property == "predicted_stream" and check.outcome == "passed"}
    in_order = [dtype for dtype in ("float16", "bfloat16", "float32", "float64") if dtype in predicted]
    return f"as predicted in {', '.join(in_order)}" if in_order else "as documented"


def _known_lines(result: Result) -> list[str]:
    measured = {entry.name: entry.measured for entry in deviations.known()}
    seen = {str(check.known) for check in result.known}
    names = [name for name in measured if name in seen] + sorted(seen - set(measured))
    lines = [
        f"{_count(len(names), 'known deviation')} of these versions, seen as expected (noise_ops/deviations.toml):"
    ]
    for name in names:
        libraries = ", ".join(sorted({check.subject.split(".")[0] for check in result.known if check.known == name}))
        entry = f"{name} ({libraries}): {measured.get(name, 'not in the file any more')}"
        lines += textwrap.wrap(entry, 116, initial_indent="  ", subsequent_indent="    ")
    return lines


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _worth_showing(findings: list[Finding]) -> list[Finding]:
    shown: list[Finding] = []
    seen: Counter[tuple[str, str]] = Counter()
    for finding in sorted(findings, key=lambda finding: -finding.verdict.severity):
        seen[finding.code, finding.property] += 1
        if seen[finding.code, finding.property] == 1 and len(shown) < 4 * _DETAILED:
            shown.append(finding)
    return shown


def _finding_lines(finding: Finding) -> list[str]:
    code = CODES[finding.code]
    stage = f", {finding.stage.value} stage" if finding.stage else ""
    return [
        f"{finding.verdict.value.upper()}  {finding.subject} ({finding.dtype}, {finding.mode}): "
        f"{finding.property}{stage}",
        *textwrap.wrap(f"{code.sentence} {finding.message}", 110, initial_indent="  ", subsequent_indent="  "),
        *textwrap.wrap(f"Why it matters: {code.reason}", 110, initial_indent="  ", subsequent_indent="  "),
        *textwrap.wrap(f"What to do: {code.remedy}", 110, initial_indent="  ", subsequent_indent="  "),
        f"  Again: {finding.reproduce}",
        "  With TensorFlow alone:",
        *textwrap.indent(finding.script, "    ").splitlines(),
    ]


def _last_line(result: Result) -> str:
    if result.soaked is not None:
        asked, good = f"{result.soaked:,} samples", "No alarm so far: every layer keeps its law"
    else:
        asked, good = f"{_count(len(result.checks), 'check')}{_left_out(result)}", _ANSWERS[Verdict.IDENTICAL]
    answer = good if result.verdict is Verdict.IDENTICAL else _ANSWERS[result.verdict]
    names = {check.known for check in result.known}
    if names and result.verdict is Verdict.IDENTICAL:
        answer += f", but for {_count(len(names), 'known deviation')}"
    if result.unreached:
        answer = f"So far: {answer[0].lower()}{answer[1:]}"
    return f"{asked} in {result.seconds:.0f} s. Is the noise what it should be?\n{answer}."


def _left_out(result: Result) -> str:
    skipped = sum(check.outcome == "skipped" for check in result.checks) - result.unreached
    parts = [f"{skipped} skipped: `noise-ops doctor` says why"] if skipped else []
    parts += [f"{result.unreached} not reached within --max-time"] if result.unreached else []
    return f" ({'; '.join(parts)})" if parts else ""
