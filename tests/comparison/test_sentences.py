"""What every comparison of shipped releases says, held against the facts that it speaks of: every pair, old to new."""

import functools
import itertools
import re

import pytest

from noise_ops.comparison import wording
from noise_ops.comparison.changes import Keeps
from noise_ops.comparison.compare import compare
from noise_ops.comparison.documented import is_documented
from noise_ops.comparison.signatures import added_arguments, lost_arguments
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.properties.catalog import meaning
from noise_ops.properties.declaring import Kind

RELEASES = [release for library in shipped.LIBRARIES for release in shipped.releases(library)]


read = functools.cache(shipped.Release.read)


def later_than(old):
    """The shipped releases of the same library after one."""
    every = shipped.releases(old.library)
    return every[every.index(old) + 1 :]


def recorded(side, change, name=None):
    """A fact of a side at the place of a change."""
    return side.fingerprint.fact(change.subject, change.dtype, change.mode, name or change.property)


def each_difference_is_shown_by_its_subjects(found):
    """No sentence names a subject whose own facts do not show it, and every change is told."""
    for group in found.groups:
        own = [
            (change.subject, text)
            for change in group.changes
            for text, _ in wording.differences(
                found.old.name, found.new.name, [each for each in group.seen if each.subject == change.subject]
            )
        ]
        told = {(subject, text) for text, subjects in group.differences for subject in subjects}
        assert told == set(own)


def nothing_says_other_noise_of_the_same(found):
    """Where mask, counts and the leading digits of the first units are the same, no finding says other noise."""
    other = [
        change for group in found.groups if group.code in ("stream-moved", "seed-rule") for change in group.changes
    ]
    for change in other:
        heads = [recorded(side, change, "head") for side in (found.old, found.new)]
        masks = [recorded(side, change, "mask") for side in (found.old, found.new)]
        if change.property != "stream" or None in heads or None in masks or masks[0].value != masks[1].value:
            continue
        if change.old.split()[0] == change.new.split()[0]:
            assert change.old != change.new  # later calls are others
            continue
        digits = [len(head.value.split()[0]) for head in heads]
        words = [[int(word, 16) for word in head.value.split()] for head in heads]
        near = digits[0] == digits[1] and max(abs(a - b) for a, b in zip(*words, strict=True)) <= 4
        same_rule = change.rules[0] == change.rules[1]
        assert not (near and same_rule and any(map(any, words)))


def every_argument_that_came_or_went_is_told(found):
    """Each argument that one signature names and the other does not is in a finding of its subject."""
    told = {(change.code, change.subject) for group in found.groups for change in group.changes}
    for subject in found.old.fingerprint.recorded.keys() & found.new.fingerprint.recorded.keys():
        facts = [side.fingerprint.fact(subject, "float32", "eager", "signature") for side in (found.old, found.new)]
        if None in facts or not all(isinstance(fact.value, tuple) for fact in facts):
            continue
        signatures = [fact.value for fact in facts]
        assert bool(added_arguments(*signatures)) == (("arguments-added", subject) in told)
        assert bool(lost_arguments(*signatures)) == (("signature", subject) in told)


def no_seed_rule_merely_says_that_an_argument_was_added(found):
    """A seed rule that differs only in that a seed was taken is told as the argument, or the config, that took it."""
    for group in found.groups:
        for change in group.changes:
            if group.code == "seed-rule":
                old, new = (explanation.rule for explanation in change.rules)
                assert old.unseeded == new.unseeded or old.stateful != new.stateful


def remedies_look_ahead(found):
    """A release is skipped only for a later one that works; what no release mends is not to be waited for."""
    for group in found.groups:
        skips = re.search(r"Skip this release .* from (Keras|TensorFlow) (\S+) on it works", group.remedy)
        mended = skips or re.search(r"mended from (Keras|TensorFlow) (\S+) on", group.remedy)
        if "Skip this release" in group.remedy:
            assert skips
        if mended:
            following = shipped.releases(mended[1].lower())
            following = [
                release for release in following if shipped.numbers(release.version) >= shipped.numbers(mended[2])
            ]
            assert following
            for release, change in itertools.product(following, group.changes):
                fact = read(release).fact(change.subject, change.dtype, change.mode, change.property)
                assert fact is not None
                assert not fact.raised
                assert group.code == "raises" or is_documented(fact) is True


def what_cannot_be_loaded_holds_what_the_constructor_does_not_name(found):
    """A config that is called refused holds an entry that the new signature does not name."""
    for group in found.groups:
        for change in group.changes if group.code == "config-refused" else ():
            signature = found.new.fingerprint.fact(change.subject, change.dtype, change.mode, "signature").value
            assert change.beside
            assert not {name.partition("=")[0] for name in signature} & set(change.beside)
            assert set(change.beside) <= {entry.partition("=")[0] for entry in change.old}


