"""checks/axes.py: the hard cases hold every edge value, and in eager float32 every pair of them."""

from itertools import product

import ml_dtypes
import numpy as np
import pytest

from noise_ops.checks import axes
from noise_ops.reference.variates import BFLOAT16, DTYPES, FLOAT32
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.libraries import Library
from noise_ops.subjects.targets import Target

KERAS = Library("keras", 3, None)
DROPOUT = Target(LayerSubject(KERAS, "Dropout", "dropout"), FLOAT32, "eager")
SPATIAL = Target(LayerSubject(KERAS, "SpatialDropout2D", "spatial_dropout", 4), FLOAT32, "eager")
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=str)


def at(dtype, mode, target=DROPOUT):
    """A target in another dtype and mode."""
    return Target(target.subject, dtype, mode)


def test_every_pair_of_edge_values_is_asked():
    cases = axes.paired_cases(DROPOUT)
    assert {(case.seed, case.rate) for case in cases} == set(product(axes.SEEDS, axes.RATES))
    assert {(case.seed, case.x.shape) for case in cases} == set(product(axes.SEEDS, axes.SHAPES))
    assert {(case.rate, case.x.shape) for case in cases} == set(product(axes.RATES, axes.SHAPES))


@pytest.mark.parametrize("mode", ["eager", "function", "fit", "predict", "reloaded", "mirrored"])
@each_dtype
def test_every_edge_value_is_asked_in_every_dtype_and_mode(dtype, mode):
    cases = axes.cases(at(dtype, mode))
    assert {case.seed for case in cases} == set(axes.SEEDS)
    assert {case.rate for case in cases} == set(axes.RATES)
    assert {case.x.shape for case in cases} == set(axes.shapes(at(dtype, mode)))


@pytest.mark.parametrize("place", [8, 16, 31, 32])
def test_seeds_lie_on_both_sides_of_every_word(place):
    assert {abs(seed) < 2**place for seed in axes.SEEDS} == {True, False}
    assert {0, -1, 2**63 - 1, -(2**63)} <= set(axes.SEEDS)


def test_ranks_are_0_to_5_and_an_axis_is_empty():
    assert {len(shape) for shape in axes.SHAPES} == set(range(6))
    assert any(0 in shape for shape in axes.SHAPES)
    assert any(shape[0] == 1 for shape in axes.SHAPES if shape)


@each_dtype
def test_awkward_values_are_met_where_an_element_is_kept_and_where_it_is_dropped(dtype):
    values = axes.special_values(dtype, finite=False)
    x = axes.holding((16, 17), "special", dtype, finite=False, entropy=3).astype(np.float64)
    counts = [int(np.sum((x == value) & (np.signbit(x) == np.signbit(value)))) for value in values if value == value]
    assert min(counts) >= 16
    assert np.isnan(x).sum() >= 16


@each_dtype
def test_finite_inputs_still_hold_both_zeros_and_denormals(dtype):
    cases = axes.finite_cases(at(dtype, "eager"))
    x = np.concatenate([case.x.ravel() for case in cases]).astype(np.float64)
    tiny = float(ml_dtypes.finfo(dtype).tiny)
    assert np.isfinite(x).all()
    assert (np.signbit(x) & (x == 0)).any()
    assert (~np.signbit(x) & (x == 0)).any()
    assert ((x != 0) & (np.abs(x) < tiny)).any()


def test_a_batch_is_shared_where_cases_share_it():
    assert {case.x.shape[0] for case in axes.cases(at(FLOAT32, "fit"))} == {8}
    assert all(case.x.size for case in axes.cases(at(FLOAT32, "reloaded")))


def test_the_seeds_differ_in_every_bit_in_sign_and_by_powers_of_ten():
    seeds = [case.seed for case in axes.seed_cases(DROPOUT)]
    base = seeds[0] % 2**64
    assert {bit for bit in range(64) if (base ^ (1 << bit)) in {seed % 2**64 for seed in seeds}} == set(range(64))
    assert -seeds[0] in seeds
    assert all(seeds[0] + 10**power in seeds for power in range(19))
    assert all(-(2**63) <= seed < 2**63 for seed in seeds)


@pytest.mark.parametrize("asked", [DROPOUT, SPATIAL], ids=str)
def test_mask_cases_have_so_many_units_that_chance_is_out(asked):
    for case in axes.mask_cases(asked):
        assert axes.units(asked, case.x.shape) >= 64
        assert (case.rate, case.seed + 1 < 2**63, case.seed - 1 >= -(2**63)) == (0.5, True, True)


def test_a_large_tensor_is_larger_than_two_million_units():
    assert axes.large_case(DROPOUT).x.size > 2**21
    assert axes.units(SPATIAL, axes.large_case(SPATIAL).x.shape) == 16009
    assert axes.large_case(SPATIAL).x.size > 2**20


def test_a_dtype_of_half_precision_holds_its_own_limits():
    largest = axes.special_values(BFLOAT16, finite=False)[-2]
    assert np.isfinite(np.array(largest, BFLOAT16).astype(np.float64))
