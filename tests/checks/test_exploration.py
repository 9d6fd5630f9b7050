"""checks/exploration.py: the same cases every time, as many as the profile or the user asks, and counted."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest

from noise_ops import KerasSeed
from noise_ops.checks import axes, domains, exploration, harness, observing
from noise_ops.checks.chance import NothingToTellError
from noise_ops.checks.report import finding
from noise_ops.findings import FindingError
from noise_ops.reference.variates import FLOAT32
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.libraries import Library
from noise_ops.subjects.targets import Target
from tests.checks._told import Told, ToldTarget, drawn_with

KERAS = Library("keras", 3, None)
EVERY = (domains.every_case, domains.every_pair, domains.finite_cases, domains.mask_cases, domains.seed_cases)


def dropout(mode="eager", dtype=FLOAT32):
    """A target that is drawn cases for, and never run."""
    return Target(LayerSubject(KERAS, "Dropout", "dropout"), dtype, mode)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setenv("NOISE_OPS_PROFILE", "default")
    monkeypatch.delenv("NOISE_OPS_EXAMPLES", raising=False)
    monkeypatch.delenv("NOISE_OPS_EXPLORE", raising=False)
    exploration.forget()
    yield
    exploration.forget()


def values(cases):
    """What tells cases apart."""
    return [(case.seed, case.rate, case.noise_shape, case.x.tobytes()) for case in cases]


@pytest.mark.parametrize("domain", EVERY)
@pytest.mark.parametrize(("mode", "least"), [("eager", 20), ("function", 5), ("fit", 5), ("from_config", 5)])
def test_the_default_profile_draws_twenty_cases_in_eager_mode_and_five_elsewhere(domain, mode, least):
    drawn = exploration.draw(domain.of(dropout(mode)), dropout(mode))
    assert len(drawn) >= least
    assert len(set(values(drawn))) == len(drawn)


def test_the_same_cases_are_drawn_every_time():
    first = exploration.draw(domains.every_case, dropout())
    exploration.forget()
    exploration._drawn.clear()
    assert values(exploration.draw(domains.every_case, dropout())) == values(first)


def test_other_cases_are_drawn_where_that_is_asked_and_the_same_ones_from_the_same_number(monkeypatch):
    usual = values(exploration.draw(domains.every_case, dropout()))
    monkeypatch.setenv("NOISE_OPS_EXPLORE", "7")
    explored = values(exploration.draw(domains.every_case, dropout()))
    exploration._drawn.clear()
    assert values(exploration.draw(domains.every_case, dropout())) == explored
    monkeypatch.setenv("NOISE_OPS_EXPLORE", "8")
    assert len({tuple(usual), tuple(explored), tuple(values(exploration.draw(domains.every_case, dropout())))}) == 3


@pytest.mark.parametrize(("asked", "number"), [("50", 50), ("3", 20)])
def test_a_user_can_ask_for_more_cases_and_not_for_less(monkeypatch, asked, number):
    monkeypatch.setenv("NOISE_OPS_EXAMPLES", asked)
    assert len(exploration.draw(domains.seed_cases, dropout())) == number


def test_only_cases_that_tell_something_are_counted():
    target = drawn_with(lambda case: KerasSeed(case.seed))

    def check(target, case):
        if case.seed % 2:
            raise NothingToTellError

    harness.examine(target, check, domains.seed_cases)
    asked = exploration.cases_of(target, domains.seed_cases)
    counted = exploration.take()
    assert counted["hard"] == sum(case.seed % 2 == 0 for case in asked.hard)
    assert counted["drawn"] == sum(case.seed % 2 == 0 for case in asked.drawn)
    assert exploration.take() == {}


def test_the_first_hard_case_that_fails_is_told():
    target = drawn_with(lambda case: KerasSeed(case.seed))

    def check(target, case):
        return finding("check", target, case, f"seed {case.seed}", code="stream") if case.seed == 2**31 + 5 else None

    with pytest.raises(FindingError, match=f"seed {2**31 + 5}"):
        harness.examine(target, check, domains.every_case)


@pytest.mark.parametrize("wanted", [True, False])
def test_of_drawn_cases_the_simplest_that_fails_is_told_where_that_is_wanted(wanted):
    target = drawn_with(lambda case: KerasSeed(case.seed))
    edges = {*axes.SEEDS, *(case.seed for case in axes.seed_cases(target))}

    def check(target, case):
        wrong = abs(case.seed) > 1000 and case.seed not in edges
        return finding("check", target, case, f"seed {case.seed};", code="stream") if wrong else None

    with nullcontext() if wanted else exploration.unsimplified(), pytest.raises(FindingError) as raised:
        harness.examine(target, check, domains.seed_cases)
    assert ("seed 1001;" in str(raised.value)) is wanted


@pytest.mark.parametrize("marker", [None, pytest.mark.xfail], ids=["unmarked", "expected to fail"])
def test_a_failure_that_is_expected_is_not_simplified(marker):
    item = SimpleNamespace(callspec=SimpleNamespace(params={"target": dropout()}), get_closest_marker=lambda _: marker)
    visited = []
    with observing.undisturbed(item):
        exploration.simplify(visited.append, dropout(), domains.every_case)
    assert bool(visited) is (marker is None)


def test_cases_are_run_once_for_all_properties():
    runs = []

    def draw(case, calls):
        runs.append(case)
        return [np.zeros_like(case.x)] * calls

    def check(target, case):
        target.run(case)

    target = ToldTarget(Told(draw), FLOAT32, "eager")
    for _ in range(2):
        harness.examine(target, check, domains.mask_cases)
    assert len(runs) == len(set(runs)) > 20
