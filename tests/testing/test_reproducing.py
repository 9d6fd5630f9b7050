"""Scripts of findings run with TensorFlow, NumPy and the user's module alone, for each property."""

import contextlib
import io

import pytest

from noise_ops import laws
from noise_ops.testing.catalog import PROPERTIES
from noise_ops.testing.reproducing import script
from noise_ops.testing.subject import subject
from tests.testing import _layers


@pytest.fixture(scope="module")
def layer():
    """A layer that a module has under a name."""
    return subject(_layers.Right, laws.drops(0.1), {"args": {"rate": 0.1}, "shape": (None, 5, 3)})


@pytest.fixture
def function():
    """A function that has no name of its own."""
    return subject(lambda x, seed: x, laws.drops(0.1), {"shape": (None, 5)})


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_script_runs_and_prints(layer, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    changes = {"rate": 0.5} if name.startswith("rate") else {}
    text, printed = script(layer, PROPERTIES[name], changes), io.StringIO()
    assert "noise_ops" not in text.replace("tests.testing", "")
    import keras

    before = keras.mixed_precision.global_policy() if hasattr(keras.mixed_precision, "global_policy") else None
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(text, name, "exec"), {})
    finally:
        keras.mixed_precision.set_global_policy(before or "float32")
    assert printed.getvalue().strip()


def test_a_function_without_a_name_is_said_to_be_the_users(function):
    text = script(function, PROPERTIES["mask_density"], {})
    assert "your layer, as " in text
    compile(text, "script", "exec")


def test_a_finding_of_a_layer_whose_law_is_unknown_has_a_script_as_well():
    unknown = subject(_layers.Right, laws.unknown(), {"args": {"rate": 0.1}, "shape": (None, 5)})
    compile(script(unknown, PROPERTIES["identity_at_inference"], {}), "script", "exec")
