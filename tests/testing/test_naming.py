"""A layer and its arguments out of a shell's words."""

import pytest

from noise_ops.testing import LayerError, naming


def test_a_layer_is_found_by_its_module_and_name(monkeypatch, tmp_path):
    (tmp_path / "mine.py").write_text("class Outer:\n    class Inner: pass\nnumber = 3\n")
    monkeypatch.chdir(tmp_path)
    assert naming.named("mine:Outer.Inner").__name__ == "Inner"
    for text, says in {
        "mine": "written as",
        "mine:": "written as",
        "mine:Missing": "mine has no Missing",
        "mine:number": "is a int, which makes no layer",
        "missing.module:X": "cannot be imported: it raises ModuleNotFoundError",
    }.items():
        with pytest.raises(LayerError, match=says):
            naming.named(text)


def test_arguments_are_literals_or_texts():
    found = naming.arguments(["rate=0.1", "axes=(1, 2)", "mode=constant", "name='a=b'", "flag=None"])
    assert found == {"rate": 0.1, "axes": (1, 2), "mode": "constant", "name": "a=b", "flag": None}


@pytest.mark.parametrize("texts", [["rate"], ["1=2"], ["=3"], ["rate=1", "rate=2"]])
def test_an_argument_without_a_name_or_twice_is_refused(texts):
    with pytest.raises(LayerError):
        naming.arguments(texts)


def test_a_shape_is_a_tuple():
    assert naming.shape("(None, 8, 3)") == (None, 8, 3)
    for text in ("8", "(None, -1)", "(None, 'a')", "abc", "__import__('os')"):
        with pytest.raises(LayerError, match="a shape is written as"):
            naming.shape(text)
