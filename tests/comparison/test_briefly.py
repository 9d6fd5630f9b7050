"""comparison/briefly.py: who is affected and what is seen, in words that say no more than every change of a group."""

import re
from itertools import pairwise

import pytest

from noise_ops.comparison.compare import compare
from noise_ops.fingerprint import shipped

PAIRS = [(old.name, new.name) for library in shipped.LIBRARIES for old, new in pairwise(shipped.releases(library))]
PAIRS += [("2.4.4", "2.21.0"), ("2.15.1", "2.16.2"), ("2.16.2", "2.15.1"), ("keras==3.0.5", "keras==3.15.1")]
each_upgrade = pytest.mark.parametrize(("old", "new"), PAIRS, ids=str)


def groups(old, new):
    """The findings of an upgrade."""
    return compare(shipped.resolve(old), shipped.resolve(new), predict=False).groups


def told(old, new):
    """Each finding in a line, by its code and whether it was mended."""
    return {(group.code, group.fixed): f"{group.condition}: {group.briefly}" for group in groups(old, new)}


@each_upgrade
def test_every_finding_says_in_words_who_is_affected_and_what_is_seen(old, new):
    for group in groups(old, new):
        assert group.condition
        assert group.briefly
        for text in (group.condition, group.briefly):
            assert not re.search(r"\b(?:a+b+[a-d]*|aaa+|abc+d*)\b|\bdraws,| = ", text), text
        assert len(f"{group.condition}: {group.briefly}") < 100


NARROW = {
    "MirroredStrategy": ("mode", "mirrored"),
    "jit_compile": ("mode", "xla"),
    "in fit": ("mode", "fit"),
    "in float16": ("dtype", "float16"),
}


@each_upgrade
def test_a_condition_is_no_narrower_than_the_places(old, new):
    for group in groups(old, new):
        for words, (name, value) in NARROW.items():
            if words in group.condition:
                assert {getattr(change, name) for change in group.changes} == {value}
        if group.condition.endswith("outside float32"):
            assert "float32" not in {change.dtype for change in group.changes}


def test_the_findings_of_keras_3_in_words():
    lines = told("2.15.1", "2.16.2")
    for code, line in {
        "replicas": "train under MirroredStrategy: both replicas draw the same noise",
        "new-call": "call layers in tf.vectorized_map: all elements get the same noise",
        "normality": "use jit_compile in float16: the noise is not normal",
        "gate-masks": "set recurrent_dropout, or dropout with implementation=1: all gates share one mask",
        "colliding-seeds": "seed by numbers of 2**31 - 2 or more: s and s + 2**32 draw the same noise",
        "round-trip": "rebuild layers from configs or files: they lose the dtype policy",
        "signature": "give these arguments, or some by position: time_major and **kwargs are gone",
        "rejects": "give stddev=1.5, rate=1 or 5 more: an error now",
        "seed-rule": "compare seeded numbers: another rule takes seeds to noise",
    }.items():
        assert lines[code, False] == line
    assert lines["mask-over-time", True] == "set dropout without recurrent_dropout: all time steps drop the same inputs"
    assert lines["new-call", True] == "draw in a tf.data map, or 2 more ways: each call draws new noise"


def test_the_same_words_stand_for_what_is_broken_on_the_way_back():
    lines = told("2.16.2", "2.15.1")
    assert lines["replicas", True] == "train under MirroredStrategy: each replica draws its own noise"
    assert (
        lines["gate-masks", False]
        == "set recurrent_dropout, or dropout with implementation=1: each gate has a mask of its own"
    )


def test_an_exception_is_named():
    assert told("keras==3.6.0", "keras==3.7.0")["raises", False] == "train under MirroredStrategy: raises ValueError"
    line = "train under MirroredStrategy: no longer raises ValueError"
    assert told("keras==3.7.0", "keras==3.8.0")["works-now", True] == line