def a_rounding_keeps_law_and_mask(found):
    """What is called a rounding has the same counts of what is dropped, and no change of a law beside it."""
    laws = {(c.subject, c.dtype, c.mode) for g in found.groups if g.verdict is Verdict.LAW_CHANGED for c in g.changes}
    for group in found.groups:
        for change in group.changes if group.code == "rounding" else ():
            assert (change.subject, change.dtype, change.mode) not in laws
            facts = [
                side.fingerprint.recorded[change.subject][f"{change.dtype}/{change.mode}"]
                for side in (found.old, found.new)
            ]
            for name in facts[0].keys() & facts[1].keys():
                if meaning(name).kind is Kind.COUNTS and "dropped" in facts[0][name]:
                    assert facts[0][name] == facts[1][name]


def no_stream_is_told_where_the_shape_or_dtype_is_another(found):
    """Bits of another dtype are others for that reason."""
    dtypes = {(c.subject, c.dtype, c.mode) for g in found.groups if g.code == "dtype" for c in g.changes}
    streams = {
        (change.subject, change.dtype, change.mode)
        for group in found.groups
        if group.code in ("stream-moved", "rounding", "seed-rule")
        for change in group.changes
        if change.property == "stream"
    }
    assert not dtypes & streams


def every_finding_says_what_to_do(found):
    """Each finding has a sentence with an end, a remedy, a command, and a script that is Python."""
    for group in found.groups:
        assert group.message.endswith((".", ".)"))
        assert group.remedy
        assert "the law is the same" not in group.remedy
        assert group.reproduce.startswith("noise-ops compare ")
        compile(group.script, group.code, "exec")
        nothing = group.keeps is Keeps.FIXED and not group.meaning.rule
        assert nothing == group.remedy.startswith("Nothing, unless something relies on what was")


HOLDS = (
    each_difference_is_shown_by_its_subjects,
    nothing_says_other_noise_of_the_same,
    every_argument_that_came_or_went_is_told,
    no_seed_rule_merely_says_that_an_argument_was_added,
    remedies_look_ahead,
    what_cannot_be_loaded_holds_what_the_constructor_does_not_name,
    a_rounding_keeps_law_and_mask,
    no_stream_is_told_where_the_shape_or_dtype_is_another,
    every_finding_says_what_to_do,
)


@pytest.mark.parametrize("old", RELEASES, ids=lambda release: release.name)
def test_what_is_said_of_every_later_release_holds(old):
    side = old.side()
    for new in later_than(old):
        found = compare(side, new.side(), predict=False)
        for holds in HOLDS:
            holds(found)


def group_of(old, new, code, **options):
    """The first group of a code between two shipped releases."""
    found = compare(shipped.resolve(old), shipped.resolve(new), **options)
    return next(group for group in found.groups if group.code == code)


@pytest.mark.parametrize(("old", "new"), [("2.8.4", "2.9.3")])
def test_attention_is_rounded_otherwise_and_draws_the_same(old, new):
    found = compare(shipped.resolve(old), shipped.resolve(new), ("keras.layers.Attention(dropout)",))
    codes = {group.code for group in found.groups}
    assert "rounding" in codes
    assert not codes & {"stream-moved", "seed-rule"}
    assert "1 ulp at most" in group_of(old, new, "rounding").message


def test_each_layer_gains_its_own_argument():
    told = dict(group_of("keras==3.14.1", "keras==3.15.1", "config").differences)
    assert told["seed=1337 is new in keras==3.15.1"] == ("keras.layers.Attention(dropout)",)
    assert told["sliding_window=None is new in keras==3.15.1"] == ("keras.layers.MultiHeadAttention(dropout)",)


def test_configs_of_keras_2_that_keras_3_cannot_load_are_told_as_that():
    told = group_of("2.15.1", "2.16.2", "config-refused")
    assert "time_major=False" in told.message
    assert "keras.layers.SpatialDropout2D" in told.subjects
    assert "keras.layers.Dropout" not in told.subjects
    assert "keras.layers.GaussianNoise" not in told.subjects


def test_what_no_later_release_mends_is_not_to_be_skipped():
    assert "Skip" not in group_of("keras==3.7.0", "keras==3.8.0", "raises").remedy
    assert "implementation=1" in group_of("keras==3.7.0", "keras==3.8.0", "raises").remedy
    assert "from Keras 3.8.0 on it works" in group_of("keras==3.6.0", "keras==3.7.0", "raises").remedy
