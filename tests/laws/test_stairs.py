"""stairs.py: the corners are those of the implemented law, which only half precision shows as stairs."""

import pytest

from noise_ops.laws import stairs


@pytest.mark.parametrize(("dtype", "bits"), [("bfloat16", 7), ("float16", 10)])
def test_every_tread_is_a_whole_number_of_steps_of_the_lattice(dtype, bits):
    corners = stairs.of_subject("tf.nn.dropout", dtype, "eager", 0.001, 0.9)
    assert all((p * 2**bits).is_integer() for _, p in corners)
    assert all(p >= rate * (1 - 2**-8) for rate, p in corners)  # a rate is rounded to the dtype, then up
    assert [p for _, p in corners] == sorted(p for _, p in corners)


def test_the_first_tread_is_where_the_documentation_of_the_deviation_has_it():
    corners = stairs.of_subject("keras.layers.Dropout", "bfloat16", "eager", 0.001, 0.9)
    assert corners[0] == (pytest.approx(0.001), 2**-7)
    assert corners[1][0] < 2**-7 * 1.02  # from there on the next tread


def test_a_tread_is_two_corners():
    corners = stairs.of_subject("tf.nn.dropout", "bfloat16", "eager", 0.001, 0.02)
    assert [p for _, p in corners] == [2**-7, 2**-7, 2**-6, 2**-6, 3 * 2**-7, 3 * 2**-7]


def test_an_unknown_subject_has_none():
    assert stairs.of_subject("mypkg:DropPath", "bfloat16", "eager", 0.001, 0.9) == ()


def test_of_a_dtype_they_are_those_of_a_layer_that_draws_in_it():
    of_layer = stairs.of_subject("keras.layers.Dropout", "bfloat16", "eager", 0.001, 0.9)
    assert stairs.of_dtype("bfloat16", 0.001, 0.9) == of_layer
