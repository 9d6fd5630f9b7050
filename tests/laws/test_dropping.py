"""dropping.py: the implemented drop probability is the documented rate, rounded up to the dtype's lattice."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noise_ops import laws
from noise_ops.laws.of_ops import law_of_op
from noise_ops.reference.ops import ALPHA_PRIME
from noise_ops.reference.variates import BFLOAT16, FLOAT16, FLOAT32, FLOAT64

BITS = {BFLOAT16: 7, FLOAT16: 10, FLOAT32: 23, FLOAT64: 52}
"""Bits of a kernel's uniform: the explicit mantissa bits of each dtype."""

rates = st.sampled_from([0.0, 0.001, 0.01, 0.1, 0.3, 0.5, 0.9, 1.0]) | st.floats(0, 1)


def dropped_share(rate, dtype):
    """The share of lattice points k / 2**b below the rate, which TensorFlow rounds to the dtype first."""
    rounded = Fraction(float(np.asarray(rate, np.float64).astype(dtype)))
    return Fraction(math.ceil(rounded * 2 ** BITS[dtype]), 2 ** BITS[dtype])


@pytest.mark.parametrize("dtype", BITS, ids=str)
@given(rate=rates)
def test_the_implemented_probability_is_the_share_of_lattice_points_below_the_rate(dtype, rate):
    assert Fraction(laws.drops(rate).p_one(dtype)) == dropped_share(rate, dtype)


@pytest.mark.parametrize(
    ("rate", "dtype", "expected"),
    [
        (0.01, BFLOAT16, 2 / 128),
        (0.001, BFLOAT16, 1 / 128),
        (0.1, BFLOAT16, 13 / 128),
        (0.3, BFLOAT16, 39 / 128),
        (0.001, FLOAT16, 2 / 1024),
        (0.01, FLOAT16, 11 / 1024),
        (0.5, BFLOAT16, 0.5),
    ],
)
def test_known_sizes(rate, dtype, expected):
    assert laws.drops(rate).p_one(dtype) == expected


@given(rate=rates)
def test_float32_keeps_the_documented_rate_within_one_lattice_step(rate):
    assert abs(laws.drops(rate).p_one(FLOAT32) - rate) <= 2**-23


@given(rate=rates)
def test_xla_draws_bfloat16_masks_as_float32(rate):
    implemented = laws.drops(rate).p_one(BFLOAT16, "xla")
    rounded = float(np.asarray(rate, np.float64).astype(BFLOAT16))
    assert 0 <= Fraction(implemented) - Fraction(rounded) < Fraction(1, 2**23)


@pytest.mark.parametrize("op", ["alpha_dropout", "masked_gaussian_noise"])
def test_masks_drawn_in_float32_are_as_dense_as_documented(op):
    assert law_of_op(op, 0.01, 1.0).p_one(BFLOAT16) == law_of_op(op, 0.01, 1.0).p_one(FLOAT32)


@given(rate=st.floats(1e-6, 1 - 1e-6))
def test_dropout_and_its_gaussian_form_have_the_variance_of_a_scaled_coin(rate):
    mean_square = (1 - rate) * (1 / (1 - rate)) ** 2
    for op in ("dropout", "gaussian_dropout", "spatial_dropout"):
        # The difference cancels to about rate, so that its relative rounding grows as 1 / rate.
        assert law_of_op(op, rate, 1.0).variance == pytest.approx(mean_square - 1, rel=1e-8)


@pytest.mark.parametrize("op", ["gaussian_noise", "masked_gaussian_noise"])
def test_additive_noise_has_the_documented_deviation(op):
    assert law_of_op(op, 0.3, 0.7).variance == pytest.approx(0.49)


@pytest.mark.parametrize(("value", "text"), [(0.0, "0"), (-1.0, "-1"), (0.1, "0.1"), (ALPHA_PRIME, repr(ALPHA_PRIME))])
def test_the_value_of_dropped_units_is_told_in_full(value, text):
    law = laws.drops(0.3, scaled=False, value=value)
    assert law.state == f"y == {text}"
    assert law.states_at_origin(np.array([value, 1.0])).tolist() == [True, False]


@pytest.mark.parametrize("dtype", BITS, ids=str)
def test_an_input_near_the_saturation_value_does_not_show_whether_alpha_dropout_dropped_it(dtype):
    x = np.array([ALPHA_PRIME, ALPHA_PRIME + 0.1, -ALPHA_PRIME, 1, -1, np.nan, np.inf, 9], dtype)
    assert laws.drops_affinely(0.3).visible(x).tolist() == [False, False, True, True, True, False, False, False]
