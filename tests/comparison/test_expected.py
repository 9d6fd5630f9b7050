"""expected.py: expected findings are taken out, unobserved and expired ones are said, and bad files refused."""

from dataclasses import replace
from datetime import date

import pytest

from noise_ops.comparison import compare, expected
from noise_ops.errors import UserError
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.side import Side

TODAY = date(2026, 11, 24)

ENTRY = """
[[expected]]
code = "raises"
subject = "keras.layers.*"
mode = "mirrored"
versions = { old = "keras<3.7", new = "keras>=3.7,<3.8" }
reason = "nobody here trains under MirroredStrategy"
link = "https://example.org/issues/1"
expires = 2027-01-31
"""


@pytest.fixture(scope="module")
def comparison():
    return compare.compare(shipped.resolve("keras==3.6.0"), shipped.resolve("keras==3.7.0"))


def parsed(*changes):
    """The entry with some of its text replaced."""
    text = ENTRY
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return expected.parse(text)


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
    assert outcome == expected.Outcome(comparison, (), (), ())


def test_an_expired_entry_takes_nothing_out(comparison):
    outcome = expected.apply(comparison, parsed(("2027-01-31", "2026-11-23")), TODAY)
    assert len(outcome.expired) == 1
    assert outcome.comparison is comparison
    assert not expected.apply(comparison, parsed(("2027-01-31", "2026-11-24")), TODAY).expired


def test_no_file_expects_nothing(tmp_path):
    assert expected.read(tmp_path / expected.FILE) == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('reason = "nobody here trains under MirroredStrategy"\n', ""), "reason is missing"),
        ((ENTRY, "[[expected]]\n"), "code, subject, versions, reason and expires are missing"),
        ((ENTRY, ENTRY + ENTRY.replace("nobody", "no one")), "entry 2: it expects the same as entry 1"),
        (('"raises"', '"unknown-property"'), "cannot be told, which nobody can expect"),
        (('"raises"', '"crash"'), "cannot be told, which nobody can expect"),
        (('"keras.layers.*"', "[]"), "subject must be a text, or a list of texts"),
        (('"keras.layers.*"', '["a", 3]'), "subject must be a text, or a list of texts"),
        (('"keras.layers.*"', '[""]'), "subject must be a text, or a list of texts"),
        (('"mirrored"', "3"), "mode must be a text"),
        (('"https://example.org/issues/1"', "3"), "link must be a text"),
        (("keras<3.7", "keras @ https://example.org/x"), "no range of versions"),
        (("reason =", "why = 1\nlinks = 2\nreason ="), "there is no entry 'why' and 'links'"),
        (("nobody here trains under MirroredStrategy", " "), "reason must be a text"),
        (('"raises"', '"no-such"'), "no code 'no-such'"),
        (('"raises"', "3"), "code must be a text"),
        (("2027-01-31", '"2027-01-31"'), "expires must be a date"),
        (("2027-01-31", "2027-01-31T10:00:00"), "expires must be a date"),
        (("2027-01-31", "2027-02-31"), "not valid TOML"),
        (("keras<3.7", "keras<<3.7"), "no range of versions"),
        (('old = "keras<3.7"', "old = 3"), "no range of versions"),
        (("keras<3.7", "torch<3.7"), "not of torch"),
        (("old =", "before ="), "versions must be a table"),
        (("mode =", "moed ="), "no entry 'moed'"),
        (("[[expected]]", "[expected]"), "written [[expected]]"),
        (("[[expected]]", "[[unexpected]]"), "unknown table 'unexpected'"),
        (("[[expected]]", "[[expected"), "not valid TOML"),
    ],
)
def test_a_malformed_file_is_refused_in_one_sentence(change, said):
    with pytest.raises(UserError) as raised:
        parsed(change)
    assert said in str(raised.value)
    assert str(raised.value).startswith(expected.FILE)


def test_a_file_of_other_bytes_is_refused(tmp_path):
    path = tmp_path / expected.FILE
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match="UTF-8"):
        expected.read(path)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(UserError, match="it is a folder"):
        expected.read(tmp_path)


def test_what_is_written_on_request_expects_everything(comparison):
    entries = expected.entries(comparison, 'read and "accepted"', "none", date(2027, 1, 31))
    again = expected.parse(expected.render(entries))
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


def test_a_link_is_optional(comparison):
    [entry] = parsed(('link = "https://example.org/issues/1"\n', ""))
    assert entry.link == ""
    assert expected.parse(expected.render([entry])) == (entry,)


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
