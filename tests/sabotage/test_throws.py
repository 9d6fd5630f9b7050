"""sabotage/throws.py: random mutants are known by their numbers, and what must be said of them by their wounds."""

import random
from collections import Counter

import pytest

from noise_ops import cli
from noise_ops.findings import Verdict
from noise_ops.sabotage import renumbering, selftest, strikes, throws
from noise_ops.sabotage.mutant import Kind
from noise_ops.sabotage.outcome import Ending

MANY = [throws.mutant(number) for number in range(500)]
SAMPLE = (0, 4, 6, 13, 21)
"""Mutants that are judged in the default run; `noise-ops selftest --random 500` judges all of `MANY`."""


def test_a_number_is_one_mutant():
    for number in (0, 7, 499):
        again, before = throws.mutant(number), MANY[number]
        assert (again.name, again.wound.description) == (before.name, before.wound.description)


def test_a_name_is_one_mutant():
    again = throws.named(MANY[17].name)
    assert (again.subject, again.wound.description) == (MANY[17].subject, MANY[17].wound.description)
    assert throws.named("keras.layers.Dropout/untouched") is None


def test_most_mutants_differ():
    assert len({(mutant.subject, mutant.wound.description) for mutant in MANY}) > 450


def test_every_layer_condition_effect_and_verdict_is_drawn():
    text = " ".join(mutant.wound.description for mutant in MANY)
    assert {mutant.subject for mutant in MANY} == set(throws.SUBJECTS)
    assert [effect.name for effect in strikes.EFFECTS.values() if effect.text not in text] == []
    assert [value for value, _ in strikes.VALUES.values() if f"where x is {value}" not in text] == []
    counts = Counter(mutant.wound.verdicts for mutant in MANY)
    assert min(counts[(Verdict.STREAM_CHANGED,)], counts[(Verdict.LAW_CHANGED,)]) > 40


@pytest.mark.parametrize("mutant", MANY[:60], ids=lambda mutant: mutant.name)
def test_a_control_is_one_whose_law_holds(mutant):
    assert mutant.is_control is (mutant.wound.verdicts == (Verdict.STREAM_CHANGED,))
    assert mutant.wound.kind is (Kind.OTHER_STREAM if mutant.is_control else Kind.RANDOM)
    assert mutant.wound.cuts


def part(verdict, *, milder=False):
    """A small wound that changes something."""
    return throws.Part("wrong", verdict, cut=renumbering.cut(lambda seed, number: (seed, number)), milder=milder)


@pytest.mark.parametrize(
    ("parts", "verdicts"),
    [
        ([part(throws.STREAM)], (throws.STREAM,)),
        ([part(throws.STREAM), part(throws.LAW)], (throws.LAW,)),
        ([part(throws.LAW), part(throws.CONTRACT, milder=True)], (throws.CONTRACT, throws.LAW)),
        ([part(throws.LAW, milder=True), part(throws.STREAM)], (throws.CONTRACT, throws.LAW)),
    ],
)
def test_the_worst_part_is_what_must_be_said(parts, verdicts):
    assert throws.wound(0, parts).verdicts == verdicts


def test_thresholds_are_spread_over_orders_of_magnitude():
    dice = random.Random(0)
    drawn = [throws._log(dice, 1, 2**20) for _ in range(2000)]
    assert min(drawn) >= 1
    assert max(drawn) <= 2**20
    for exponent in range(0, 20, 5):
        assert 400 < sum(2**exponent <= number < 2 ** (exponent + 5) for number in drawn) < 600


@pytest.mark.parametrize("number", SAMPLE)
def test_a_random_mutant_is_judged_rightly(number):
    outcome = selftest.judge(MANY[number])
    assert outcome.is_right, (MANY[number].wound.description, outcome)
    assert outcome.ending is (Ending.LEFT_ALONE if MANY[number].is_control else Ending.CAUGHT)


@pytest.mark.long
@pytest.mark.parametrize("mutant", MANY[:60], ids=lambda mutant: mutant.name)
def test_random_mutants_are_judged_rightly(mutant):
    outcome = selftest.judge(mutant)
    assert outcome.is_right, (mutant.wound.description, outcome)


@pytest.mark.parametrize("arguments", [["--random", "0"], ["--from", "3"]])
def test_no_random_mutant_is_no_pass(arguments, capsys):
    assert cli.main(["selftest", *arguments]) == 2
    assert capsys.readouterr().out == ""
