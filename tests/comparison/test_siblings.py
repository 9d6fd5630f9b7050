"""What was not recorded of a subject and is broken in a sibling is never passed over: no answer about it is a Yes."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from noise_ops import judging
from noise_ops.comparison import siblings
from noise_ops.comparison.changes import Change
from noise_ops.comparison.compare import compare
from noise_ops.comparison.coverage import UNRECORDED
from noise_ops.comparison.expected import Outcome
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.shipped import Release
from noise_ops.report import of_comparison
from noise_ops.usage.used import Usage, Used
from noise_ops.verdicts import Verdict

PAIRS = [pair for library in shipped.LIBRARIES for pair in pairwise(shipped.releases(library))]
CLASSES = {"LSTM": "recurrent", "GRU": "recurrent", "SimpleRNN": "recurrent"} | {
    f"SpatialDropout{rank}D": "spatial" for rank in (1, 2, 3)
}


def used(subject: str, dtype: str | None = None) -> Usage:
    """Return a code base that uses one subject."""
    return Usage("src", "your code", (Used(subject, subject, dtype),))


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=lambda release: release.name)
def test_no_subject_gets_a_yes_where_a_sibling_is_broken_in_what_was_not_recorded_of_it(
    old: Release, new: Release
) -> None:
    whole = compare(old.side(), new.side(), predict=False)
    keys = [set(side.fingerprint.by_key()) for side in (whole.old, whole.new)]
    grave = [
        change
        for group in whole.groups
        for change in group.changes
        if change.verdict.severity >= Verdict.CONTRACT_CHANGED.severity and not group.fixed and change.code != "gone"
    ]
    for subject in whole.coverage.subjects:
        modes = {key[2] for side in keys for key in side if key[0] == subject}
        lacking = [
            change
            for change in grave
            if change.subject != subject
            and library_and_class(change.subject) == library_and_class(subject)
            and (
                change.mode not in modes
                or (
                    change.subject.partition("(")[0] == subject.partition("(")[0]
                    and not any((subject, change.dtype, change.mode, own(change, subject)) in side for side in keys)
                )
            )
        ]
        if lacking:
            for answered in (narrowed(old, new, [subject]), narrowed(old, new, usage=used(subject))):
                assert answered.exit_code("contract-changed") == 1, subject
                assert not of_comparison.page(answered).answer.startswith("Yes"), subject


def narrowed(old: Release, new: Release, layers: Sequence[str] = (), usage: Usage | None = None) -> Outcome:
    """Return what `noise-ops compare` answers."""
    return judging.judged(old.side(), new.side(), layers, usage, (), None, "")


def library_and_class(subject: str) -> tuple[str, str]:
    """Return the library, and the class or the family of classes that are one layer in other clothes."""
    path = subject.partition("(")[0]
    name = path.rpartition(".")[2]
    return path.partition(".")[0], CLASSES.get(name, name)


def own(change: Change, subject: str) -> str:
    """Return a property of a sibling as it is named of a subject."""
    theirs, mine = (name.partition("(")[2].rstrip(")") for name in (change.subject, subject))
    return change.property.replace(f" {theirs}=", f" {mine}=") if theirs else change.property


KERAS = (shipped.named("keras==3.6.0"), shipped.named("keras==3.7.0"))


@pytest.mark.parametrize("subject", ["keras.layers.LSTM(recurrent_dropout)", "keras.layers.SpatialDropout2D"])
@pytest.mark.parametrize("dtype", [None, "float32", "float16"])
def test_what_was_not_run_under_a_strategy_may_be_broken_there(subject: str, dtype: str | None) -> None:
    found = narrowed(*KERAS, usage=used(subject, dtype))
    (group,) = [group for group in found.comparison.groups if group.unrecorded]
    assert (group.code, group.subjects, {change.mode for change in group.changes}) == (
        "raises",
        (subject,),
        {"mirrored"},
    )
    assert group.message.startswith(f"May touch {subject.removeprefix('keras.layers.')}, not recorded under Mirrored")
    assert "of 2 findings may touch your code." in of_comparison.page(found).answer


def test_what_was_recorded_of_a_subject_is_told_of_itself_alone() -> None:
    found = narrowed(*KERAS, layers=["keras.layers.LSTM(dropout)"])
    assert [group.unrecorded for group in found.comparison.groups if group.code == "raises"] == [False]
    found = narrowed(*KERAS, layers=["keras.layers.AlphaDropout"])
    assert not any(group.unrecorded for group in found.comparison.groups)


def test_nothing_may_touch_a_subject_where_all_subjects_are_told_of() -> None:
    found = compare(*(release.side() for release in KERAS), predict=False)
    assert not any(group.unrecorded for group in found.groups)
    assert {"keras.layers.GRU(recurrent_dropout)", "keras.layers.SpatialDropout3D"} <= {
        change.subject for change in found.may_touch
    }


def test_siblings_are_variants_first_and_then_the_family() -> None:
    known = [
        "keras.layers.Dropout",
        "keras.layers.GRU(dropout)",
        "keras.layers.LSTM(dropout)",
        "tf_keras.layers.GRU(a)",
    ]
    assert siblings.siblings("keras.layers.GRU(recurrent_dropout)", known) == [
        "keras.layers.GRU(dropout)",
        "keras.layers.LSTM(dropout)",
    ]
    assert siblings.siblings("tf.nn.dropout", ["keras.random.dropout"]) == []


def test_every_pair_that_recorded_something_was_asked() -> None:
    assert len(PAIRS) > 30
    with pytest.raises(UNRECORDED):
        narrowed(*KERAS, layers=["tf.nn.dropout"])
