"""report/layout.py: nothing is wider than the terminal but a word that is, and nothing is lost on the way."""

import re

from hypothesis import given
from hypothesis import strategies as st

from noise_ops.report import layout

words = st.text("abcdefgh.", min_size=1, max_size=30)
sentences = st.lists(words, max_size=12).map(" ".join)
widths = st.integers(20, 200)


@st.composite
def tables(draw):
    """Rows of as many cells, the first of which names the row."""
    count = draw(st.integers(1, 4))
    return draw(st.lists(st.tuples(words, *[sentences] * count), min_size=1, max_size=6))


def longest_word(text):
    return max(map(len, text.split()), default=0)


@given(sentences, widths)
def test_a_sentence_keeps_its_words_whole_and_within_the_width(line, width):
    parts = layout.wrapped(line, width, "    ")
    assert " ".join(" ".join(parts).split()) == line
    assert all(len(part) <= max(width, 4 + longest_word(part)) for part in parts)


@given(tables(), widths)
def test_a_table_keeps_its_words_whole_and_within_the_width(rows, width):
    lines = layout.table(rows, width)
    assert all(len(line) <= max(width, 6 + longest_word(line)) for line in lines)
    shown = re.sub(r"[ ·]+", " ", " ".join(lines)).split()
    assert sorted(shown) == sorted(" ".join(cell for row in rows for cell in row).split())


@given(tables())
def test_without_a_terminal_a_row_is_a_line(rows):
    lines = layout.table(rows, None)
    assert [line.split() for line in lines] == [" ".join(row).split() for row in rows]


def test_columns_stand_where_they_fit():
    assert layout.table([("layer", "asked"), ("Dropout", "2 checks")], 60) == [
        "  layer     asked",
        "  Dropout   2 checks",
    ]


def test_a_narrow_terminal_gets_a_list():
    rows = [("keras.layers.SpatialDropout1D", "166 checks", "as predicted in every dtype, 7 known deviations")]
    assert layout.table(rows, 50) == [
        "  keras.layers.SpatialDropout1D",
        "      166 checks · as predicted in every dtype, 7",
        "      known deviations",
    ]
