"""Hypothesis draws the inputs: sizes and values that nobody chose, or those of a strategy of the user's."""

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from noise_ops import laws
from noise_ops.testing import LayerError, check_layer, strategies

DROPS = laws.drops(0.3)


def dropout(x, seed):
    kept = np.random.default_rng(seed).random(x.shape) >= 0.3
    return np.where(kept, x / np.float32(0.7), 0).astype(x.dtype)


def asked(function, law=DROPS, **options):
    """The outcome of the property."""
    report = check_layer(function, law, properties=["kept_on_any_input"], on_fail="report", **options)
    return report.outcomes[0]


def test_a_right_layer_keeps_it():
    assert asked(dropout).outcome == "passed"
    assert asked(dropout, inputs=(0.0, 1.0), outputs=(0.0, 2.0), shape=(None, 4, 4, 1)).outcome == "passed"


@pytest.mark.parametrize(
    ("function", "options", "says"),
    [
        (lambda x, seed: dropout(x, seed)[: len(x) // 2 * 2], {}, r"Of an input of shape (1, "),
        (lambda x, seed: dropout(x, seed) + (len(x) > 20) * np.nan, {}, "outputs are nan or infinite"),
        (lambda x, seed: dropout(x, seed).astype("float64" if len(x) < 4 else "float32"), {}, "the output is float64"),
        (lambda x, seed: dropout(x, seed) * (2 - (len(x) > 8)), {}, "nor x * 1.42857"),
        (lambda x, seed: dropout(x, seed), {"outputs": (0, 1), "inputs": (0, 1)}, "lie outside [0, 1]"),
        (lambda x, seed: dropout(x, seed) if len(x) > 3 else x[5], {"shape": (None, 6)}, "raises IndexError"),
    ],
    ids=["odd", "nan", "dtype", "scale", "bounds", "raises"],
)
def test_what_breaks_on_some_input_is_found_on_the_simplest(function, options, says):
    outcome = asked(function, **options)
    assert outcome.outcome == "failed"
    assert says in outcome.message


def test_a_layer_may_refuse_sides_that_nobody_named():
    def refusing(x, seed):
        if x.shape[1] != 33:
            raise ValueError("33 features are wanted.")
        return dropout(x, seed)

    assert asked(refusing).outcome == "passed"


def test_it_draws_the_same_every_time():
    seen = []

    def noting(x, seed):
        seen.append(x.shape)
        return dropout(x, seed)

    asked(noting)
    first = list(seen)
    seen.clear()
    asked(noting)
    assert seen == first
    assert len(set(seen)) > 5


def test_noise_that_nothing_seeds_is_found_too():
    def unseeded(x):
        y = dropout(x, None)
        return y * np.float32(np.nan if len(x) > 3 and np.random.default_rng().random() < 0.5 else 1)

    outcome = asked(unseeded, shape=(None, 5))
    assert outcome.outcome == "failed"
    assert "nan or infinite" in outcome.message


def test_inputs_of_a_strategy_are_given():
    shapes = set()

    def noting(x, seed):
        shapes.add(x.shape)
        return dropout(x, seed)

    drawn = strategies.inputs(st.integers(2, 9).map(lambda n: (n, 3)), low=1.0, high=2.0)
    assert asked(noting, inputs=drawn).outcome == "passed"
    assert len(shapes) > 2
    assert {shape[1] for shape in shapes} == {3}


def test_the_first_that_is_no_constant_is_the_input_of_other_properties():
    drawn = arrays.arrays("float32", (16, 9), elements=st.floats(0, 4, width=32))
    names = ["noise_is_drawn", "new_call_new_noise", "shape_and_dtype_kept"]
    report = check_layer(dropout, DROPS, properties=names, on_fail="report", inputs=drawn)
    assert {each.outcome for each in report.outcomes} == {"passed"}


def test_a_strategy_of_no_arrays_is_refused():
    with pytest.raises(LayerError, match="a strategy of inputs draws arrays"):
        check_layer(dropout, DROPS, inputs=st.integers())
    with pytest.raises(LayerError, match="draws nothing"):
        check_layer(dropout, DROPS, inputs=st.nothing())


def test_named_arrays_have_values_of_their_own():
    names = ["kept_on_any_input", "input_untouched"]
    report = check_layer(dropout, DROPS, properties=names, on_fail="report", inputs=np.ones((4, 3), "float32"))
    told = {each.property: each.message for each in report.outcomes if each.outcome == "skipped"}
    assert "Hypothesis strategy" in told["kept_on_any_input"]
