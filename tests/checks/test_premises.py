"""checks/premises.py: what rests on a seed that a layer does not keep is not told of, and never passes."""

import numpy as np
import pytest

from noise_ops import KerasSeed
from noise_ops.checks import masks, outputs
from noise_ops.reference import ops
from noise_ops.reference.variates import FLOAT32
from tests.checks._told import Told, ToldTarget, drawn_with


def unkept():
    """A target whose layers draw with a seed of their own, whatever they are given."""
    numbers = iter(range(10**6))
    return drawn_with(lambda case: KerasSeed(next(numbers)))


CHECKS = (masks.mask_independent_of_input, masks.non_finite_dropped, outputs.scale_equivariant)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_where_the_seed_is_not_kept_it_is_told_as_the_cause(check):
    target = unkept()
    finding = check(target, target.standard)
    assert (finding.code, finding.property) == ("same-seed", check.__name__)
    assert "cannot be told" in finding.message


def test_a_mask_that_depends_on_the_input_is_told_where_the_seed_is_kept():
    def draw(case, calls):
        seed = KerasSeed(case.seed)
        return [np.where(case.x > 0.5, case.x, ops.dropout(case.x, case.rate, seed=seed)) for _ in range(calls)]

    target = ToldTarget(Told(draw), FLOAT32, "eager")
    finding = masks.mask_independent_of_input(target, target.standard)
    assert finding.code == "mask-depends-on-input"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_sound_layer_is_not_told_of(check):
    target = drawn_with(lambda case: KerasSeed(case.seed))
    assert check(target, target.standard.on(np.ones((64, 33), np.float32))) is None
