"""words.py: a noun stands in the number that it should."""

import pytest

from noise_ops.words import count


@pytest.mark.parametrize(
    ("told", "number", "noun"),
    [("0 checks", 0, "check"), ("1 check", 1, "check"), ("2 more places", 2, "more place")],
)
def test_a_number_has_its_noun(told, number, noun):
    assert count(number, noun) == told


def test_a_plural_may_be_a_word_of_its_own():
    assert [count(number, "box", "boxes") for number in (1, 2)] == ["1 box", "2 boxes"]
