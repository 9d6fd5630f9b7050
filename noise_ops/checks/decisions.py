"""From a law and a target to a decision: looks until the design decides, leaves a row, returns a finding or none.

What is decided, and how often wrongly, stands in `noise_ops.stats`; which questions are asked, in `checks.laws`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from noise_ops.checks import samples
from noise_ops.checks.asked import ledger, tier
from noise_ops.checks.profiles import profile
from noise_ops.checks.promised import law_at, p_one
from noise_ops.checks.report import finding
from noise_ops.findings import Finding
from noise_ops.stats import certificate
from noise_ops.stats.designs import Decision, Design, Question, conclude
from noise_ops.stats.evidence import Evidence
from noise_ops.stats.exact import Binomial, ExactTest
from noise_ops.subjects.targets import Target

_MANY_ROWS = 10_000
"""Rows of the input of a script that prints a statistic of the output."""

Questions = Callable[[Evidence, Design], "Sequence[Question]"]
"""From the evidence at a look, and the design, to the questions."""


def held(
    check: str,
    target: Target,
    parameter: float,
    questions: Questions,
    sentence: Callable[[Evidence], str],
    summary: str | None = None,
) -> Finding | None:
    """Let the design decide, leave a row for the certificate, and return a finding if the law is rejected."""
    design = design_of(check, target)
    row = _decided(check, target, parameter, design, questions, sentence, design.alpha)
    seen = f"{row.observed} A correct layer shows this at most once in {1 / design.alpha:,.0f} streams."
    return _finding(target, row, seen, summary)


def held_once(
    check: str, target: Target, parameter: float, design: Design, question: Question, n: int, observed: str
) -> Finding | None:
    """Hold the one look at a sample of its own, of n units, to a law that may spend all of the design's alpha."""
    delta = question.planned.smallest_departure(design.alpha / question.parts, design.beta)
    look = Look(n, question.p_value(), delta, question.about, observed)
    return concluded(check, target, parameter, look)


class Look(NamedTuple):
    """A single look at a sample.

    Attributes:
      n: what was counted.
      p: its p-value.
      delta: the smallest departure that would surely have been seen.
      unit: unit of that.
      observed: what was seen, in a sentence.
    """

    n: int
    p: float
    delta: float
    unit: str
    observed: str


def concluded(check: str, target: Target, parameter: float, look: Look) -> Finding | None:
    """Leave the row of a single look, and return a finding if its p-value is within the alpha of the check."""
    alpha = design_of(check, target).alpha
    row = certificate.Row(
        check=check,
        subject=target.subject.name,
        dtype=target.dtype.name,
        mode=target.mode,
        parameter=parameter,
        tier=tier(check, target),
        alpha=alpha,
        verdict=(Decision.FAIL if look.p <= alpha else Decision.PASS).value,
        **look._asdict(),
    )
    certificate.record(row)
    seen = f"{look.observed} A correct layer shows this at most once in {1 / alpha:,.0f} streams."
    return _finding(target, row, seen, None)


def follows(
    check: str,
    target: Target,
    parameter: float,
    ones: Callable[[Evidence], float],
    sentence: Callable[[Evidence], str],
    summary: str,
) -> Finding | None:
    """Hold a moment of two-point noise to its law.

    Such a moment is a function of the number of dropped units. Worked back to that number, it has the law of the
    mask's density, and where the two support points are right it is the same number: the check fails with
    `mask_density` or because of the support, and spends no alpha of its own.
    """
    p = one_probability(target, parameter)

    def questions(evidence: Evidence, design: Design) -> list[Question]:
        count = min(max(round(ones(evidence)), 0), evidence.n)
        return [one_question("drop rate, relative", Binomial(evidence.n, p), design.n_max, count)]

    row = _decided(check, target, parameter, design_of("mask_density", target), questions, sentence, alpha=0.0)
    return _finding(target, row, row.observed, summary)


def _decided(
    check: str,
    target: Target,
    parameter: float,
    design: Design,
    questions: Questions,
    sentence: Callable[[Evidence], str],
    alpha: float,
) -> certificate.Row:
    """Look until the design decides, and leave the row, which has spent `alpha`."""
    at = partial(samples.evidence, target, parameter, tuple(look.n for look in design.looks))
    conclusion = conclude(design, lambda look: questions(at(look), design))
    evidence = at(conclusion.look)
    headline = questions(evidence, design)[0]
    row = certificate.Row(
        check=check,
        subject=target.subject.name,
        dtype=target.dtype.name,
        mode=target.mode,
        parameter=parameter,
        tier=tier(check, target),
        n=evidence.n,
        p=conclusion.p,
        alpha=alpha,
        delta=design.delta(headline.planned, headline.parts),
        unit=headline.about,
        observed=sentence(evidence),
        verdict=conclusion.decision.value,
    )
    certificate.record(row)
    return row


def _finding(target: Target, row: certificate.Row, message: str, summary: str | None) -> Finding | None:
    if row.verdict == Decision.PASS.value:
        return None
    # A summary needs many units to tell; an output and its prediction are shown of a few.
    rows = {} if summary is None else {"rows": _MANY_ROWS}
    return finding(row.check, target, samples.first_case(target, row.parameter, **rows), message, summary=summary)


def design_of(check: str, target: Target) -> Design:
    """Return the design of a check of a target in the profile of this run."""
    return ledger().design(check, tier(check, target), profile())


def one_probability(target: Target, parameter: float) -> float:
    """Return the implemented probability that a state of a sample is one."""
    return p_one(target, law_at(target, parameter))


def one_question(about: str, test: ExactTest, n_max: int, statistic: float, parts: int = 1) -> Question:
    """Return a question about one statistic; `n_max` is its sample size at the last look."""
    return Question(about, test, test.at(n_max), statistic, statistic, parts)
