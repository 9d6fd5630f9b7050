"""sabotage/strikes.py: wounds strike where they say, and nowhere else."""

import numpy as np
import pytest

from noise_ops.sabotage import seams, strikes
from noise_ops.sabotage.strikes import EFFECTS
from noise_ops.subjects import catalog, running
from noise_ops.subjects.broken import BrokenCallError
from noise_ops.subjects.cases import Case

NOISE, DROPOUT = (
    next(layer for layer in catalog.checked() if layer.name == f"keras.layers.{name}")
    for name in ("GaussianNoise", "Dropout")
)
X = np.array([[0.0, -0.0, 1e-40, np.inf, -1.0, 3.0, 1.0, 0.5]], np.float32)


def struck(condition, effect="nan", case=None, mode="eager", calls=1):
    """The outputs of a noise layer with a wound."""
    with seams.opened(NOISE, (strikes.struck(((condition, EFFECTS[effect]),)),)):
        return running.run(NOISE, case or Case(X, 1, stddev=0.5), mode, calls)


@pytest.mark.parametrize(
    ("value", "hit"),
    [
        ("positive-zero", [0, 2]),  # TensorFlow takes a denormal for 0
        ("negative-zero", [1]),
        ("denormal", [2]),
        ("infinite", [3]),
        ("negative", [4]),
        ("beyond-2", [3, 5]),
        ("one", [6]),
    ],
)
def test_a_value_is_hit(value, hit):
    [output] = struck(strikes.value_is(value))
    assert np.flatnonzero(np.isnan(output)).tolist() == hit


@pytest.mark.parametrize(
    ("condition", "hit"),
    [
        (strikes.place_from(6), [6, 7]),
        (strikes.first_element(), [0]),
        (strikes.last_element(), [7]),
        (strikes.remainder(3), [6, 7]),
        (strikes.every(3, 1), [1, 4, 7]),
        (strikes.always(), list(range(8))),
        (strikes.size_from(8), list(range(8))),
        (strikes.size_from(9), []),
        (strikes.size_below(9), list(range(8))),
        (strikes.rank_is(2), list(range(8))),
        (strikes.rank_is(3), []),
        (strikes.batch_of_one(), list(range(8))),
        (strikes.odd_row(), []),
        (strikes.dtype_is("float32"), list(range(8))),
        (strikes.dtype_is("float64"), []),
        (strikes.seed_is(1), list(range(8))),
        (strikes.seed_negative(), []),
        (strikes.seed_from(8), []),
        (strikes.in_graphs(), []),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
@pytest.mark.parametrize("mode", ["eager", "function"])
def test_a_condition_holds_where_it_says(condition, hit, mode):
    wanted = list(range(8)) if condition.name == "in-graphs" and mode == "function" else hit
    [output] = struck(condition, mode=mode)
    assert np.flatnonzero(np.isnan(output)).tolist() == wanted


@pytest.mark.parametrize("mode", ["eager", "function"])
@pytest.mark.parametrize(
    ("condition", "hit"),
    [
        (strikes.call_from(2), [2, 3, 4]),
        (strikes.call_is(1), [1]),
        (strikes.every_call(2), [1, 3]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_calls_are_counted_in_every_mode(condition, hit, mode):
    outputs = struck(condition, mode=mode, calls=5)
    assert [call for call, output in enumerate(outputs) if np.isnan(output).all()] == hit


def test_rates_are_told_apart():
    for condition, hit in ((strikes.rate_from(0.5), [0.5, 0.9]), (strikes.rate_below(0.5), [0.1])):
        with seams.opened(DROPOUT, (strikes.struck(((condition, EFFECTS["nan"]),)),)):
            outputs = {rate: running.run(DROPOUT, Case(X, 1, rate=rate))[0] for rate in (0.1, 0.5, 0.9)}
        assert [rate for rate, output in outputs.items() if np.isnan(output).all()] == hit


def test_a_call_raises_where_it_says():
    with pytest.raises(BrokenCallError, match="IndexError"):
        struck(strikes.rank_is(2), "raises")
    struck(strikes.rank_is(1), "raises")


@pytest.mark.parametrize("effect", EFFECTS)
def test_an_effect_has_an_effect(effect):
    case = Case(np.linspace(0.3, 0.9, 64, dtype=np.float32), 1, stddev=0.5)
    if effect == "raises":
        return
    changed, gradient = struck(strikes.always(), effect, case)[0], None
    with seams.opened(NOISE, (strikes.struck(((strikes.always(), EFFECTS[effect]),)),)):
        gradient = running.gradient(NOISE, case)
    same = np.array_equal(changed, running.run(NOISE, case)[0])
    assert same is effect.startswith("gradient")
    assert same is False or not np.array_equal(gradient, running.gradient(NOISE, case))
