"""evidence.py: what is kept of a sample is what counting gives, and draws add up to their concatenation."""

import itertools
import json
from dataclasses import asdict, replace
from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noise_ops.stats.evidence import AXIS_LAGS, BOUNDS, FLAT_LAGS, Evidence, Pairs, Runs
from tests.stats._oracles import reproducible

UNIT = 2.0**-20


def draw(seed, rows, columns, share=0.4):
    """One draw of states and noise."""
    rng = np.random.default_rng(seed)
    return rng.random((2, 2, rows, columns)) < share, 1.5 * rng.standard_normal(4 * rows * columns)


def in_order(draws, order, lag):
    """Every state of the draws as one list, in the order in which a lag is read: built element by element."""
    listed = []
    for states, _ in draws:
        for block in states.reshape(4, *states.shape[2:]):
            lines = {"row": block, "column": block.T, "flat": block.reshape(1, -1)}[order]
            for start in range(lag):
                for line in lines:
                    listed += line[start::lag].tolist()
    return listed


def count_runs(states):
    """Runs of ones, one by one."""
    return sum(1 for state, _ in itertools.groupby(states) if state)


def orders(rows, columns):
    """The orders for which a draw has room."""
    room = {"row": columns, "column": rows}
    axes = [(axis, lag) for axis in room for lag in AXIS_LAGS if 2 * lag <= room[axis]]
    return axes + [("flat", lag) for lag in FLAT_LAGS if 2 * lag <= rows * columns]


shapes = st.tuples(st.integers(1, 9), st.integers(1, 9))


@reproducible(60)
@given(
    shape=shapes, share=st.sampled_from([0.0, 0.1, 0.5, 1.0]), seeds=st.lists(st.integers(0, 9), min_size=1, max_size=3)
)
def test_runs_are_those_of_the_concatenation(shape, share, seeds):
    draws = [draw(seed, *shape, share) for seed in seeds]
    total = reduce(add, (Evidence.of_draw(*one) for one in draws))
    assert set(total.runs) == set(orders(*shape))
    for order, runs in total.runs.items():
        listed = in_order(draws, *order)
        assert runs == (count_runs(listed), listed[0], listed[-1])


@pytest.mark.parametrize(("rows", "columns"), [(300, 7), (5, 300), (130, 130), (90, 97)])
def test_long_lags_are_counted_too(rows, columns):
    draws = [draw(1, rows, columns)]
    found = Evidence.of_draw(*draws[0]).runs
    assert set(found) == set(orders(rows, columns))
    for order, runs in found.items():
        assert runs.runs == count_runs(in_order(draws, *order))


def test_every_order_holds_every_state_once():
    # The runs given the count have their law in any fixed order, and only in an order.
    states = np.arange(4 * 5 * 8).reshape(2, 2, 5, 8)
    for order, lag in orders(5, 8):
        assert sorted(in_order([(states, None)], order, lag)) == list(range(states.size))


@reproducible(30)
@given(shape=shapes, seeds=st.lists(st.integers(0, 99), min_size=1, max_size=4))
def test_adding_draws_counts_the_concatenation(shape, seeds):
    draws = [draw(seed, *shape) for seed in seeds]
    total = reduce(add, (Evidence.of_draw(*one) for one in draws))
    states = np.concatenate([one[0] for one in draws], axis=2)
    noise = np.concatenate([one[1] for one in draws])
    assert (total.draws, total.n, total.normals) == (len(draws), states.size, noise.size)
    assert total.ones == states.sum()
    assert total.rows * len(total.columns) == total.n
    assert total.columns == tuple(states.sum(axis=(0, 1, 2)))
    for pairs, axis in ((total.seeds, 0), (total.calls, 1)):
        first, second = states.take(0, axis), states.take(1, axis)
        assert pairs == (first.size, first.sum(), second.sum(), (first & second).sum())
    assert total.beyond == tuple((side * noise > bound).sum() for side in (1, -1) for bound in BOUNDS)
    for exponent in (1, 2, 3, 4):
        # Each draw is rounded once, to half a unit; floating point loses less at this size.
        assert total.power(exponent) == pytest.approx((noise**exponent).sum(), abs=len(draws) * UNIT, rel=1e-12)


@reproducible(30)
@given(shape=shapes, seeds=st.lists(st.integers(0, 99), min_size=3, max_size=3))
def test_addition_is_associative_and_no_draw_is_its_zero(shape, seeds):
    a, b, c = (Evidence.of_draw(*draw(seed, *shape)) for seed in seeds)
    assert (a + b) + c == a + (b + c)
    assert a + Evidence() == a == Evidence() + a


@reproducible(60)
@given(st.lists(st.lists(st.booleans(), max_size=6), min_size=2, max_size=5))
def test_runs_add_up_in_order(parts):
    joined = reduce(add, (Runs(count_runs(part), *((part[0], part[-1]) if part else (None, None))) for part in parts))
    assert joined.runs == count_runs(list(itertools.chain(*parts)))


def test_sums_do_not_depend_on_the_order_of_draws():
    # Floating point sums would; shards must merge to the same bits.
    draws = [Evidence.of_draw(*draw(seed, 3, 5)) for seed in range(6)]
    for shuffled in itertools.islice(itertools.permutations(draws), 0, 720, 97):
        total = reduce(add, shuffled)
        assert total.powers == reduce(add, draws).powers
        assert total.columns == reduce(add, draws).columns


def test_replicas_are_kept():
    first, second = np.array([True, True, False]), np.array([True, False, False])
    one = Evidence.of_draw(*draw(0, 2, 2), Pairs.of(first, second))
    assert (one + one).replicas == (6, 4, 2, 2)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 4), (4, 1), (2, 2)])
def test_the_smallest_draws(rows, columns):
    states, noise = draw(3, rows, columns)
    found = Evidence.of_draw(states, noise)
    assert (found.n, found.rows, len(found.columns)) == (4 * rows * columns, 4 * rows, columns)
    assert set(found.runs) == set(orders(rows, columns))


def test_a_draw_without_noise():
    # A masked layer that noises nothing.
    found = Evidence.of_draw(draw(3, 2, 3)[0], np.empty(0))
    assert (found.normals, found.powers) == (0, (0, 0, 0, 0))
    assert not any(found.beyond)


def test_of_noise_that_is_not_normal_the_shape_is_not_kept():
    whole, part = Evidence.of_draw(*draw(3, 4, 5)), Evidence.of_draw(*draw(3, 4, 5), normal=False)
    assert part.powers == (*whole.powers[:2], 0, 0)
    assert not any(part.beyond)
    assert replace(part, powers=whole.powers, beyond=whole.beyond) == whole


def test_every_number_kept_is_plain():
    # Evidence goes into files: no NumPy scalar may hide in it.
    kept = asdict(Evidence.of_draw(*draw(2, 9, 9)) + Evidence.of_draw(*draw(3, 9, 9)))
    kept["runs"] = [[*order, *runs] for order, runs in kept["runs"].items()]
    assert json.loads(json.dumps(kept))["runs"] == kept["runs"]
    assert all(type(leaf) in (int, str, bool) for row in kept["runs"] for leaf in row)


def test_evidence_does_not_grow_with_the_sample():
    small, large = (Evidence.of_draw(*draw(1, rows, 40)) for rows in (300, 3_000))
    assert len(repr(large)) < 1.2 * len(repr(small))
