"""catalog.py: every recorded property is declared, once, under a code as bad as it is."""

import ast
from pathlib import Path

import pytest

from noise_ops.codes import CODES
from noise_ops.fingerprint import shipped
from noise_ops.properties import catalog
from noise_ops.properties.catalog import PROPERTIES, UNKNOWN, meaning
from noise_ops.properties.declaring import Kind
from noise_ops.verdicts import Verdict

FILES = sorted(Path(catalog.__file__).parent.glob("*.py"))


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
    if any(ast.unparse(target) == "PROPERTIES" for node in assigned for target in node.targets):
        assert f"noise_ops.properties.{path.stem}" in {theme.__name__ for theme in catalog._THEMES}


def test_a_property_is_declared_once():
    names = [declared.name for theme in catalog._THEMES for declared in theme.PROPERTIES]
    assert len(names) == len(set(names))
