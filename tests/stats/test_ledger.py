"""ledger.py: no statistical check without its share of alpha, no share without a check."""

import ast
import inspect

import pytest

from noise_ops.checks import laws
from noise_ops.checks.samples import RATES, STDDEVS
from noise_ops.stats import ledger as module
from noise_ops.stats.ledger import ALPHA, Entry, Ledger, LedgerError, ledger

PROFILES = ("quick", "default", "thorough")


def checks_by_spending():
    """The statistical checks, by whether they own alpha (`held`, perhaps by a helper) or follow from another."""
    spending, following = set(), set()
    for node in ast.parse(inspect.getsource(laws)).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if node.returns is None or ast.unparse(node.returns) != "Finding | None":
            continue
        called = {
            part.func.id for part in ast.walk(node) if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
        }
        (
            spending
            if called & {"held", "held_once", "_held_of_normals", "_density", "_pairs_independent"}
            else following
        ).add(node.name)
    return spending, following


def test_whatever_spends_is_in_the_ledger_and_the_other_way_round():
    spending, following = checks_by_spending()
    assert {name for name, _ in ledger().entries} == spending
    assert following == {"moments_preserved"}


def test_weights_sum_to_at_most_one():
    assert 0.5 < sum(entry.weight * entry.checks for entry in ledger().entries.values()) <= 1
    assert all(entry.weight > 0 and entry.checks > 0 for entry in ledger().entries.values())


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
    for tier in ("main", "half", "other"):
        sizes = [ledger().sizes[profile][tier] for profile in PROFILES]
        assert sizes == sorted(set(sizes))


def test_a_relaxed_ledger_relaxes_every_design():
    relaxed = Ledger(
        {("mask_density", "main"): Entry("mask_density", "main", 0.5, 2)}, ledger().sizes, ledger().shares, 0.02
    )
    assert relaxed.design("mask_density", "main", "quick").alpha == 0.01
    assert relaxed.total_weight == 1


def test_a_ledger_that_spends_too_much_is_refused(monkeypatch, tmp_path):
    overspent = module._FILE.read_text().replace("main = 1e-3", "main = 1e-2")
    monkeypatch.setattr(module, "_FILE", tmp_path / "ledger.toml")
    module._FILE.write_text(overspent)
    with pytest.raises(LedgerError, match="more than 1"):
        ledger.__wrapped__()


def test_the_main_tier_has_room_for_its_grid():
    # A grid that grows must be paid for: standard deviations are a grid too.
    assert len(STDDEVS) < len(RATES)
    assert ledger().entry("mask_density", "main").checks % len(RATES) == 0
