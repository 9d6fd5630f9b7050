"""catalog.py: every recorded property is declared, once, under a code as bad as it is."""

import ast
from pathlib import Path

import pytest

from noise_ops.codes import CODES
from noise_ops.fingerprint import shipped
from noise_ops.properties import catalog
from noise_ops.properties.catalog import PROPERTIES, QUESTIONS, UNKNOWN, code_of, meaning
from noise_ops.properties.declaring import ALL, OTHERS, TRAITS, Kind
from noise_ops.subjects.surroundings import SURROUNDINGS
from noise_ops.verdicts import Verdict

FILES = sorted(Path(catalog.__file__).parent.glob("*.py"))
EVERY_QUESTION = [question for questions in QUESTIONS.values() for question in questions]


@pytest.mark.parametrize("release", shipped.releases("tensorflow") + shipped.releases("keras"), ids=lambda r: r.name)
def test_every_recorded_property_is_declared(release):
    assert {name for _, _, _, name in release.read().by_key() if meaning(name) is UNKNOWN} == set()


@pytest.mark.parametrize("declared", PROPERTIES.values(), ids=lambda declared: declared.name)
def test_a_code_is_as_bad_as_the_property_is(declared):
    verdicts = {Kind.STREAM: Verdict.STREAM_CHANGED, Kind.CONTRACT: Verdict.CONTRACT_CHANGED}
    if declared.kind is not Kind.CONTEXT:
        assert CODES[declared.code].verdict is verdicts.get(declared.kind, Verdict.LAW_CHANGED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_theme_is_in_the_catalog(path):
    assigned = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.Assign)]
    names = {ast.unparse(target) for node in assigned for target in node.targets}
    if path.stem != "catalog" and names & {"PROPERTIES", "QUESTIONS"}:
        assert f"noise_ops.properties.{path.stem}" in {theme.__name__ for theme in catalog.THEMES}


def test_a_property_is_declared_once():
    names = [declared.name for theme in catalog.THEMES for declared in getattr(theme, "PROPERTIES", ())]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("question", EVERY_QUESTION, ids=lambda question: question.name)
def test_a_question_names_traits_dtypes_modes_and_codes_that_there_are(question):
    """A trait that is misspelt in `unless` would leave nothing out, and nothing would say so."""
    assert {*question.of, *question.unless} <= TRAITS.keys()
    assert not set(question.of) & set(question.unless)
    assert {*question.dtypes, *(place.partition("/")[2] or "float32" for place in question.modes)} <= {*ALL}
    assert {place.partition("/")[0] for place in question.modes} <= {*OTHERS, *SURROUNDINGS, "predict"}
    assert question.dtypes or question.modes
    assert code_of(question.name) in CODES
