"""What the tests of the reference pipeline share: one comparison, one Hypothesis profile, one list of dtypes."""

import ml_dtypes
import numpy as np
import pytest
from hypothesis import settings

DTYPES = ("float16", "bfloat16", "float32", "float64")
each_dtype = pytest.mark.parametrize("dtype", DTYPES)


def reproducible(examples):
    """Settings under which Hypothesis draws the same examples in every run."""
    return settings(max_examples=examples, derandomize=True, deadline=None, database=None)


def numpy_dtype(name):
    return np.dtype(ml_dtypes.bfloat16 if name == "bfloat16" else name)


def assert_same_bits(predicted, witness):
    """Fails unless shape, dtype and every bit agree; nan equals nan, whose sign and payload are open."""
    # A bfloat16 scalar of TensorFlow has a .numpy(), and no array of its own.
    predicted, witness = np.asarray(predicted), np.asarray(getattr(witness, "numpy", lambda: witness)())
    assert (predicted.shape, predicted.dtype) == (witness.shape, witness.dtype)
    bits = f"u{witness.itemsize}"
    same = predicted.reshape(-1).view(bits) == witness.reshape(-1).view(bits)
    if witness.dtype.kind not in "iu":
        same |= np.isnan(predicted.reshape(-1)) & np.isnan(witness.reshape(-1))
    wrong = np.flatnonzero(~same)
    assert not wrong.size, (
        f"{wrong.size} of {same.size} elements differ, first at {wrong[0]}: "
        f"predicted {predicted.reshape(-1)[wrong[0]]!r}, witnessed {witness.reshape(-1)[wrong[0]]!r}."
    )
