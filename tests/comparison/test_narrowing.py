"""narrowing.py: what is left out of a comparison touches nothing that is used, and nothing is left out silently."""

import itertools

import pytest

from noise_ops.comparison.compare import compare
from noise_ops.comparison.coverage import UNRECORDED
from noise_ops.fingerprint import shipped
from noise_ops.usage.used import Usage, Used

PAIRS = [pair for library in shipped.LIBRARIES for pair in itertools.pairwise(shipped.releases(library))]


def using(*subjects, **known):
    """The usage of some subjects, of which nothing else is known, or what is given."""
    return Usage("src", "your code", tuple(Used(subject, subject, **known) for subject in subjects))


def changes(comparison):
    """Every change that a comparison tells; what is certain of a use stands before what depends on how it is run."""
    return [change for group in comparison.groups for change in group.changes]


def in_order(changes):
    """Changes in an order that no narrowing moves."""
    return sorted(changes, key=repr)


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=lambda release: release.name)
def test_who_uses_everything_is_told_everything(old, new):
    everything = compare(old.side(), new.side(), predict=False)
    narrowed = compare(old.side(), new.side(), usage=using(*shipped.subjects()), predict=False)
    assert in_order(change for change in changes(narrowed) if change.seen is None) == in_order(changes(everything))
    assert {change for change in changes(narrowed) if change.seen} == set(everything.may_touch)
    assert narrowed.targets == everything.targets
    assert narrowed.coverage == everything.coverage
    assert narrowed.narrowed.found == narrowed.narrowed.touching == len(everything.groups)
    assert narrowed.narrowed.others == ()


@pytest.mark.parametrize("subject", ["keras.layers.Dropout", "keras.layers.LSTM(dropout)", "tf.random.normal"])
@pytest.mark.parametrize(("old", "new"), PAIRS, ids=lambda release: release.name)
def test_who_uses_a_subject_is_told_what_layer_tells_of_it(old, new, subject):
    try:
        asked = compare(old.side(), new.side(), (subject,), predict=False)
    except UNRECORDED:
        with pytest.raises(UNRECORDED):
            compare(old.side(), new.side(), usage=using(subject), predict=False)
        return
    narrowed = compare(old.side(), new.side(), usage=using(subject), predict=False)
    assert in_order(changes(narrowed)) == in_order(changes(asked))
    assert narrowed.targets == asked.targets
    assert narrowed.verdict_unfixed is asked.verdict_unfixed


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize(("old", "new"), PAIRS, ids=lambda release: release.name)
def test_what_is_told_and_what_is_left_out_are_all_that_changed(old, new, dtype):
    """With a dtype and arguments as well: what is left out is counted, and of another dtype, argument or subject."""
    usage = using("keras.layers.Dropout", dtype=dtype, policy=False, arguments=(("rate", 0.5),))
    everything = compare(old.side(), new.side(), predict=False)
    narrowed = compare(old.side(), new.side(), usage=usage, predict=False)
    found = narrowed.narrowed
    key = lambda change: (change.code, change.subject, change.dtype, change.mode, change.property)  # noqa: E731
    assert sorted(map(key, [*changes(narrowed), *found.others])) == sorted(map(key, changes(everything)))
    assert found.touching == len(narrowed.groups) <= found.found == len(everything.groups)
    own = [change for change in found.others if (change.subject, change.dtype) == ("keras.layers.Dropout", dtype)]
    assert all(
        change.property.startswith(("accepts ", "stream", "distant", "neighbour", "same_seed"))
        or change.code in ("round-trip", "rate-limit", "policy")
        or "rate=0" in change.property
        for change in own
    )
