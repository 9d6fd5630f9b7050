"""report/of_releases.py: a line for each step from a shipped release to the next."""

import itertools

import pytest

from noise_ops.codes import CODES
from noise_ops.comparison.compare import compare
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.report import of_releases


@pytest.fixture(scope="module")
def rows():
    """What each release changed, by the name of the release without its Keras."""
    return {row[0].partition(" ")[0]: row for row in of_releases.rows()}


def test_every_release_but_the_first_of_each_library_has_a_row(rows):
    names = [release.name for library in shipped.LIBRARIES for release in shipped.releases(library)[1:]]
    assert list(rows) == names


def test_a_tensorflow_is_named_with_its_keras(rows):
    assert rows["2.16.2"][0] == "2.16.2 (Keras 3.4.1)"
    assert rows["keras==3.7.0"][0] == "keras==3.7.0"


def test_keras_3_7_broke_layers_and_keras_3_8_mended_them(rows):
    assert rows["keras==3.7.0"][1] == "contract-changed"
    assert rows["keras==3.7.0"][2].startswith("raises ")
    assert "works-now " in rows["keras==3.8.0"][3]
    assert "works-now " not in rows["keras==3.8.0"][2]


def test_a_release_that_changed_nothing_has_empty_cells(rows):
    assert rows["2.15.1"][1:] == ("identical", "", "")


def test_what_was_mended_does_not_count_against_a_release(rows):
    for _, verdict, changed, _ in rows.values():
        assert (verdict in ("identical", "mended", "law mended")) == (changed == "")


def test_a_release_that_only_mends_is_not_told_as_identical(rows):
    for _, verdict, changed, mended in rows.values():
        assert (verdict == "identical") == (changed == mended == "")
    assert rows["2.14.1"] == ("2.14.1 (Keras 2.14.0)", "mended", "", "dtype 1")


def test_a_law_that_was_mended_is_another_law(rows):
    assert rows["keras==3.2.1"][1] == "contract-changed, law mended"
    assert "mask-density 3" in rows["keras==3.2.1"][3]
    for _, verdict, _, mended in rows.values():
        codes_mended = [part.rpartition(" ")[0] for part in mended.split(", ") if part]
        law = any(CODES[name].verdict is Verdict.LAW_CHANGED for name in codes_mended)
        assert ("law mended" in verdict) == law


def test_a_selection_leaves_nothing_else():
    told = {row[0].partition(" ")[0]: row[1:] for row in of_releases.rows(["keras.random.*"])}
    assert told["2.15.1"] == told["2.16.2"] == ("not recorded", "", "")
    assert told["keras==3.1.1"][0] == "identical"


def test_numbers_count_places(rows):
    for old, new in itertools.pairwise(shipped.releases("keras")):
        groups = compare(old.side(), new.side(), predict=False).groups
        _, _, changed, mended = rows[new.name]
        told = [part.rpartition(" ") for cell in (changed, mended) for part in cell.split(", ") if part]
        assert sum(int(number) for _, _, number in told) == sum(len(group.places) for group in groups)
        assert all(CODES[name] for name, _, _ in told)


def test_the_table_stands_in_columns(rows):
    heading, *lines = of_releases.render().splitlines()
    starts = [heading.index(name) for name in of_releases.HEADINGS]
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows.values(), strict=True):
        cells = [line[a:b].strip() for a, b in itertools.pairwise([*starts, None])]
        assert cells == list(row)
