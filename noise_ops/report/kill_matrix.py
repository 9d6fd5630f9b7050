"""The kill matrix: what was broken under each layer, what caught it, and which controls were left alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from noise_ops.findings import Verdict
from noise_ops.report import layout
from noise_ops.report.of_check import setting
from noise_ops.report.page import Page
from noise_ops.sabotage.outcome import Ending, Matrix, Outcome

SCHEMA = "noise_ops/selftest/1"
"""Name and version of the format; the number grows when a key changes its meaning or disappears."""

_WRONG = {
    Ending.MISSED: "MISSED",
    Ending.ACCUSED: "WRONGLY ACCUSED",
    Ending.UNREACHED: "NEVER REACHED",
}


def render_text(matrix: Matrix, *, width: int | None = None) -> str:
    """Return the matrix for a person: what went wrong first, then a line a mutant, layer by layer."""
    wrong = [outcome for outcome in matrix.outcomes if not outcome.is_right]
    answer = layout.wrapped(summary(matrix), width)
    lines = [part for line in setting(matrix.environment) for part in layout.wrapped(line, width)]
    lines += ["", *answer]
    for outcome in wrong:
        lines += ["", *_wrong_lines(outcome, width)]
    for subject in dict.fromkeys(outcome.mutant.subject for outcome in matrix.outcomes):
        rows = [_row(outcome) for outcome in matrix.outcomes if outcome.mutant.subject == subject]
        lines += ["", subject, *layout.table(rows, width)]
    lines += ["", *answer] if len(lines) > 40 else []
    return "\n".join(lines) + "\n"


def page(matrix: Matrix) -> Page:
    """Return the matrix as a page: what went wrong first, then a row a mutant."""
    question, _, answer = summary(matrix).partition("? ")
    rows = [(outcome.mutant.subject, *_row(outcome)) for outcome in matrix.outcomes]
    told = [_wrong_lines(outcome, None) for outcome in matrix.outcomes if not outcome.is_right]
    return Page(
        title="noise-ops selftest",
        setting=setting(matrix.environment),
        question=f"{question}?",
        answer=answer if matrix.exit_code else f"Yes: {answer}",
        verdict=Verdict.CANNOT_TELL if matrix.exit_code else Verdict.IDENTICAL,
        table=(("layer", "what was broken", "answer"), *rows) if rows else (),
        entries=(),
        failures=tuple(f"{name}: {' '.join(reasons).strip()}" for name, *reasons in told),
    )


def summary(matrix: Matrix) -> str:
    """Return the outcome of a self-test in one sentence."""
    endings = Counter(outcome.ending for outcome in matrix.outcomes)
    run = [outcome for outcome in matrix.outcomes if outcome.ending is not Ending.NOT_RUN]
    broken = sum(not outcome.mutant.is_control for outcome in run)
    controls = len(run) - broken
    sentence = (
        f"Can this suite fail? {endings[Ending.CAUGHT]} of {broken} broken layers were caught, "
        f"{endings[Ending.LEFT_ALONE]} of {controls} controls rightly left alone"
        f"{_of_users(run)} ({matrix.seconds:.0f} s)"
    )
    if not run:
        sentence = "Can this suite fail? That was not seen: no mutant was run"
    elif matrix.exit_code:
        so_far = "Not always" if not all(outcome.is_right for outcome in run) else "Cannot tell yet"
        sentence = sentence.replace("Can this suite fail?", f"Can this suite fail? {so_far}:")
    not_run = endings[Ending.NOT_RUN]
    sentence += f"; {not_run} not run" if not_run else ""
    sentence += f"; {matrix.left} not judged, since the run was interrupted" if matrix.left else ""
    return f"{sentence}."


def _of_users(run: Sequence[Outcome]) -> str:
    """Return how many of the layers that were run are such as users write."""
    own = [outcome.mutant for outcome in run if outcome.mutant.is_own]
    broken = sum(not mutant.is_control for mutant in own)
    return f"; {broken} and {len(own) - broken} of them are layers as users write them" if own else ""


def _wrong_lines(outcome: Outcome, width: int | None) -> list[str]:
    mutant = outcome.mutant
    found = outcome.verdict.value if outcome.verdict else "nothing"
    may_read = " or ".join(verdict.value for verdict in mutant.wound.verdicts)
    description = mutant.wound.description
    sentences = [f"{description[0].upper()}{description[1:]}.", f"The run must read {may_read}, and read {found}."]
    if mutant.wound.expected:
        sentences.append(f"It should be caught by {' or '.join(mutant.wound.expected)}.")
    if outcome.caught_by:
        sentences.append(f"These properties objected: {', '.join(outcome.caught_by)}.")
    if outcome.reason:
        sentences.append(f"{outcome.reason.rstrip('.')}.")
    return [
        f"{_WRONG[outcome.ending]}  {mutant.name}",
        *layout.wrapped("  " + " ".join(sentences), width, "  "),
    ]


def _row(outcome: Outcome) -> tuple[str, str]:
    return outcome.mutant.wound.description, _answer(outcome)


def _answer(outcome: Outcome) -> str:
    if outcome.ending in _WRONG:
        return _WRONG[outcome.ending]
    if outcome.ending is Ending.NOT_RUN:
        return f"not run: {outcome.reason}"
    if outcome.ending is Ending.LEFT_ALONE:
        return f"left alone: {outcome.verdict.value if outcome.verdict else ''}"
    first = [name for name in outcome.caught_by if name in outcome.mutant.wound.expected] or [*outcome.caught_by[:1]]
    others = len(outcome.caught_by) - len(first)
    return f"caught by {', '.join(first)}" + (f" and {others} more" if others else "")


def render_json(matrix: Matrix) -> str:
    """Return the matrix as a JSON text."""
    endings = Counter(outcome.ending for outcome in matrix.outcomes)
    report = {
        "schema": SCHEMA,
        "environment": matrix.environment,
        "summary": summary(matrix),
        "passed": not matrix.exit_code,
        "left": matrix.left,
        "counts": {ending.name.lower(): endings[ending] for ending in Ending},
        "mutants": [_entry(outcome) for outcome in matrix.outcomes],
        "seconds": round(matrix.seconds, 1),
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _entry(outcome: Outcome) -> dict[str, object]:
    wound = outcome.mutant.wound
    return {
        "name": outcome.mutant.name,
        "subject": outcome.mutant.subject,
        "kind": wound.kind.name.lower(),
        "control": outcome.mutant.is_control,
        "description": wound.description,
        "modes": list(wound.modes),
        "ending": outcome.ending.name.lower(),
        "verdict": outcome.verdict.value if outcome.verdict else None,
        "verdicts_allowed": [verdict.value for verdict in wound.verdicts],
        "expected": list(wound.expected),
        "caught_by": list(outcome.caught_by),
        "failed": list(outcome.failed),
        "checks": outcome.checks,
        "reason": outcome.reason,
    }
