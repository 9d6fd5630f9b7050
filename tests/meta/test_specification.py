"""The suite names every check, each check is a question, and a question is asked of some layer."""

import ast
import importlib
import re

import pytest

from noise_ops.checks import PROPERTIES
from noise_ops.checks.asked import by_record_alone
from noise_ops.properties.catalog import QUESTIONS
from tests.meta._sources import LAYER_TESTS, PACKAGE, functions, named


def check_functions():
    """The checks by name: public functions that return a finding or none."""
    found = {}
    for module in PROPERTIES:
        for name, node in functions(PACKAGE / "checks" / f"{module}.py").items():
            returns_finding = node.returns is not None and ast.unparse(node.returns) == "Finding | None"
            if returns_finding and not name.startswith("_"):
                found[name] = module
    return found


@pytest.mark.parametrize("path", LAYER_TESTS, ids=named)
def test_a_file_of_the_suite_names_every_property_of_its_layer_and_no_other(path):
    """Which it does in its docstring, in words: the tests themselves follow from what the layer is.

    What is asked as it is recorded, and in no other way, need not be named: its one file declares it.
    """
    module = importlib.import_module(f"noise_ops.suite.{path.stem}")
    told = set(re.findall(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b", module.__doc__)) & QUESTIONS.keys()
    tested = {name.removeprefix("test_") for name in vars(module) if name.startswith("test_")}
    assert told <= tested
    assert all(by_record_alone(name) for name in tested - told)


def test_every_check_is_a_question_that_no_record_answers_and_every_question_is_asked_of_some_layer():
    tests = {name for path in LAYER_TESTS for name in vars(importlib.import_module(f"noise_ops.suite.{path.stem}"))}
    assert check_functions().keys() == {name for name in QUESTIONS if not by_record_alone(name)}
    assert {f"test_{name}" for name in QUESTIONS} <= tests


@pytest.mark.parametrize("check", check_functions())
def test_a_finding_bears_the_name_of_its_check(check):
    source = (PACKAGE / "checks" / f"{check_functions()[check]}.py").read_text()
    assert f'"{check}"' in source
