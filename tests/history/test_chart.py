"""What every release changed in every subject: each release is compared with the one before."""

from itertools import pairwise

import pytest

from noise_ops.comparison.compare import compare
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.side import Side
from noise_ops.history import chart
from noise_ops.history.chart import WHOLE, Cell
from tests.fingerprint._fingerprints import DROPOUT, fingerprint, one

CONFIG = {"float32/eager": {"config": ["rate=0.3"]}}


def cells(*fingerprints):
    """The rows of a chart of fingerprints."""
    return dict(chart.of_sides("", [Side(f"keras=={n}", each) for n, each in enumerate(fingerprints)]).rows)


@pytest.mark.parametrize(
    ("old", "new", "cell"),
    [
        ("identity", "identity", Cell(Verdict.IDENTICAL)),
        ("identity", "noise", Cell(Verdict.LAW_CHANGED, "inference")),
        ("noise", "identity", Cell(Verdict.IDENTICAL, "mended: inference", fixed=True)),
    ],
)
def test_a_cell_holds_the_worst_that_was_not_mended(old, new, cell):
    rows = cells(one(old, "identity_at_inference"), one(new, "identity_at_inference"))
    assert rows == {WHOLE: (cell,), DROPOUT: (cell,)}


def test_worst_codes_come_first_and_mended_ones_last():
    old = {"config": ["a"], "identity_at_inference": "identity", "policy_kept": "float32"}
    new = {"config": ["b"], "identity_at_inference": "noise", "policy_kept": "bfloat16"}
    (cell,) = cells(*(fingerprint({DROPOUT: {"float32/eager": facts}}) for facts in (old, new)))[DROPOUT]
    assert cell == Cell(Verdict.LAW_CHANGED, "inference, config; mended: round-trip", fixed=True)


def test_a_subject_that_comes_or_goes():
    both, less = fingerprint({DROPOUT: CONFIG, "keras.layers.New": CONFIG}), fingerprint({DROPOUT: CONFIG})
    rows = cells(less, both, less)
    assert rows["keras.layers.New"] == (Cell(None), Cell(Verdict.CONTRACT_CHANGED, "gone"))


def test_other_probes_leave_subjects_empty():
    rows = cells(fingerprint({DROPOUT: CONFIG}), fingerprint({DROPOUT: CONFIG}, probe=2))
    assert rows == {WHOLE: (Cell(Verdict.CANNOT_TELL, "other-probe"),)}


@pytest.mark.parametrize("library", shipped.LIBRARIES)
def test_the_first_row_is_what_compare_says(library):
    found = chart.of_releases(library)
    sides = [release.side() for release in shipped.releases(library)]
    verdicts = [compare(old, new, predict=False).verdict_unfixed for old, new in pairwise(sides)]
    assert (found.first, *found.columns) == tuple(release.version for release in shipped.releases(library))
    assert found.rows[0][0] == WHOLE
    assert [cell.verdict for cell in found.rows[0][1]] == verdicts


def test_the_known_breaks_are_in_the_chart():
    dropout = dict(chart.of_releases("keras").rows)["keras.layers.Dropout"]
    assert dropout[chart.of_releases("keras").columns.index("3.7.0")] == Cell(Verdict.CONTRACT_CHANGED, "raises")
