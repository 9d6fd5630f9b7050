"""tensors.py: an array comes back from TensorFlow with its bits, in every dtype, and in the reference's own types."""

import numpy as np
import pytest

from noise_ops.reference.variates import DTYPES
from noise_ops.subjects.libraries import tensorflow
from noise_ops.subjects.tensors import array, fed, tensor

each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.name)
VALUES = [0.0, -0.0, 1.5, -3.25, 1e-40, float("nan"), float("inf"), float("-inf")]


@each_dtype
def test_an_array_comes_back_with_its_bits_and_its_type(dtype):
    values = np.array(VALUES).astype(dtype).reshape(2, 4)
    made = tensor(values)
    assert made.dtype.name == dtype.name
    assert array(made).dtype == dtype
    assert array(made).tobytes() == values.tobytes()
    assert array(made).shape == values.shape


@each_dtype
def test_what_is_fed_has_the_type_of_the_installed_release(dtype):
    values = np.array(VALUES).astype(dtype)
    own = tensorflow().as_dtype(dtype.name).as_numpy_dtype
    assert fed(values).dtype == own
    assert fed(values).tobytes() == values.tobytes()


@each_dtype
def test_what_predict_returns_is_read_as_well(dtype):
    values = np.array(VALUES).astype(dtype)
    assert array(fed(values)).dtype == dtype
