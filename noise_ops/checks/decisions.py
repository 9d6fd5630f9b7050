"""Decides whether a target keeps a law, leaves a row for the certificate, and returns a finding if not, else None.

`held` looks as often as its design allows. `held_once` and `concluded` look once, at a sample of their own: the one
from a question, the other from a p-value. `follows` decides by the design of `mask_density` and spends no alpha.
How often a decision is wrong stands in `noise_ops.stats`; which questions are asked, in `checks.laws`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import ml_dtypes
import numpy as np

from noise_ops.checks import blame, samples, scripting
from noise_ops.checks.asked import ledger, tier
from noise_ops.checks.blame import Share
from noise_ops.checks.profiles import profile
from noise_ops.checks.promised import law_at, p_one
from noise_ops.checks.report import finding
from noise_ops.findings import Finding
from noise_ops.points import Point
from noise_ops.stats import certificate
from noise_ops.stats.designs import Conclusion, Decision, Design, Question, conclude
from noise_ops.stats.evidence import Evidence
from noise_ops.stats.exact import Binomial, ExactTest
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

_MANY_ROWS = 10_000
"""Rows of the input of a script that prints a statistic of the output."""

Questions = Callable[[Evidence, Design], "Sequence[Question]"]
"""From the evidence at a look, and the design, to the questions."""

GivenShare = Callable[[Evidence, Design, float], "Sequence[Question]"]
"""From the evidence, the design and a probability of ones to the questions."""

Points = Callable[[Evidence, float], "Sequence[Point]"]
"""From the evidence at the look that decided, and the alpha of either tail there, to what a picture shows of it."""


def held(
    check: str,
    target: Target,
    parameter: float,
    questions: Questions,
    sentence: Callable[[Evidence], str],
    statistic: Statistic | None = None,
    points: Points | None = None,
    given_share: GivenShare | None = None,
) -> Finding | None:
    """Let the design decide, leave a row for the certificate, and return a finding if the law is rejected.

    Args:
      check: the property.
      target: what it is asked of.
      parameter: rate or standard deviation.
      questions: what the evidence is asked at each look; the first of them gives the row its unit and its delta.
      sentence: says what the evidence showed, for the row and the finding.
      statistic: what the finding's script holds to its law; None where no short program shows it.
      points: what a picture shows; None where there is none.
      given_share: the questions, were the share of ones that was seen the promised one; None where they ask that.
    """
    design = design_of(check, target)
    row, evidence = _decided(check, target, parameter, design, questions, sentence, design.alpha, points)
    share = Share(evidence.ones, evidence.n, probability_of_one(target, parameter))
    explained = (
        given_share is not None
        and row.verdict == Decision.FAIL.value
        and share.explains(design.alpha, lambda p: min(one.p_value() for one in given_share(evidence, design, p)))
    )
    return _finding(target, row, statistic, share if explained else None)


def held_once(
    check: str,
    target: Target,
    parameter: float,
    design: Design,
    question: Question,
    n: int,
    observed: str,
    points: Callable[[float], Sequence[Point]],
) -> Finding | None:
    """Decide by one look at n units drawn for this check alone, which may spend all of the design's alpha.

    Args:
      check: the property.
      target: what it is asked of.
      parameter: rate or standard deviation.
      design: of the check.
      question: what the units are asked.
      n: how many there are.
      observed: what was seen, in a sentence.
      points: from the alpha of either tail to what a picture shows; asked where the law is rejected.
    """
    delta = question.planned.smallest_departure(design.alpha / question.parts, design.beta)
    p = question.p_value()
    shown = tuple(points(design.alpha / 2)) if p <= design.alpha else ()
    look = SingleLook(n, p, delta, question.about, observed, shown)
    return concluded(check, target, parameter, look)


class Statistic(NamedTuple):
    """A number that a script makes of an output, and what a layer that keeps its law gives.

    Attributes:
      expression: of the output `y`, as source.
      expected: its mean over all seeds.
      deviation: its standard deviation times the square root of the number of units.
    """

    expression: str
    expected: float
    deviation: float

    def lines(self, target: Target, case: Case) -> list[str]:
        """Return lines that hold the number to what is expected, on a case of rows of units."""
        rounding = float(ml_dtypes.finfo(target.dtype).eps) * (1 + abs(self.expected))  # type: ignore[no-untyped-call]
        chance = _SURE * self.deviation / math.sqrt(case.x.size) + ("==" not in self.expression) * rounding
        output = target.run(case)[0]
        y = samples.finite(output[0] if target.mode == "mirrored" else output).reshape(len(case.x), -1)
        with np.errstate(all="ignore"):
            seen = eval(self.expression, {"np": np, "y": y})  # noqa: S307 - an expression of this room
        told = abs(seen - self.expected) > chance
        one = "outputs[0][0]" if target.mode == "mirrored" else "outputs[0]"
        return [
            *([] if told else [TOO_SMALL]),
            *scripting.run(target, 1),
            f"y = np.nan_to_num({one}.astype('float64'), nan=1e6, posinf=1e6, neginf=-1e6).reshape(len(x), -1)",
            f"seen = float({self.expression})",
            f"print(seen, 'where', {self.expected!r}, '+-', {chance!r}, 'is expected')",
            *scripting.unless(
                f"abs(seen - {self.expected!r}) <= {chance!r}", "{seen} is further off than chance allows."
            ),
        ]


_SURE = 8.0
"""Standard deviations that a number of a script may lie off: of a right layer it lies further once in 10**15 seeds."""

TOO_SMALL = "# The departure is too small to be told from chance in so few units: this program ends with 0."


class SingleLook(NamedTuple):
    """What a check saw that looks once, at a sample of its own; the fields are those of its `certificate.Row`.

    Attributes:
      n: what was counted.
      p: its p-value.
      delta: the smallest departure that would surely have been seen.
      unit: unit of that.
      observed: what was seen, in a sentence.
      points: what a picture shows of it; empty without one.
      share: how often a state is one, where that alone is what departs; None elsewhere.
    """

    n: int
    p: float
    delta: float
    unit: str
    observed: str
    points: tuple[Point, ...] = ()
    share: Share | None = None


def concluded(check: str, target: Target, parameter: float, look: SingleLook) -> Finding | None:
    """Leave the row of a single look, and return a finding if its p-value is within the alpha of the check."""
    alpha = design_of(check, target).alpha
    told = look._asdict()
    del told["share"]
    row = certificate.Row(
        check=check,
        subject=target.subject.name,
        dtype=target.dtype.name,
        mode=target.mode,
        parameter=parameter,
        tier=tier(check, target),
        alpha=alpha,
        verdict=(Decision.FAIL if look.p <= alpha else Decision.PASS).value,
        **told,
    )
    certificate.record(row)
    return _finding(target, row, None, look.share)


def follows(
    check: str,
    target: Target,
    parameter: float,
    ones: Callable[[Evidence], float],
    sentence: Callable[[Evidence], str],
    statistic: Statistic,
    points: Points,
) -> Finding | None:
    """Hold a moment of two-point noise to its law.

    Where noise has two values, its mean and variance follow from how many units were dropped. `ones` solves the moment
    for that number, which is held to the law and design of `mask_density`. If the two values are right, it is the very
    number that `mask_density` counts: this check then fails only where that one does, and needs no alpha of its own.
    """
    p = probability_of_one(target, parameter)

    def questions(evidence: Evidence, design: Design) -> list[Question]:
        # Solved for a count, a moment is seldom whole; where the support is wrong, it may lie outside of 0 to n.
        count = min(max(round(ones(evidence)), 0), evidence.n)
        return [single_question("drop rate, relative", Binomial(evidence.n, p), design.n_max, count)]

    row, _ = _decided(check, target, parameter, design_of("mask_density", target), questions, sentence, 0.0, points)
    return _finding(target, row, statistic)


def _decided(
    check: str,
    target: Target,
    parameter: float,
    design: Design,
    questions: Questions,
    sentence: Callable[[Evidence], str],
    alpha: float,
    points: Points | None = None,
) -> tuple[certificate.Row, Evidence]:
    """Look until the design decides, and leave the row, which has spent `alpha`; return the evidence as well."""
    evidence_at = partial(samples.evidence, target, parameter, tuple(look.n for look in design.looks))
    conclusion = conclude(design, lambda index: questions(evidence_at(index), design))
    evidence = evidence_at(conclusion.look)
    # A row has room for one delta: that of the first question, as `laws` orders them. p is the worst of all.
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
        points=_shown(conclusion, points(evidence, design.looks[conclusion.look].alpha / 2)) if points else (),
    )
    certificate.record(row)
    return row, evidence


def _shown(conclusion: Conclusion, points: Sequence[Point]) -> tuple[Point, ...]:
    """Return what a row keeps: of many numbers that are all as they should be, nothing."""
    return tuple(points) if len(points) == 1 or conclusion.decision is Decision.FAIL else ()


def _finding(
    target: Target, row: certificate.Row, statistic: Statistic | None, share: Share | None = None
) -> Finding | None:
    """Return what a row rejects; where a share of ones explains it, under the code of that, shown by that."""
    if row.verdict == Decision.PASS.value:
        return None
    told, code = [row.observed], None
    if share is not None:
        code = blame.code(target, row.parameter)
        told.append(share.sentence())
        expression = f"({law_at(target, row.parameter).state}).mean()"
        statistic = Statistic(expression, share.p, math.sqrt(share.p * (1 - share.p)))
    if row.alpha:
        told.append(f"A correct layer shows this at most once in {1 / row.alpha:,.0f} streams.")
    if statistic is None:
        case, shown = (
            samples.first_case(target, row.parameter),
            [scripting.UNSHOWN, *scripting.run(target, 3), *scripting.printed()],
        )
    else:  # it shows in many units alone
        case = samples.first_case(target, row.parameter, rows=_MANY_ROWS)
        shown = statistic.lines(target, case)
    return finding(row.check, target, case, " ".join(told), code=code, shown=shown)


def design_of(check: str, target: Target) -> Design:
    """Return the design of a check of a target in the profile of this run."""
    return ledger().design(check, tier(check, target), profile())


def probability_of_one(target: Target, parameter: float) -> float:
    """Return the probability with which the target's arithmetic makes a state of a sample one."""
    return p_one(target, law_at(target, parameter))


def single_question(about: str, test: ExactTest, n_max: int, statistic: float, parts: int = 1) -> Question:
    """Return a question about a single statistic, its own lowest and highest; `n_max` is n at the last look."""
    return Question(about, test, planned=test.at(n_max), lowest=statistic, highest=statistic, parts=parts)
