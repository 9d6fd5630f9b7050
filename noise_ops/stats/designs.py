"""Designs: when to look at the evidence, and how much of either error rate each look may spend.

A design decides between the null law and a departure of at least `delta` from it:

    FAIL   the null is rejected at the look's share of alpha
    PASS   a departure of delta, in either direction, is rejected at the look's share of beta
    (else) the next look

Both error rates follow from a union bound over the looks, with exact tails at each: a correct law fails with
probability alpha at most, one that departs by delta or more passes with probability beta at most. delta is the
smallest departure that the last look sees; the last look therefore always decides.

References:
  Lan and DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 70, 1983 (spending functions).
  Wellek, "Testing statistical hypotheses of equivalence and noninferiority", 2010, section 1.2 (what a pass says).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from noise_ops.stats.exact import ExactTest, smallest_integer

BETA = 1e-6
"""Probability that a departure of delta is missed."""


class Decision(enum.Enum):
    """What a look decides."""

    FAIL = "fail"
    PASS = "pass"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Look:
    """One look at the evidence.

    Attributes:
      n: sample size at the look.
      alpha, beta: the error rates that it may spend.
      last: whether it must decide.
    """

    n: int
    alpha: float
    beta: float
    last: bool


@dataclass(frozen=True)
class Design:
    """Looks at shares of n_max; alpha is spent as share ** 3, beta in proportion.

    The cube keeps alpha for the last look, which then sees nearly what a single look would; beta is spent evenly,
    since correct layers, nearly all there are, shall stop early.

    Attributes:
      n_max: sample size at the last look.
      alpha: probability that a correct law fails.
      beta: probability that a departure of delta passes.
      shares: increasing shares of n_max, the last of them 1.
    """

    n_max: int
    alpha: float
    beta: float = BETA
    shares: tuple[float, ...] = (0.30, 0.45, 1.0)

    @cached_property
    def looks(self) -> tuple[Look, ...]:
        """The looks, in order; their alphas and betas sum to the design's."""
        before = (0.0, *self.shares[:-1])
        return tuple(
            Look(
                n=round(share * self.n_max),
                alpha=self.alpha * (share**3 - earlier**3),
                beta=self.beta * (share - earlier),
                last=share == self.shares[-1],
            )
            for earlier, share in zip(before, self.shares, strict=True)
        )

    def delta(self, test: ExactTest, parts: int = 1) -> float:
        """Return the departure that is missed with probability beta at most, in the unit of the test.

        Args:
          test: the test at the sample size that it has when n is n_max.
          parts: how many tests share alpha (Bonferroni).
        """
        last = self.looks[-1]
        return test.smallest_departure(last.alpha / parts, last.beta)

    def decide(self, look: Look, question: Question) -> Decision:
        """Return what a look decides about a question."""
        if question.p_value() <= look.alpha:
            return Decision.FAIL
        if look.last:
            return Decision.PASS
        test, delta = question.test, self.delta(question.planned, question.parts)
        missed = (
            test.lower(question.highest, test.possible(delta)),
            test.upper(question.lowest, test.possible(-delta)),
        )
        return Decision.PASS if max(missed) <= look.beta else Decision.UNDECIDED

    def fail_probability(self, test: ExactTest, departure: float, parts: int = 1) -> float:
        """Return the most often that a law departing by `departure` fails: the union bound over the looks."""
        total = 0.0
        for look in self.looks:
            bound = test.at(look.n)
            low, high = bound.critical(look.alpha / (2 * parts))
            total += bound.lower(low, departure) + bound.upper(high, departure)
        return min(1.0, total)


class Question(NamedTuple):
    """One or more statistics of the same law, to be held to it.

    Attributes:
      about: what they measure, with the unit of a departure, such as "drop rate, relative".
      test: the test, bound to the sample size that was reached.
      planned: the test at the last look; of tests given counts, with the counts to expect.
      lowest, highest: the extremes of the statistics; those between decide nothing.
      parts: how many tests share the check's alpha, all its questions together (Bonferroni).
    """

    about: str
    test: ExactTest
    planned: ExactTest
    lowest: float
    highest: float
    parts: int

    def p_value(self) -> float:
        """Return the two-sided p-value of the most extreme statistic, corrected for the parts."""
        return min(1.0, 2 * self.parts * min(self.test.lower(self.lowest), self.test.upper(self.highest)))


class Conclusion(NamedTuple):
    """How a check ended.

    Attributes:
      decision: FAIL or PASS.
      look: index of the look that decided.
      p: the smallest corrected p-value there.
      worst: index of the question with that p-value.
    """

    decision: Decision
    look: int
    p: float
    worst: int


def conclude(design: Design, questions_at: Callable[[int], Sequence[Question]]) -> Conclusion:
    """Look until every question is answered: FAIL with the first that fails, PASS when all pass at one look.

    Args:
      design: the looks and what they may spend.
      questions_at: takes the index of a look to the questions, on all evidence up to it.
    """
    for index, look in enumerate(design.looks):
        questions = questions_at(index)
        decisions = {design.decide(look, question) for question in questions}
        decision = Decision.FAIL if Decision.FAIL in decisions else decisions.pop() if len(decisions) == 1 else None
        if decision in (Decision.FAIL, Decision.PASS):
            p_values = [question.p_value() for question in questions]
            worst = p_values.index(min(p_values))
            return Conclusion(decision, index, p_values[worst], worst)
    raise AssertionError("the last look decides")


def needed_n_max(make: Callable[[int], Design], test: ExactTest, departure: float) -> int:
    """Return the smallest n_max of a family of designs whose delta is at most a departure."""
    return smallest_integer(lambda n: make(n).delta(test.at(n)) <= departure)
