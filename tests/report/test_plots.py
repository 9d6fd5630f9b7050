"""report/plots.py: every number that is there is drawn where it belongs, and stands in the table as well."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noise_ops.points import Point
from noise_ops.report.page import Figure
from noise_ops.report.plots import render

KEPT = Point(0.5, 0.5, 0.5, 0.49, 0.51)
LOST = Point(0.1, 0.3, 0.1, 0.09, 0.11)
FIGURE = Figure("Share", "Of units.", "rate", "share dropped", (KEPT, LOST))


def drawn(figure):
    """The picture of a figure, without its table."""
    return render(figure, "f").partition("</svg>")[0]


def test_what_is_kept_is_a_ring_and_what_is_not_a_diamond():
    assert drawn(FIGURE).count('<circle class="in"') == drawn(FIGURE).count('<path class="out"') == 1
    assert "Share: 1 of 2 outside the band.</title>" in drawn(FIGURE)


def test_a_number_at_its_bound_is_outside():
    assert not replace(KEPT, seen=0.51).is_kept
    assert replace(KEPT, seen=0.5099).is_kept


def test_a_larger_number_stands_higher():
    low, high = (float(y) for y in re.findall(r'class="in" cx="[\d.]+" cy="([\d.]+)"', drawn(TWO)))
    assert high < low


TWO = replace(FIGURE, points=(replace(KEPT, x=1, seen=0.495), replace(KEPT, x=2, seen=0.505)))


def test_every_number_stands_in_the_table_with_its_band():
    table = render(FIGURE, "f").partition("</svg>")[2]
    assert "<td>0.3</td><td>0.1</td><td>0.09</td><td>0.11</td><td>◆ outside</td>" in table
    assert table.count('<th scope="row">') == 2


def test_names_stand_below_their_points_and_long_ones_are_whole_in_the_table():
    name = "tensorflow==2.16.2 keras==3.7.1 of the old side"
    figure = replace(FIGURE, points=(replace(KEPT, x=0), replace(LOST, x=1)), names=(name, "new, 0.1"))
    assert name not in drawn(figure)
    assert f'<th scope="row">{name}</th>' in render(figure, "f")
    assert ">new</text>" in drawn(figure)
    assert ">0.1</text>" in drawn(figure)


def test_series_stand_beside_one_another_in_the_order_that_the_caption_tells():
    points = tuple(replace(KEPT, series=name) for name in ("b", "a"))
    figure = replace(FIGURE, points=points)
    assert "from the left: a, b." in render(figure, "f")
    second, first = (float(x) for x in re.findall(r'class="in" cx="([\d.]+)"', drawn(figure)))
    assert first < second


def test_many_points_have_one_band_and_are_not_printed_as_numbers():
    figure = replace(FIGURE, points=tuple(replace(KEPT, x=place) for place in range(251)))
    assert drawn(figure).count("<polygon") == 1
    assert drawn(figure).count("<circle") == 251
    assert '<details class="long">' in render(figure, "f")


def test_all_stairs_are_drawn_also_those_beyond_the_points():
    figure = replace(FIGURE, points=(KEPT,), stairs=((0.1, 0.1), (0.3, 0.1), (0.3, 0.4), (0.9, 0.4)), logarithmic="xy")
    (corners,) = re.findall(r'class="stairs" points="([^"]+)"', drawn(figure))
    across, down = zip(*(map(float, corner.split(",")) for corner in corners.split()), strict=True)
    assert across[0] < across[1] == across[2] < across[3]
    assert down[0] == down[1] > down[2] == down[3]


def test_a_figure_without_a_number_that_can_be_drawn_is_none():
    assert render(replace(FIGURE, points=()), "f") == ""
    assert render(replace(FIGURE, points=(replace(KEPT, seen=float("nan")),)), "f") == ""
    assert render(replace(FIGURE, points=(replace(KEPT, x=0.0),), logarithmic="xy"), "f") == ""


def test_a_share_of_none_is_drawn_at_the_end_of_a_logarithmic_axis():
    assert '<path class="out"' in drawn(replace(FIGURE, points=(replace(LOST, seen=0.0), KEPT), logarithmic="xy"))


@pytest.mark.parametrize("logarithmic", ["", "x", "xy"])
@given(st.lists(st.builds(Point, *[st.floats(1e-9, 1e9)] * 5), min_size=1, max_size=30))
def test_whatever_the_numbers_are_all_is_drawn_on_the_paper(logarithmic, points):
    picture = drawn(replace(FIGURE, points=tuple(points), logarithmic=logarithmic))
    assert picture.count("<circle") + picture.count("<path") == len(points)
    places = [float(value) for value in re.findall(r' (?:cx|cy|x|y|x1|y1|x2|y2)="([^"]+)"', picture)]
    assert all(-10 <= place <= 420 for place in places)
