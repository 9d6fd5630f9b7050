"""checks/strategies.py: every case is one that its target documents to work, and the first is an ordinary one."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from noise_ops.checks import axes, masks, strategies
from noise_ops.reference.variates import BFLOAT16, DTYPES, FLOAT32
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.libraries import Library
from noise_ops.subjects.targets import Target

ENTRIES = [
    ("Dropout", "dropout", None),
    ("SpatialDropout1D", "spatial_dropout", 3),
    ("SpatialDropout2D", "spatial_dropout", 4),
    ("GaussianNoise", "gaussian_noise", None),
    ("AlphaDropout", "alpha_dropout", None),
]
LIBRARIES = [Library("keras", 3, None), Library("tf_keras", 2, None)]
MODES = ["eager", "from_config", "reloaded"]

targets = st.builds(
    lambda library, entry, dtype, mode: Target(LayerSubject(library, *entry), dtype, mode),
    *map(st.sampled_from, (LIBRARIES, ENTRIES, DTYPES, MODES)),
)
DROPOUT = Target(LayerSubject(LIBRARIES[0], "Dropout", "dropout"), FLOAT32, "eager")
few = settings(max_examples=100, deadline=None, derandomize=True, database=None)


@st.composite
def targets_with(draw, cases, chosen=targets):
    """A target and one of its cases."""
    target = draw(chosen)
    return target, draw(cases(target))


@few
@given(targets_with(strategies.cases))
def test_a_case_fits_its_target(pair):
    target, case = pair
    assert case.x.dtype == target.dtype
    assert target.subject.rank in (None, case.x.ndim)
    assert (case.rate is None) == (target.subject.op == "gaussian_noise")
    assert (case.stddev is not None) == (target.subject.op == "gaussian_noise")


@few
@given(targets_with(strategies.cases))
def test_parameters_are_ones_that_both_libraries_accept(pair):
    case = pair[1]
    assert case.rate is None or 0 < case.rate < 1
    assert case.stddev is None or 0 < case.stddev <= 1
    assert -(2**63) <= case.seed < 2**63


@few
@given(targets_with(strategies.cases))
def test_a_noise_shape_broadcasts_to_the_input(pair):
    case = pair[1]
    entries = case.noise_shape or case.x.shape
    sizes = tuple(size if entry is None else entry for entry, size in zip(entries, case.x.shape, strict=True))
    assert np.broadcast_shapes(sizes, case.x.shape) == case.x.shape


@few
@given(targets_with(strategies.cases))
def test_what_is_saved_to_a_file_has_a_batch_that_is_not_empty(pair):
    target, case = pair
    assert target.mode != "reloaded" or (case.x.ndim > 0 and case.x.size > 0)


@few
@given(targets_with(strategies.finite_cases))
def test_finite_cases_are_finite(pair):
    assert np.isfinite(pair[1].x.astype(np.float64)).all()


@few
@given(targets_with(strategies.mask_cases))
def test_mask_cases_have_so_many_units_that_chance_is_out(pair):
    target, case = pair
    units = case.x.size if target.subject.rank is None else case.x.shape[0] * case.x.shape[-1]
    assert units >= 64
    assert (case.rate or case.stddev) == 0.5


@few
@given(targets_with(strategies.mask_cases))
def test_both_neighbours_of_a_seed_are_seeds_too(pair):
    assert -(2**63) <= pair[1].seed - 1 < pair[1].seed + 1 < 2**63


@few
@given(targets_with(strategies.grain_cases))
def test_grain_cases_have_so_many_draws_that_a_few_coincidences_do_not_count(pair):
    assert pair[1].x.size * 0.01 > 10
    assert len(np.unique(pair[1].x)) == 1


def test_along_every_axis_of_every_rank_a_mask_is_seen_to_vary():
    seen = set()
    for case in axes.noise_shape_cases(DROPOUT):
        layout = case.noise_shape or case.x.shape
        units = math.prod(layout)
        seen |= {(case.x.ndim, axis) for axis, size in enumerate(layout) if units - units // size >= masks.CHANCE_UNITS}
    assert seen == {(rank, axis) for rank in range(1, 6) for axis in range(rank)}


def test_the_hard_layouts_share_a_mask_along_every_choice_of_axes_of_every_rank():
    cases = [case for case in axes.noise_shape_cases(DROPOUT) if case.noise_shape is not None]
    shared = {(case.x.ndim, tuple(size == 1 for size in case.noise_shape)) for case in cases}
    assert shared == {
        (rank, choice) for rank in range(1, 6) for choice in product((True, False), repeat=rank) if any(choice)
    }
    assert all(1 not in case.x.shape for case in cases)


@few
@given(targets_with(strategies.moderate_cases))
def test_moderate_cases_double_exactly(pair):
    x = pair[1].x
    assert np.array_equal((x * 2) / 2, x)


def first(cases):
    """The case that a run of one example is spent on."""
    tried = []
    settings(max_examples=1, derandomize=True, database=None)(given(cases)(lambda case: tried.append(case)))()
    return tried[0]


def test_the_first_case_is_an_ordinary_call():
    case = first(strategies.cases(DROPOUT))
    assert (case.x.shape, case.rate, case.seed, case.noise_shape) == ((4, 4), 0.3, 0, None)


@pytest.mark.parametrize("dtype", [FLOAT32, BFLOAT16], ids=str)
@pytest.mark.parametrize(
    "awkward",
    [
        lambda x: np.isnan(x).any(),
        lambda x: np.isinf(x).any(),
        lambda x: (np.signbit(x) & (x == 0)).any(),
        lambda x: x.size == 0,
        lambda x: x.ndim == 0,
        lambda x: x.ndim == 5,
    ],
    ids=["nan", "infinity", "minus zero", "empty", "scalar", "rank 5"],
)
def test_awkward_inputs_are_found(dtype, awkward):
    target = Target(DROPOUT.subject, dtype, "eager")
    wide = settings(max_examples=5000, deadline=None, derandomize=True, database=None)
    assert awkward(find(strategies.cases(target), lambda case: bool(awkward(case.x)), settings=wide).x)
