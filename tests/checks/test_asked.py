"""asked.py: what the ledger counts is what the suite asks, without a library."""

import importlib
import subprocess
import sys
from collections import Counter
from itertools import product

import numpy as np
import pytest

from noise_ops.checks import alarms, asked, laws, samples, second_opinions
from noise_ops.checks.harness import in_dtypes, in_modes
from noise_ops.properties.declaring import OTHERS
from noise_ops.result import Selection
from noise_ops.soak import rounds
from noise_ops.stats.evidence import Evidence, Pairs
from noise_ops.subjects import catalog
from tests.meta._sources import LAYER_TESTS


def asked_by_the_suite():
    """Every statistical question of the suite, of all dtypes and modes: (check, target, parameter)."""
    for path in LAYER_TESTS:
        module = importlib.import_module(f"noise_ops.suite.{path.stem}")
        for name, test in vars(module).items():
            if name.startswith("test_") and "parameter" in test.pytestmark[0].args[0]:
                for target, parameter in test.pytestmark[0].args[1]:
                    grid = samples.parameters(target) if parameter is None else (parameter,)
                    yield from product([name.removeprefix("test_")], [target], grid)


QUESTIONS = list(asked_by_the_suite())


def test_a_question_is_asked_once():
    assert max(Counter((check, str(target), parameter) for check, target, parameter in QUESTIONS).values()) == 1


def test_the_suite_asks_what_the_ledger_counts():
    installed = catalog.checked()
    counted = asked.numbers(installed)
    found = Counter((check, asked.tier(check, t)) for check, t, _ in QUESTIONS if asked.spends(check, t))
    # Of the coarse lattices all rates are counted; at which of them an answer is sure depends on the profile.
    half = ("mask_density", "half")
    assert 0 < found.pop(half) <= counted.pop(half)
    assert found == counted


def test_what_is_installed_is_no_more_than_what_is_declared():
    every = asked.numbers(catalog.declared())
    assert all(count <= every[place] for place, count in asked.numbers(catalog.checked()).items())
    assert sorted(subject.name for subject in catalog.declared()) == sorted(catalog.names())


def test_a_soak_asks_no_more_than_the_suite():
    places = {(check, asked.tier(check, target), str(target), parameter) for check, target, parameter in QUESTIONS}
    rng = np.random.default_rng(0)
    states, noise = rng.random((2, 2, 8, samples.COLUMNS)) < 0.5, rng.standard_normal(16 * samples.COLUMNS)
    for target in rounds.targets(Selection(modes=("eager", *OTHERS))):
        pairs = Pairs(8, 4, 4, 2) if target.mode == "mirrored" else Pairs()
        evidence = Evidence.of_draw(states, noise, pairs, normal=True).unordered()
        for parameter in samples.parameters(target):
            rows = [row for row, _ in alarms.judged(target, parameter, evidence)]
            assert rows
            assert {(row.check, row.tier, str(target), parameter) for row in rows} <= places


def test_what_is_declared_can_be_counted_without_a_library():
    source = "import sys; from noise_ops.checks.asked import ledger; ledger(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout.split()
    assert not {"tensorflow", "keras", "tf_keras", "hypothesis", "pytest"} & set(loaded)


@pytest.mark.parametrize(
    ("targets", "check", "tier"),
    [
        (in_dtypes(("dropout",), ("float32",)), "mask_density", "main"),
        (in_dtypes(("dropout",), ("bfloat16", "float16")), "mask_density", "half"),
        (in_dtypes(("dropout",), ("bfloat16",)), "neighbours_independent", "other"),
        (in_dtypes(("alpha_dropout",), ("bfloat16",)), "mask_density", "other"),
        (in_modes(("dropout",), ("function", "fit")), "mask_density", "other"),
    ],
)
def test_each_check_of_a_target_has_its_tier(targets, check, tier):
    assert {asked.tier(check, target) for target in targets} == {tier}


def test_a_statistical_property_is_a_function_of_its_name():
    checks = {check for check, _, _ in QUESTIONS}
    assert all(hasattr(laws, check) or hasattr(second_opinions, check) for check in checks)


def test_of_what_is_no_property_nothing_is_asked():
    assert asked.exact("no_such_check", catalog.declared()) == []
    assert asked.statistical("no_such_check", catalog.declared()) == []
