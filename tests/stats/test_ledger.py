"""ledger.py: no statistical check without its share of alpha, no share without a check, and room for more subjects."""

import ast
import inspect

import pytest

from noise_ops.checks import asked, laws, second_opinions
from noise_ops.checks.asked import ledger
from noise_ops.stats import ledger as module
from noise_ops.stats.exact import Binomial, Mean, Variance
from noise_ops.stats.ledger import ALPHA, Entry, Ledger, LedgerError
from noise_ops.subjects.catalog import declared

PROFILES = ("quick", "default", "thorough", "soak")
TIERS = ("main", "half", "other", "second")


HOLDING = {"held", "held_once", "_held", "_held_apart", "_held_of_normals", "_judged", "_density", "_pairs_independent"}


def checks_by_spending():
    """The statistical checks, by whether they own alpha (`held`, perhaps by a helper) or follow from another."""
    spending, following = set(), set()
    for node in (node for of in (laws, second_opinions) for node in ast.parse(inspect.getsource(of)).body):
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if node.returns is None or ast.unparse(node.returns) != "Finding | None":
            continue
        called = {
            part.func.id for part in ast.walk(node) if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
        }
        (spending if called & HOLDING else following).add(node.name)
    return spending, following


def test_whatever_spends_is_in_the_ledger_and_the_other_way_round():
    spending, following = checks_by_spending()
    assert {name for name, _ in ledger().entries} == spending
    assert following == {"moments_preserved"}


def test_weights_sum_to_at_most_one():
    assert sum(entry.weight * entry.checks for entry in ledger().entries.values()) == ledger().total_weight <= 1
    assert all(entry.weight > 0 and entry.checks > 0 for entry in ledger().entries.values())


def test_there_is_room_for_three_times_24_subjects_like_these():
    assert 3 * 24 * ledger().total_weight / len(declared()) <= 1


def test_the_numbers_are_those_of_the_subjects_that_there_are():
    every, half = declared(), [subject for subject in declared() if subject.op == "dropout"]
    assert all(count < asked.numbers(every)[place] for place, count in asked.numbers(half).items())
    assert asked.numbers(every + half) == asked.numbers(every) + asked.numbers(half)
    assert not asked.numbers([])


def test_what_is_not_registered_is_an_error():
    for name, tier in (("no_such_check", "main"), ("replicas_independent", "main")):
        with pytest.raises(LedgerError, match="is not in the ledger"):
            ledger().entry(name, tier)
        with pytest.raises(LedgerError, match="is not in the ledger"):
            ledger().design(name, tier, "default")


@pytest.mark.parametrize("profile", PROFILES)
def test_a_design_spends_its_weight(profile):
    for (name, tier), entry in ledger().entries.items():
        design = ledger().design(name, tier, profile)
        assert design.alpha == pytest.approx(ALPHA * entry.weight)
        assert design.n_max == ledger().sizes[profile][tier]
        assert design.looks[-1].last


def test_profiles_grow():
    for tier in TIERS:
        sizes = [ledger().sizes[profile][tier] for profile in PROFILES]
        assert sizes == sorted(set(sizes))


@pytest.mark.parametrize(
    ("profile", "effects"),
    [
        ("quick", (0.010741, 0.032446, 0.109646, 0.007621, 0.010740)),
        ("default", (0.005370, 0.016166, 0.054120, 0.003804, 0.005370)),
        ("thorough", (0.002685, 0.008069, 0.026886, 0.001899, 0.002685)),
        ("soak", (0.001342, 0.004031, 0.013401, 0.000947, 0.001342)),
    ],
)
def test_smallest_effects_are_those_that_three_times_the_weights_saw_on_powers_of_two(profile, effects):
    design = ledger().design("mask_density", "main", profile)
    n = design.n_max
    seen = [design.delta(test) for test in (*(Binomial(n, p) for p in (0.5, 0.1, 0.01)), Variance(n), Mean(n))]
    assert seen == pytest.approx(effects, rel=1e-3)


def test_a_relaxed_ledger_relaxes_every_design():
    relaxed = Ledger(
        {("mask_density", "main"): Entry("mask_density", "main", 0.5, 2)}, ledger().sizes, ledger().shares, 0.02
    )
    assert relaxed.design("mask_density", "main", "quick").alpha == 0.01
    assert relaxed.total_weight == 1


def test_a_ledger_that_spends_too_much_is_refused():
    weight = ledger().entry("mask_density", "main").weight
    assert module.read({("mask_density", "main"): int(0.99 / weight)}).total_weight <= 1
    with pytest.raises(LedgerError, match="more than 1"):
        module.read({("mask_density", "main"): int(1.01 / weight)})
