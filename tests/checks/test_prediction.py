"""checks/prediction.py: what counts as predicted under XLA, where the sum inside a selection may be rounded once."""

import numpy as np
import pytest

from noise_ops.checks.prediction import as_predicted
from noise_ops.reference.variates import FLOAT32
from noise_ops.subjects.cases import Case
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.libraries import Library
from noise_ops.subjects.targets import Target

EXPECTED = np.array([0.25, np.nan, np.inf, 1.0], np.float32)


def masked(mode):
    """A target that adds noise to a share of the elements."""
    return Target(
        LayerSubject(Library("keras", 3, None), "MaskedGaussianNoise", "masked_gaussian_noise"), FLOAT32, mode
    )


def moved(index, value):
    """What is expected, with one element changed."""
    changed = EXPECTED.copy()
    changed[index] = value
    return changed


@pytest.mark.parametrize(
    ("observed", "seen"),
    [
        (EXPECTED, True),
        (moved(0, np.nextafter(np.float32(0.25), np.float32(1))), True),
        (moved(0, 0.25 + 1e-4), False),
        (moved(1, 1.0), False),
        (moved(2, np.nan), False),
        (moved(2, -np.inf), False),
        (moved(3, np.nan), False),
    ],
)
def test_under_xla_an_element_may_be_an_ulp_off_and_what_is_not_finite_may_not(observed, seen):
    case = Case(np.array([0.0, np.nan, np.inf, 1.0], np.float32), rate=0.5, stddev=0.5)
    assert as_predicted(masked("xla"), case, observed, EXPECTED) is seen
    assert as_predicted(masked("eager"), case, observed, EXPECTED) is (observed is EXPECTED)
