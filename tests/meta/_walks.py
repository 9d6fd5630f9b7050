"""Walks through a design, as the tests of designs take them: from each test's tails to counts, many samples at once."""

import numpy as np

from noise_ops.stats.designs import Decision, Question


def passing(design, look, test, planned):
    """The lowest and highest statistic that a look passes, found by asking the design; None where it passes none."""
    whole = isinstance(test.critical(0.1)[0], int)
    low, high = test.critical(look.alpha / 2)
    middle = (low + high) // 2 if whole else (low + high) / 2

    def passes(statistic):
        question = Question("any", test, planned, statistic, statistic, 1)
        return design.decide(look, question) is Decision.PASS

    if not passes(middle):
        return None

    def furthest(outside):
        inside = middle
        for _ in range(60):
            between = (inside + outside) // 2 if whole else (inside + outside) / 2
            if between in (inside, outside):
                break
            inside, outside = (between, outside) if passes(between) else (inside, between)
        if whole and passes(outside - 1 if outside > inside else outside + 1):
            inside = outside - 1 if outside > inside else outside + 1
        return inside

    return furthest(low), furthest(high)


def outcomes(design, null, runs, grow):
    """How many of `runs` samples fail and how many pass.

    Args:
      design: the looks.
      null: the test, at any size.
      runs: how many samples walk through the looks side by side.
      grow: draws n more units of each sample and returns by how much the statistics grow.
    """
    planned = null.at(design.n_max)
    statistics, before = np.zeros(runs), 0
    undecided, failed, passed = np.ones(runs, bool), 0, 0
    for look in design.looks:
        statistics += grow(look.n - before)
        before, test = look.n, null.at(look.n)
        low, high = test.critical(look.alpha / 2)
        fails = undecided & ((statistics <= low) | (statistics >= high))
        lowest, highest = passing(design, look, test, planned) or (np.inf, -np.inf)
        passes = undecided & ~fails & (statistics >= lowest) & (statistics <= highest)
        failed, passed = failed + int(fails.sum()), passed + int(passes.sum())
        undecided &= ~(fails | passes)
    assert not undecided.any(), "the last look decides"
    return failed, passed
