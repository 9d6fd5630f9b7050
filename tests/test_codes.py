"""codes.py: one table for check and compare; each code is used, explained, and the same on both sides."""

import ast
from pathlib import Path

import pytest

from noise_ops.checks import PROPERTIES
from noise_ops.codes import CODES
from noise_ops.properties.catalog import PROPERTIES as DECLARED
from noise_ops.verdicts import Verdict

PACKAGE = Path(__file__).parents[1] / "noise_ops"
PLACE = {"_other_finding": 0, "held": 1, "follows": 1, "_held_of_normals": 1, "Alarm": 1, "_dependence": 1}
"""Where what makes a finding takes its code, but for `finding` itself, which takes it by name."""


def parsed(*patterns):
    """The syntax trees of the package's files."""
    return [ast.parse(file.read_text()) for pattern in patterns for file in sorted(PACKAGE.glob(pattern))]


def codes_in(node):
    """The codes that a piece of code passes to what makes findings of them."""
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
    codes = [call.args[PLACE[name]] for call in calls if (name := getattr(call.func, "id", "")) in PLACE]
    codes += [code for call in calls_of_finding(node) for code in written(call)]
    return {code.value for code in codes if isinstance(code, ast.Constant)}


def calls_of_finding(node):
    """The calls that make a finding."""
    return [part for part in ast.walk(node) if isinstance(part, ast.Call) and getattr(part.func, "id", "") == "finding"]


def written(call):
    """The code of a call, where it is written there."""
    return [keyword.value for keyword in call.keywords if keyword.arg == "code"]


def of_checks():
    """The codes of every property that a check asks, its module's helpers included, by the property's name."""
    found = {}
    for module in PROPERTIES:
        (tree,) = parsed(f"checks/{module}.py")
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        found |= {name: _reached(name, functions) for name in functions if not name.startswith("_")}
    return found


def _reached(name, functions, seen=()):
    codes = codes_in(functions[name])
    for part in ast.walk(functions[name]):
        called = getattr(part.func, "id", "") if isinstance(part, ast.Call) else ""
        if called.startswith("_") and called in functions and called not in (name, *seen):
            codes |= _reached(called, functions, (*seen, name))
    return codes


OF_CHECKS = of_checks()
BOTH = sorted(OF_CHECKS.keys() & DECLARED.keys())
FINDINGS = [call for tree in parsed("checks/*.py") for call in calls_of_finding(tree)]
BY_CHECKS = set().union(*map(codes_in, parsed("checks/*.py", "pytest_plugin.py")))


def by_comparisons():
    """The codes that a comparison tells a change under."""
    trees = parsed("comparison/changes.py", "comparison/compare.py")
    texts = {part.value for tree in trees for part in ast.walk(tree) if isinstance(part, ast.Constant)}
    return {declared.code for declared in DECLARED.values()} | (texts & CODES.keys())


def test_check_and_compare_ask_many_properties_alike():
    assert len(BOTH) >= 22


@pytest.mark.parametrize("name", BOTH)
def test_what_both_ask_has_one_code(name):
    # A call that raises is told as that, on both sides.
    assert OF_CHECKS[name] - {"raises"} <= {DECLARED[name].code}


@pytest.mark.parametrize("call", FINDINGS, ids=lambda call: ast.unparse(call.args[0]))
def test_a_finding_has_the_code_of_its_property_or_one_of_its_own(call):
    declared = isinstance(call.args[0], ast.Constant) and call.args[0].value in DECLARED
    assert declared != bool(written(call))


@pytest.mark.parametrize("name", CODES)
def test_every_code_has_a_verdict_and_three_whole_sentences(name):
    verdict, *sentences = CODES[name]
    assert verdict is not Verdict.IDENTICAL
    for sentence in sentences:
        assert sentence.strip() == sentence
        assert sentence[0].isupper() or sentence.startswith(("y ", "noise_shape"))
        assert sentence.endswith(".")


def test_every_code_that_a_check_uses_is_explained():
    assert BY_CHECKS
    assert CODES.keys() >= BY_CHECKS


def test_every_code_that_a_property_is_told_under_is_explained():
    assert {declared.code for declared in DECLARED.values()} <= CODES.keys()


def test_every_code_that_is_explained_is_used():
    assert CODES.keys() - BY_CHECKS - by_comparisons() == set()
