"""subjects/broken.py: what a layer raises or returns is told as the layer's, and a crash of our own is not."""

import numpy as np
import pytest

from noise_ops.errors import UserError
from noise_ops.sabotage import returns, seams
from noise_ops.subjects import broken, catalog, modes, running
from noise_ops.subjects.broken import BrokenCallError, NoArrayError, as_array, observed, require_shape
from noise_ops.subjects.cases import Case
from noise_ops.subjects.libraries import tensorflow

CASE = Case(np.ones((4, 3), np.float32), seed=1, rate=0.5)
DROPOUT = next(layer for layer in catalog.checked() if layer.name == "keras.layers.Dropout")
WAYS = {
    "run": lambda: running.run(DROPOUT, CASE),
    "gradient": lambda: running.gradient(DROPOUT, CASE),
    "recomputed": lambda: running.recomputed(DROPOUT, CASE),
    "retraced": lambda: running.retraced(DROPOUT, CASE, [CASE.x]),
    **{mode: lambda mode=mode: running.run(DROPOUT, CASE, mode) for mode in modes.MODES},
}
"""The ways to a training call of a layer."""

every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


@every_way
def test_what_a_layer_raises_is_told_on_every_way(way):
    cut = returns.raising(LookupError, lambda call: bool(call["training"]))
    with seams.opened(DROPOUT, (cut,)), pytest.raises(BrokenCallError, match="LookupError") as told:
        way()
    assert (told.value.code, told.value.refused) == ("raises", False)
    assert len(str(told.value).splitlines()) == 1


@every_way
def test_another_shape_is_told_on_every_way(way):
    cuts = returns.in_training(lambda x: tensorflow().concat([x, x], axis=-1))
    with seams.opened(DROPOUT, cuts), pytest.raises(BrokenCallError) as told:
        way()
    assert told.value.code in ("dtype", "raises")


def test_a_layer_that_returns_its_input_has_two_replicas():
    with seams.opened(DROPOUT, returns.in_training(lambda x: x)):
        [output] = running.run(DROPOUT, CASE, "mirrored")
    np.testing.assert_array_equal(output, np.stack([CASE.x, CASE.x]))


def test_a_layer_that_hangs_on_no_input_has_the_gradient_0():
    with seams.opened(DROPOUT, returns.in_training(lambda x: tensorflow().ones_like(x))):
        np.testing.assert_array_equal(running.gradient(DROPOUT, CASE), np.zeros_like(CASE.x))


def test_a_crash_of_our_own_is_no_observation(monkeypatch):
    monkeypatch.setitem(modes.MODES, "eager", lambda subject, cases, calls: broken.require_shape(None, (), CASE))
    with pytest.raises(AttributeError):
        running.run(DROPOUT, CASE)


@pytest.mark.parametrize("error", [MemoryError(), OSError("no space left"), UserError("a sentence")])
def test_what_no_layer_can_help_passes_on(error):
    with pytest.raises(type(error)) as told, observed(CASE, "The call raises"):
        raise error
    assert told.value is error


@every_way
def test_what_a_layer_says_of_its_arguments_is_told_with_them_on_every_way(way):
    """Keras puts a line of its own before a message, and a trace many."""
    cut = returns.raising(
        lambda message: ValueError(f"The rate is 1.0395: {message}"), lambda call: bool(call["training"])
    )
    with seams.opened(DROPOUT, (cut,)), pytest.raises(BrokenCallError) as told:
        way()
    message = str(told.value)
    assert message.startswith("With rate=0.5: ")
    assert message.endswith("raises ValueError: The rate is 1.0395: a broken layer.")
    assert "Exception encountered" not in message


def test_a_refusal_is_a_value_error():
    cut = returns.raising(ValueError, lambda call: True, "__init__")
    with (
        seams.opened(DROPOUT, (cut,)),
        pytest.raises(BrokenCallError, match=r"^With rate=0.5: the constructor raises Value") as told,
    ):
        running.run(DROPOUT, CASE)
    assert told.value.refused


@pytest.mark.parametrize("returned", [None, 0.0, (), np.ones(3, np.float32)], ids=repr)
def test_what_is_no_tensor_is_no_array(returned):
    with pytest.raises(NoArrayError, match=type(returned).__name__):
        as_array(returned)


@pytest.mark.parametrize("value", [1, True, "noise", 1j], ids=repr)
def test_what_is_no_float_is_no_array(value):
    with pytest.raises(NoArrayError, match="tensor of floats"):
        as_array(tensorflow().constant(value))


def test_another_shape_is_named():
    with pytest.raises(BrokenCallError, match=r"Expected the shape \(4,\), observed \(3,\)"):
        require_shape(np.ones(3, np.float32), (4,), CASE)
