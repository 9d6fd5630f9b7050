"""coverage.py: nothing compared is never a pass, and what one side alone recorded is said to be not compared."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noise_ops.comparison.coverage import NothingComparedError
from noise_ops.errors import UserError
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.facts import Fingerprint
from noise_ops.fingerprint.side import Side
from noise_ops.patterns import NoSuchNameError
from noise_ops.properties.catalog import meaning
from noise_ops.properties.declaring import Kind
from tests.fingerprint._fingerprints import DROPOUT, compared, fingerprint, one

NORMAL = "tf.random.normal"
PAIRS = [pair for library in shipped.LIBRARIES for pair in itertools.pairwise(shipped.releases(library))]
PAIRS += [(shipped.find("2.15.1"), shipped.find("3.7.0")), (shipped.find("2.21.0"), shipped.find("2.4.4"))]
NAMES = shipped.subjects()
SHORT = sorted({name.rpartition(".")[2] for name in NAMES} | {name.partition("(")[0] for name in NAMES})


def compare(old, new, *patterns):
    """The comparison of two releases."""
    return compared_sides(old.side(), new.side(), *patterns)


def compared_sides(old, new, *patterns):
    from noise_ops.comparison.compare import compare

    return compare(old, new, patterns, predict=False)


def trimmed(side, subjects=lambda name: True, targets=lambda target: True):
    """A side that recorded less."""
    recorded = {
        subject: {target: values for target, values in by_target.items() if targets(target)}
        for subject, by_target in side.fingerprint.recorded.items()
        if subjects(subject)
    }
    return Side("part", Fingerprint(side.fingerprint.environment, side.fingerprint.probe, recorded))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (one([], "config"), one([], "config", subject=NORMAL)),
        (one([], "config"), one([], "signature")),
        (one([], "config"), one([], "config", target="float16/eager")),
        (one("aaa", "stream", subject="tf_keras.layers.Dropout"), one("aaa", "stream", subject="tf.nn.dropout")),
    ],
)
def test_where_no_fact_is_common_nothing_is_compared(old, new):
    with pytest.raises(NothingComparedError, match="old and new have no fact in common"):
        compared(old, new)


@pytest.mark.parametrize("patterns", [("tf.random.normal",), ("Dropout", "normal"), ("normal", "Dropout")])
def test_a_pattern_of_what_one_side_alone_recorded_selects_nothing(patterns):
    both = {DROPOUT: {"float32/eager": {"config": []}}, NORMAL: {"float32/eager": {"stream": "a b"}}}
    with pytest.raises(NothingComparedError, match=r"nothing of tf\.random\.normal can be compared"):
        compared(fingerprint({DROPOUT: both[DROPOUT]}), fingerprint(both), patterns=patterns)


@pytest.mark.parametrize("patterns", [("Foo",), ("Dropout", "Foo"), ("",)])
def test_a_pattern_of_nothing_selects_nothing(patterns):
    with pytest.raises(NoSuchNameError):
        compared(one([], "config"), one([], "config"), patterns=patterns)


@pytest.mark.parametrize("patterns", [(), ("Dropout",)])
def test_a_layer_whose_observation_died_at_once_is_a_finding(patterns):
    dead = fingerprint(
        {DROPOUT: {"any/any": {"observed": "crashes: SIGSEGV"}}, NORMAL: {"float32/eager": {"stream": "a"}}}
    )
    whole = fingerprint({DROPOUT: {"float32/eager": {"stream": "a"}}, NORMAL: {"float32/eager": {"stream": "a"}}})
    found = compared(whole, dead, patterns=patterns)
    assert [(group.code, group.keeps.value) for group in found.groups] == [("dies", "broke")]
    assert [(group.code, group.keeps.value) for group in compared(dead, whole).groups] == [("dies", "fixed")]


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ({"targets": lambda target: target.endswith("/eager")}, "Only 2.15.1 recorded "),
        ({"subjects": lambda name: not name.startswith("tf.")}, "tf was recorded in 2.15.1 only"),
        ({"targets": lambda target: target.startswith("float32/")}, "Only 2.15.1 recorded "),
    ],
)
def test_what_a_partial_record_lacks_is_said_to_be_not_compared(kept, said):
    whole = shipped.find("2.15.1").side()
    for old, new, alone in ((whole, trimmed(whole, **kept), "old"), (trimmed(whole, **kept), whole, "new")):
        found = compared_sides(old, new)
        assert found.verdict is Verdict.IDENTICAL
        assert [note for note in found.notes if note.startswith(said)]
        there = {(s, *t.split("/")) for s, targets in whole.fingerprint.recorded.items() for t in targets}
        assert set(getattr(found.coverage, alone).places) == there - {
            (t.subject, t.dtype, t.mode) for t in found.targets
        }


def test_what_was_not_asked_for_is_not_gone():
    whole = shipped.find("2.15.1").side()
    part = trimmed(whole, subjects=lambda name: name == DROPOUT)
    asked = Side("part", replace(part.fingerprint, only=(DROPOUT,)))
    assert {group.code for group in compared_sides(whole, part).groups} == {"gone"}
    for old, new in ((whole, asked), (asked, whole)):
        found = compared_sides(old, new)
        assert found.verdict is Verdict.IDENTICAL
        assert f"part was recorded in part: {DROPOUT}." in found.notes
        assert found.coverage.old.places or found.coverage.new.places
        assert not [note for note in found.notes if "there in" in note]


def silent_differences(old, new, subjects):
    """What differs between two sides in some subjects, but for the sentences of exceptions."""
    before, after = old.fingerprint.by_key(), new.fingerprint.by_key()
    for key in before.keys() & after.keys():
        exceptions = [fact.raised and (fact.raised.type, fact.raised.when) for fact in (before[key], after[key])]
        known = meaning(key[3]).kind is not Kind.CONTEXT
        reworded = all(exceptions) and exceptions[0] == exceptions[1]
        if key[0] in subjects and known and before[key].value != after[key].value and not reworded:
            yield key


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.sampled_from(PAIRS), st.sampled_from([*NAMES, *SHORT]) | st.text(max_size=12))
def test_no_selection_that_compares_nothing_is_a_comparison(pair, pattern):
    try:
        found = compare(*pair, pattern)
    except UserError:
        return
    assert found.targets or found.groups
    assert found.coverage.asked == (pattern,)
    assert found.coverage.subjects or found.groups
    assert found.verdict is not Verdict.IDENTICAL or set(found.coverage.unlike) == set(
        silent_differences(found.old, found.new, found.coverage.subjects)
    )


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0].name}-{pair[1].name}")
def test_what_differs_is_a_finding_or_named(pair):
    found = compare(*pair)
    if found.verdict is Verdict.IDENTICAL:
        assert set(found.coverage.unlike) == set(silent_differences(found.old, found.new, found.coverage.subjects))
    else:
        assert found.coverage.unlike == ()
