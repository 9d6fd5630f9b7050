"""values.py: arrays become facts that hold each of their bits."""

import ml_dtypes
import numpy as np
import pytest

from noise_ops.subjects import values
from noise_ops.subjects.tensors import numpy_dtype

ONE, NEXT = np.float32([1, 0]), np.nextafter(np.float32([1, 0]), np.float32(2))
NAN = np.array([0x7FC00000, 0xFFC00001], np.uint32).view(np.float32)
"""Two of the many."""


def test_the_standard_input_is_exact_in_every_dtype_and_nowhere_zero():
    x = values.ramp((255, 257))
    assert x.all()
    assert np.array_equal(x.astype(np.float16).astype(np.float64), x)
    assert np.array_equal((x.astype(np.float32).view(np.uint32) & 0xFFFF), np.zeros((255, 257)))  # as bfloat16


def test_one_bit_makes_another_digest():
    assert values.digest(ONE) == values.digest(ONE.copy()) != values.digest(NEXT)


def test_words_are_read_from_the_left():
    assert values.words(ONE) == "3f800000 00000000"


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (ONE, ONE.copy(), True),
        (ONE, NEXT, False),
        (np.float32([0.0]), np.float32([-0.0]), False),
        (NAN[:1], NAN[1:], True),
        (ONE, ONE.astype(np.float64), False),
        (ONE, ONE[:1], False),
    ],
)
def test_arrays_are_the_same_in_every_bit_but_those_of_nan(a, b, expected):
    assert values.same(a, b) is expected


def test_labels_name_equal_arrays_alike():
    assert values.labels([ONE, NEXT, None, ONE]) == "ab-a"


@pytest.mark.parametrize(
    ("b", "word"), [(ONE, "bits"), (NEXT, "close"), (np.float32([2, 0]), "mask"), (np.float32([2, 1]), "no")]
)
def test_likeness_is_said_in_a_word(b, word):
    assert values.likeness(ONE, b) == word


@pytest.mark.parametrize(
    ("y", "word"),
    [
        ([1, 0], "identity"),
        ([0, 0], "zeros"),
        ([1, np.nan], "nan"),
        ([1, np.inf], "inf"),
        ([1, -0.0], "equal values"),
        ([2, 0], "noise"),
        ([], "empty"),
    ],
)
def test_what_a_layer_made_of_its_input_is_said_in_a_word(y, word):
    assert values.seen_values(ONE, np.float32(y)) == word


def test_axes_along_which_an_array_is_constant():
    assert values.constant_axes(np.array([[1, 1], [2, 2]])) == "[1]"
    assert values.described(ONE) == "float32 [2]"


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3)])
def test_an_awkward_input_begins_with_what_an_identity_may_change(shape, dtype):
    x = np.ones(shape, numpy_dtype(dtype))
    y = values.awkward(x)
    minus_zero, *rest = values.numbers(y).ravel()
    assert (minus_zero, np.signbit(minus_zero)) == (0, True)
    assert [0 < v < float(ml_dtypes.finfo(x.dtype).smallest_normal) for v in rest[:1]] == [True] * len(rest[:1])
    assert [str(v) for v in rest[1:]] == ["nan", "inf", "1.0", "1.0"][: len(rest[1:])]
    assert (y.dtype, y.shape, values.numbers(x).min(initial=1)) == (x.dtype, x.shape, 1)
