"""deviations.toml against the shipped fingerprints: a range holds each release that shows a deviation, and no other.

A fingerprint asks what a check asks in words of its own; `recorded` says which fact shows a deviation. Asked of the
releases that `check` can run on: noise_ops needs a Python for which TensorFlow before 2.12 has no wheels.
"""

import re
from fnmatch import fnmatch
from functools import cache

import pytest

from noise_ops import deviations
from noise_ops.fingerprint import shipped
from noise_ops.history.breaks import BREAKS
from noise_ops.history.transitions import words
from noise_ops.subjects import catalog

OLDEST = (2, 12)
ASKED = set(catalog.names())
RECORDED = [entry for entry in deviations.known() if entry.recorded]
each = pytest.mark.parametrize("deviation", RECORDED, ids=lambda deviation: deviation.name)

UNRECORDED = {
    "xla-folds-constant-seeds",  # of rare normals, by an ulp or two: a record shows the first of them
    "xla-flushes-kept-denormals",  # of inputs that no record holds
    "constant-seeds-miss-xla",
    "float16-mask-density",  # by 7 % at rate 0.01: less than the counts of a fingerprint show
    "replicas-share-op-seed",  # of our own layers, which no fingerprint holds
    "retraced-op-seed-starts-again",
    "repeated-op-seed-starts-again",
}
UNASKED = {
    "new_call_new_noise twice_in_trace",  # check calls a traced function again, not a layer twice in one trace
    "new_call_new_noise in_dataset",  # check draws one epoch
    "changed_attribute tf.Variable",  # check gives numbers
    "mode_draws_eager_stream",  # XLA's stream is documented to be another
    "non_finite_dropped",  # over since 2.11, and check runs from 2.12 on
}


@cache
def fingerprint(library, version):
    return shipped.find(version, library).read()


RELEASES = [
    (library, release.version)
    for library in shipped.LIBRARIES
    for release in shipped.releases(library)
    if library == "keras" or shipped.numbers(release.version) >= OLDEST
]


def of_library(fact, environment):
    """The library, and its version, that decides about the subject of a fact."""
    library = "tensorflow" if fact.subject.startswith("tf.") else fact.subject.split(".")[0]
    return library, getattr(environment, library)


def place(fact):
    """The dtype, mode and property of a fact, as deviations.toml names it."""
    return f"{fact.dtype}/{fact.mode} {fact.property}"


def shows(deviation, subject):
    """Whether the facts of a subject that check asks about show a deviation."""
    return subject in ASKED and any(
        fnmatch(subject, pattern) for pattern in deviation.recorded_of or deviation.subjects
    )


def evidence(deviation, read):
    """Of each fact that shows a deviation: which it is, whether it is seen, and whether it is expected."""
    patterns = dict(deviation.recorded)
    for fact in read.facts():
        if place(fact) in patterns and shows(deviation, fact.subject):
            seen = re.fullmatch(patterns[place(fact)], words(fact)) is not None
            yield fact.key, seen, deviation.is_in(*of_library(fact, read.environment))


@each
def test_a_range_holds_the_releases_that_show_the_deviation_and_no_others(deviation):
    found = [(release, *told) for release in RELEASES for told in evidence(deviation, fingerprint(*release))]
    assert not [told for told in found if told[2] is not told[3]]
    places = {f"{dtype}/{mode} {name}" for _, (_, dtype, mode, name), seen, _ in found if seen}
    assert {name for name, _ in deviation.recorded} <= places


def test_what_has_no_counterpart_in_a_fingerprint_is_known():
    assert {entry.name for entry in deviations.known() if not entry.recorded} <= UNRECORDED


@pytest.mark.parametrize("entry", BREAKS, ids=lambda entry: entry.sentence)
def test_a_break_that_check_meets_is_a_known_deviation(entry):
    """So that both catalogues cannot contradict each other: both hold against the fingerprints."""
    for subject in ASKED.intersection(entry.subjects):
        for target in entry.targets:
            told = f"{target} {entry.property}"
            known = any(told in dict(each.recorded) and shows(each, subject) for each in RECORDED)
            assert known or entry.property in UNASKED or subject.startswith("tf.random"), (subject, told)
