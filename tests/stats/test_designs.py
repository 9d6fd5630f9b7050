"""designs.py: what each look may spend, and what it decides."""

import itertools
import math
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noise_ops.stats.designs import BETA, Decision, Design, Question, conclude, needed_n_max
from noise_ops.stats.exact import Binomial, Mean
from tests.stats._oracles import reproducible

DESIGN = Design(100_000, 1e-3, 1e-3)
each_look = pytest.mark.parametrize("look", DESIGN.looks, ids=lambda look: str(look.n))


def question(statistic, n=30_000, parts=1):
    return Question("drop rate", Binomial(n, 0.3), Binomial(100_000, 0.3), statistic, statistic, parts)


@reproducible(60)
@given(
    n_max=st.integers(100, 10**9),
    alpha=st.floats(1e-12, 0.5),
    beta=st.floats(1e-12, 0.5),
    earlier=st.lists(st.floats(0.01, 0.99), max_size=4, unique=True),
)
def test_looks_spend_all_and_no_more(n_max, alpha, beta, earlier):
    looks = Design(n_max, alpha, beta, (*sorted(earlier), 1.0)).looks
    assert math.fsum(look.alpha for look in looks) == pytest.approx(alpha)
    assert math.fsum(look.beta for look in looks) == pytest.approx(beta)
    assert all(look.alpha > 0 and look.beta > 0 for look in looks)
    assert [look.last for look in looks] == [False] * len(earlier) + [True]
    assert looks[-1].n == n_max


def test_the_default_looks():
    assert [look.n for look in Design(1_000, 1e-9).looks] == [300, 450, 1_000]
    assert [look.alpha for look in Design(1_000, 1.0).looks] == pytest.approx([0.027, 0.064125, 0.908875])
    assert [look.beta for look in Design(1_000, 1.0).looks] == pytest.approx([0.3 * BETA, 0.15 * BETA, 0.55 * BETA])


@each_look
def test_a_look_fails_exactly_what_its_alpha_rejects(look):
    test = Binomial(look.n, 0.3)
    low, high = test.critical(look.alpha / 2)
    decisions = [DESIGN.decide(look, question(count, look.n)) for count in (low, low + 1, high - 1, high)]
    assert [decision is Decision.FAIL for decision in decisions] == [True, False, False, True]


@each_look
def test_a_look_passes_exactly_what_beta_excludes(look):
    test, delta = Binomial(look.n, 0.3), DESIGN.delta(Binomial(100_000, 0.3))
    for count in range(round(look.n * 0.27), round(look.n * 0.33), max(1, look.n // 1_000)):
        decision = DESIGN.decide(look, question(count, look.n))
        excluded = max(test.lower(count, delta), test.upper(count, -delta)) <= look.beta
        if decision is not Decision.FAIL:
            assert (decision is Decision.PASS) == (excluded or look.last)


def test_parts_share_alpha_as_bonferroni_does():
    low, _ = Binomial(30_000, 0.3).critical(DESIGN.looks[0].alpha / (2 * 10))
    assert DESIGN.decide(DESIGN.looks[0], question(low, parts=10)) is Decision.FAIL
    assert DESIGN.decide(DESIGN.looks[0], question(low + 1, parts=10)) is not Decision.FAIL
    assert DESIGN.delta(Binomial(100_000, 0.3), 10) > DESIGN.delta(Binomial(100_000, 0.3))


def test_either_extreme_fails_and_either_delays_a_pass():
    middle = Question("drop rate", Binomial(30_000, 0.3), Binomial(100_000, 0.3), 9_000, 9_000, 1)
    assert DESIGN.decide(DESIGN.looks[0], middle) is Decision.PASS
    assert DESIGN.decide(DESIGN.looks[0], middle._replace(highest=9_200)) is Decision.UNDECIDED
    assert DESIGN.decide(DESIGN.looks[0], middle._replace(lowest=8_800)) is Decision.UNDECIDED
    assert DESIGN.decide(DESIGN.looks[0], middle._replace(lowest=5_000)) is Decision.FAIL


def test_conclude_takes_the_first_failure_and_waits_for_the_last_pass():
    undecided, passing, failing = question(9_200), question(9_000), question(20_000)
    final = [question(30_000, 100_000), question(30_100, 100_000)]
    assert conclude(DESIGN, lambda look: [passing, failing]).decision is Decision.FAIL
    assert conclude(DESIGN, lambda look: [undecided, failing])[:2] == (Decision.FAIL, 0)
    ended = conclude(DESIGN, lambda look: final if look == 2 else [passing, undecided] if look == 0 else [undecided])
    assert ended[:2] == (Decision.PASS, 2)
    assert (ended.worst, ended.p) == (1, final[1].p_value())


def test_no_look_is_taken_after_the_decision():
    ask = Mock(return_value=[question(9_000)])
    conclude(DESIGN, ask)
    ask.assert_called_once_with(0)


@pytest.mark.parametrize("parts", [1, 26])
def test_p_value_is_corrected_and_two_sided(parts):
    tail = Binomial(30_000, 0.3).upper(9_300)
    assert question(9_300, parts=parts).p_value() == pytest.approx(2 * parts * tail)
    assert question(9_000, parts=parts).p_value() == pytest.approx(1.0, abs=0.02)


@reproducible(20)
@given(departure=st.floats(0.02, 0.3), alpha=st.sampled_from([0.02, 1e-6]))
def test_needed_n_max_is_the_first_that_is_fine_enough(departure, alpha):
    def make(n):
        return Design(n, alpha, alpha)

    n = needed_n_max(make, Mean(1), departure)
    assert make(n).delta(Mean(n)) <= departure < make(n - 1).delta(Mean(n - 1))


def test_fail_probability_grows_with_the_departure():
    rising = [DESIGN.fail_probability(Binomial(100_000, 0.3), d) for d in (0.0, 0.01, 0.02, 0.04)]
    assert all(before < after for before, after in itertools.pairwise(rising))
    assert rising[0] <= DESIGN.alpha
    assert rising[-1] == pytest.approx(1.0, abs=1e-3)
