"""checks/pairwise.py: every value, or every pair of values, occurs; in few rows, the same ones every time."""

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from noise_ops.checks.pairwise import each_pair, each_value

axes = st.dictionaries(
    st.sampled_from("abcde"), st.integers(1, 5).map(lambda size: list(range(size))), min_size=2, max_size=5
)
few = settings(max_examples=50, deadline=None, derandomize=True, database=None)


def pairs(rows):
    """The pairs of values that some row holds."""
    return {pair for row in rows for pair in combinations(row.items(), 2)}


@few
@given(axes)
def test_every_value_occurs(given_axes):
    rows = each_value(given_axes)
    assert len(rows) == max(map(len, given_axes.values()))
    assert all({row[name] for row in rows} == set(values) for name, values in given_axes.items())


@few
@given(axes)
def test_every_pair_occurs(given_axes):
    wanted = {
        ((one, first), (other, second))
        for one, other in combinations(given_axes, 2)
        for first, second in product(given_axes[one], given_axes[other])
    }
    assert pairs(each_pair(given_axes)) == wanted


@few
@given(axes)
def test_a_row_has_a_value_of_each_axis(given_axes):
    for row in [*each_pair(given_axes), *each_value(given_axes)]:
        assert list(row) == list(given_axes)
        assert all(row[name] in values for name, values in given_axes.items())


def test_pairs_need_hardly_more_rows_than_the_two_longest_axes_have_pairs():
    assert len(each_pair({"a": range(10), "b": range(8), "c": range(8), "d": range(3), "e": range(5)})) <= 88


def test_the_rows_are_the_same_every_time():
    given_axes = {"a": range(4), "b": range(3), "c": range(3)}
    assert each_pair(given_axes) == each_pair(given_axes)
