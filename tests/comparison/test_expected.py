"""expected.py: expected findings are taken out, unobserved and expired ones are said."""

from dataclasses import replace
from datetime import date

import pytest

from noise_ops.comparison import compare, expected
from noise_ops.errors import UserError
from noise_ops.expected import file
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.side import Side
from tests.expected._entries import parsed

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def comparison():
    return compare.compare(shipped.resolve("keras==3.6.0"), shipped.resolve("keras==3.7.0"))


def test_an_expected_finding_is_taken_out(comparison):
    outcome = expected.apply(comparison, parsed(), TODAY)
    assert "raises" not in {group.code for group in outcome.comparison.groups}
    raising = sum(change.code == "raises" for group in comparison.groups for change in group.changes)
    assert [(entry.code, count) for entry, count in outcome.met] == [("raises", raising)]
    assert outcome.unobserved == outcome.expired == ()
    assert not [t for t in outcome.comparison.targets if t.mode == "mirrored" and t.verdict is not Verdict.IDENTICAL]


def test_what_is_not_expected_stays(comparison):
    outcome = expected.apply(comparison, parsed(("keras.layers.*", "keras.layers.Dropout")), TODAY)
    group = next(group for group in outcome.comparison.groups if group.code == "raises")
    assert "keras.layers.Dropout" not in group.subjects
    raising = next(group for group in comparison.groups if group.code == "raises")
    assert len(group.places) == len(raising.places) - 1 > 0


@pytest.mark.parametrize("change", [("mirrored", "eager"), ("raises", "config"), ("keras.layers.*", "tf.*")])
def test_an_entry_that_matches_nothing_is_unobserved(comparison, change):
    outcome = expected.apply(comparison, parsed(change), TODAY)
    assert len(outcome.unobserved) == 1
    assert outcome.comparison is comparison


def test_an_entry_of_other_versions_says_nothing(comparison):
    outcome = expected.apply(comparison, parsed(("keras<3.7", "tensorflow<2.16")), TODAY)
    assert outcome == expected.Outcome(comparison)


def test_an_entry_of_a_check_says_nothing_of_an_upgrade(comparison):
    versions = ('{ old = "keras<3.7", new = "keras>=3.7,<3.8" }', '"keras>=3"')
    outcome = expected.apply(comparison, parsed(versions), TODAY)
    assert outcome == expected.Outcome(comparison)


def test_an_entry_may_name_the_property_of_a_change(comparison):
    for name, number in (("stream", 1), ("config", 0)):
        outcome = expected.apply(comparison, parsed(("mode =", f'property = "{name}"\nmode =')), TODAY)
        assert len(outcome.met) == number


def test_an_expired_entry_takes_nothing_out(comparison):
    outcome = expected.apply(comparison, parsed(("2027-01-31", "2026-11-23")), TODAY)
    assert len(outcome.expired) == 1
    assert outcome.comparison is comparison
    assert not expected.apply(comparison, parsed(("2027-01-31", "2026-11-24")), TODAY).expired


def test_what_is_written_on_request_expects_everything(comparison):
    entries = expected.entries(comparison, 'read and "accepted"', "none", date(2027, 1, 31))
    again = file.parse(file.render(entries))
    assert again == entries
    outcome = expected.apply(comparison, again, TODAY)
    assert outcome.comparison.verdict_unfixed is Verdict.IDENTICAL
    assert all(group.fixed for group in outcome.comparison.groups)
    assert outcome.verdict is comparison.verdict
    assert len(outcome.met) == len(entries) == len([group for group in comparison.groups if not group.fixed])


def test_an_entry_of_what_was_mended_is_not_needed():
    mending = compare.compare(shipped.resolve("keras==3.1.1"), shipped.resolve("keras==3.2.1"))
    changes = (
        ('"raises"', '"mask-density"'),
        ('mode = "mirrored"\n', ""),
        ("keras<3.7", "keras<3.2"),
        (">=3.7", ">=3.2"),
    )
    outcome = expected.apply(mending, parsed(*changes), TODAY)
    assert [entry.code for entry in outcome.mended] == ["mask-density"]
    assert (outcome.met, outcome.unobserved, outcome.accepted) == ((), (), ())
    assert outcome.comparison is mending


def test_a_subject_may_be_short_and_there_may_be_several(comparison):
    entries = parsed(('"keras.layers.*"', '["Dropout", "LSTM.dropout", "G*"]'))
    outcome = expected.apply(comparison, entries, TODAY)
    taken = {subject for group in outcome.accepted for subject in group.subjects}
    names = ("Dropout", "LSTM(dropout)", "GRU(dropout)", "GaussianDropout", "GaussianNoise")
    assert taken == {f"keras.layers.{name}" for name in names}


DECISION = expected.Decision("why", "", date.max)


def test_nothing_is_no_acceptance(comparison):
    same = compare.compare(comparison.old, comparison.old)
    with pytest.raises(UserError, match="nothing was found that could be expected"):
        expected.accepted(same, (), DECISION)
    entries = expected.accepted(comparison, (), DECISION)
    with pytest.raises(UserError, match="expects all that was found"):
        expected.accepted(comparison, entries, DECISION)


def test_what_is_mended_alone_needs_no_acceptance():
    mended = compare.compare(*(shipped.resolve(f"keras==3.{minor}.0") for minor in (7, 8)), ("Dropout",))
    assert mended.groups
    with pytest.raises(UserError, match="nothing to accept"):
        expected.accepted(mended, (), DECISION)


def test_an_entry_past_its_day_is_decided_before_more_is_accepted(comparison):
    with pytest.raises(UserError, match="1 entry about this upgrade past the last day"):
        expected.accepted(comparison, parsed(("2027-01-31", "2020-01-31")), DECISION)


def test_what_cannot_be_told_cannot_be_accepted(comparison):
    other = Side("other", replace(comparison.new.fingerprint, probe=2))
    unknown = compare.compare(comparison.old, other)
    assert unknown.verdict is Verdict.CANNOT_TELL
    with pytest.raises(UserError, match="nothing to accept"):
        expected.accepted(unknown, (), DECISION)
