"""codes: one table for check, compare and audit; each code is used, explained, and the same on both sides."""

import ast
from pathlib import Path

import pytest

from noise_ops.codes import CODES, of_models, of_noise, of_upgrades
from noise_ops.properties.catalog import PROPERTIES as DECLARED
from noise_ops.properties.catalog import QUESTIONS, code_of
from noise_ops.testing.catalog import PROPERTIES as OWN
from noise_ops.verdicts import Verdict

PACKAGE = Path(__file__).parents[1] / "noise_ops"


def test_no_code_stands_in_two_tables():
    assert len(CODES) == sum(len(table.CODES) for table in (of_noise, of_upgrades, of_models))


def parsed(*patterns):
    """The syntax trees of the package's files."""
    return [ast.parse(file.read_text()) for pattern in patterns for file in sorted(PACKAGE.glob(pattern))]


def codes_in(trees):
    """The codes that a check tells other than that of its property: a layer that raises, a stage, a crash."""
    calls = [part for tree in trees for part in ast.walk(tree) if isinstance(part, ast.Call)]
    passed = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "code"]
    passed += [call.args[0] for call in calls if ast.unparse(call.func) in ("_other_finding", "BrokenCallError")]
    return {code.value for code in passed if isinstance(code, ast.Constant)}


ASKED = {name: code_of(name) for name in QUESTIONS}
BY_CHECKS = codes_in(parsed("checks/*.py", "subjects/broken.py", "subjects/running.py")) | set(ASKED.values())


BY_OWN_LAYERS = {each.code for each in OWN.values()} | {
    call.args[0].value
    for tree in parsed("testing/*.py")
    for call in ast.walk(tree)
    if isinstance(call, ast.Call) and ast.unparse(call.func) == "BrokenError" and isinstance(call.args[0], ast.Constant)
}


def by_comparisons():
    """The codes that a comparison tells a change under."""
    files = ("changes", "compare", "hidden", "unjudged")
    trees = parsed(*(f"comparison/{name}.py" for name in files))
    texts = {part.value for tree in trees for part in ast.walk(tree) if isinstance(part, ast.Constant)}
    return {declared.code for declared in DECLARED.values()} | (texts & CODES.keys())


def by_audits():
    """The codes that an audit tells what it finds under."""
    trees = parsed("audit/rates.py", "audit/seeds.py", "audit/judging.py", "audit/running.py")
    texts = {part.value for tree in trees for part in ast.walk(tree) if isinstance(part, ast.Constant)}
    return texts & CODES.keys()


def test_check_and_compare_ask_many_properties_alike():
    assert len(ASKED.keys() & DECLARED.keys()) >= 22


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_code_is_written_once(name):
    """In the declaration of what a record shows, else in that of the question, and there alike in every one."""
    written = {question.code for question in QUESTIONS[name]}
    assert len(written) == 1
    assert (written == {None}) == (name in DECLARED)


@pytest.mark.parametrize("name", CODES)
def test_every_code_has_a_verdict_and_three_whole_sentences(name):
    verdict, *sentences = CODES[name]
    assert verdict is not Verdict.IDENTICAL
    for sentence in sentences[:3]:
        assert sentence.strip() == sentence
        assert sentence[0].isupper() or sentence.startswith(("y ", "noise_shape"))
        assert sentence.endswith(".")


def test_every_code_that_a_check_uses_is_explained():
    assert BY_CHECKS
    assert CODES.keys() >= BY_CHECKS | BY_OWN_LAYERS


def test_every_code_that_a_property_is_told_under_is_explained():
    assert {declared.code for declared in DECLARED.values()} <= CODES.keys()


def test_every_code_that_is_explained_is_used():
    assert CODES.keys() - BY_CHECKS - by_comparisons() - BY_OWN_LAYERS - by_audits() == set()
