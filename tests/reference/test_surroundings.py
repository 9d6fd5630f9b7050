"""Which seed object predicts a source of noise where it is called: every cell of the table, over five calls.

Witness: the installed TensorFlow, Keras and tf_keras. The cells are read from docs/predicting.md and
evaluated, so that what it says is what is tested.
"""

import random
import re
from pathlib import Path

import numpy as np
import pytest

import noise_ops
from tests.reference._helpers import assert_same_bits
from tests.reference._surroundings import (
    CLASSES,
    NAMES,
    SCENARIOS,
    SOURCES,
    STEPS,
    differs,
    drawn_by,
    flat,
    made,
    seeded,
)

PAGE = (Path(__file__).parents[2] / "docs" / "predicting.md").read_text(encoding="utf-8")


def table():
    """The rows of the table of seed objects: its headings, then where, and a cell for each source."""
    start = PAGE.index("| where it is called |")
    lines = PAGE[start : PAGE.index("\n\n", start)].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return rows[0][1:], {row[0]: row[1:] for row in rows[2:]}


SOURCE_NAMES, ROWS = table()
CELLS = [(where, source) for where in ROWS for source in SOURCE_NAMES]


def cell(where, source):
    """The expression of a cell, None where it has none, and the words behind it."""
    written = ROWS[where][SOURCE_NAMES.index(source)]
    if written == "goes on":
        above = list(ROWS)[list(ROWS).index(where) - 1]
        return cell(above, source)[0], "goes on"
    found = re.fullmatch(r"`([^`]+)`(.*)", written)
    return (found[1], found[2].strip()) if found else (None, written)


def predicted(steps, expression, words, source):
    """What the object of a cell predicts for the steps, in their shapes."""
    if words == "each":
        objects = [made(expression, replica) for replica in range(len(steps[0]))]
        return [[drawn_by(objects[place], source, d.shape) for place, d in enumerate(step)] for step in steps]
    seed = made(expression)
    if words == "shared":
        return [[np.stack([drawn_by(seed, source, d.shape[1:])] * len(d)) for d in step] for step in steps]
    if words == "after one":
        in_turn = lambda d: np.stack([drawn_by(seed, source, d.shape[1:]) for _ in range(1 + len(d))][1:])  # noqa: E731
        return [[in_turn(d) for d in step] for step in steps]
    return [[drawn_by(seed, source, d.shape) for d in step] for step in steps]


ASKED = [
    pytest.param(where, source, scenario, id=f"{source}-{where}-{number}")
    for where, source in CELLS
    if cell(where, source)[0] is not None
    for number, scenario in enumerate(SCENARIOS[where])
]
NONE = [(where, source) for where, source in CELLS if cell(where, source)[0] is None]


def test_every_row_and_column_of_readme_is_asked():
    assert list(ROWS) == list(SCENARIOS)
    assert list(SOURCE_NAMES) == list(SOURCES)
    assert {cell(*one)[1] for one in CELLS} == {"", "goes on", "each", "shared", "stacked", "after one", "none"}
    assert {one.__name__ for one in CLASSES} == {name for name in noise_ops.__all__ if name.endswith("Seed")}


@pytest.mark.filterwarnings("ignore")  # autograph cannot read two lambdas of one line
@pytest.mark.parametrize(("where", "source", "scenario"), ASKED)
def test_the_object_of_readme_predicts_every_call(where, source, scenario):
    expression, words = cell(where, source)
    seeded()
    before, after = scenario(SOURCES[source])
    assert len(after) >= STEPS
    random.seed(NAMES["g"])
    asked = before + after if words == "goes on" else after
    for ours, theirs in zip(flat(predicted(asked, expression, words, source)), flat(asked), strict=True):
        assert_same_bits(ours, theirs)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("where", "source"), NONE)
def test_where_readme_names_no_object_the_usual_one_is_refused_or_wrong(where, source):
    expression = cell("eagerly", source)[0]
    if "jit_compile" in where:
        with pytest.raises(ValueError, match="no seed determines"):
            made(f'{expression[:-1]}, engine="xla")')
        return
    seeded()
    draw = SOURCES[source]()
    if "tf.function" in where:
        with pytest.raises(ValueError, match="singleton"):  # of the generator that each replica makes inside
            SCENARIOS[where][0](lambda: draw)
        return
    _, steps = SCENARIOS[where][0](lambda: draw)
    random.seed(NAMES["g"])
    assert differs(predicted(steps, expression, "each", source), steps)
