"""The public strategies give what they say, and refuse what means nothing."""

import numpy as np
import pytest
from hypothesis import given

from noise_ops.testing import strategies


@given(strategies.rates(), strategies.rates(limits=True), strategies.stddevs(limits=True), strategies.seeds())
def test_numbers_lie_within_their_bounds(rate, limited, stddev, seed):
    assert 0 < rate < 1
    assert 0 <= limited <= 1
    assert 0 <= stddev <= 10
    assert 0 <= seed < 2**31


@given(strategies.shapes(3, min_side=2, max_side=4), strategies.shapes(batch=7))
def test_shapes_have_the_sides_that_are_asked_for(shape, batched):
    assert len(shape) == 3
    assert all(2 <= side <= 4 for side in shape)
    assert batched[0] == 7


@given(strategies.inputs(strategies.shapes(2), "bfloat16", low=0.5, high=1.0), strategies.dtypes())
def test_inputs_have_the_dtype_and_the_values_that_are_asked_for(x, dtype):
    assert x.dtype.name == "bfloat16"
    assert ((x >= 0.5) & (x <= 1)).all()
    assert dtype in strategies.DTYPE_NAMES


@given(strategies.inputs((40,), finite=False))
def test_inputs_are_finite_but_for_an_element_or_two(x):
    assert np.count_nonzero(~np.isfinite(x)) <= 2


@pytest.mark.parametrize("asked", [{"min_side": 3, "max_side": 2}, {"min_side": -1}, {"rank": -1}, {"rank": 99}])
def test_what_means_nothing_is_refused(asked):
    with pytest.raises(ValueError, match=r"is a number|are lengths"):
        strategies.shapes(**asked)
