"""report/headline.py: the answer leaves out nothing that changed, and claims nothing that was not asked."""

import itertools
from datetime import date

import pytest

from noise_ops.comparison import compare, expected
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.report import headline
from tests.fingerprint._fingerprints import DROPOUT, compared, fingerprint, one

TODAY = date(2026, 11, 24)
LAST = date(2027, 6, 30)
PAIRS = [pair for library in shipped.LIBRARIES for pair in itertools.pairwise(shipped.releases(library))]
each_pair = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0].name}-{pair[1].name}")
KEPT = "every bit, law and contract"


def told(comparison, entries=(), today=TODAY):
    """The answer about a comparison, and its outcome."""
    outcome = expected.apply(comparison, entries, today)
    return headline.answer(outcome), outcome


def between(old, new, *patterns):
    return compare.compare(shipped.resolve(old), shipped.resolve(new), patterns, predict=False)


@pytest.fixture(scope="module")
def comparisons():
    """Every step from one shipped release to the next."""
    return {pair: compare.compare(pair[0].side(), pair[1].side(), predict=False) for pair in PAIRS}


# The law


@pytest.mark.parametrize(
    ("old", "new", "layer", "answer"),
    [
        (
            "keras==3.1.1",
            "keras==3.2.1",
            "LSTM.recurrent_dropout",
            "After a look: the law of the noise changes, toward ",
        ),
        ("2.10.1", "2.11.1", "tf.nn.dropout", "After a look: the law of the noise changes, toward what is documented "),
        ("2.15.1", "2.16.2", "Dropout", "No: 2 changes of the law of the noise, "),
        ("keras==3.7.0", "keras==3.8.0", "Dropout", "Yes: what changes is mended, and everything else "),
        (
            "keras==3.6.0",
            "keras==3.7.0",
            "Dropout",
            "After a look: the law of the noise is kept, and 1 change of what ",
        ),
        (
            "keras==3.5.0",
            "keras==3.6.0",
            "GRU",
            f"Yes: {KEPT} that was recorded of what you selected is kept. Only GRU ",
        ),
    ],
)
def test_an_answer_begins_with_what_counts(old, new, layer, answer):
    assert told(between(old, new, layer))[0].startswith(answer)


@each_pair
def test_a_law_that_changes_is_never_said_to_be_kept(comparisons, pair):
    answer, outcome = told(comparisons[pair])
    changed = any(group.verdict is Verdict.LAW_CHANGED for group in outcome.comparison.groups)
    assert ("law of the noise is kept" in answer or "the law is the same" in answer) <= (not changed)
    mended = {g.code for g in outcome.comparison.groups if g.fixed and g.verdict is Verdict.LAW_CHANGED}
    if mended and outcome.comparison.verdict_unfixed is not Verdict.LAW_CHANGED:
        assert "the law of the noise changes, toward what " in answer
        assert all(code in answer for code in mended)
        conditional = any(
            group.condition for group in outcome.comparison.groups if group.fixed and group.code in mended
        )
        assert f"training {'may' if conditional else 'will'} feel it" in answer
        assert headline.weight(outcome) is Verdict.CONTRACT_CHANGED


@each_pair
def test_where_anything_was_found_not_everything_is_kept(comparisons, pair):
    answer, outcome = told(comparisons[pair])
    anything = outcome.comparison.groups or outcome.comparison.coverage.unlike
    assert (KEPT in answer) == (not anything)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("noise_is_added", "nearly x + y(0)", "x + y(0)"),
        ("variables", {"all": 1, "weights": 0}, {"all": 2, "weights": 0}),
    ],
)
def test_what_differs_without_a_finding_is_named(name, old, new):
    answer, _ = told(compared(one(old, name), one(new, name)))
    assert answer.startswith(
        "Yes: every law and contract that was recorded is as recorded; 1 fact differs without consequence"
    )
    assert f"such as {name} of {DROPOUT} (float32, eager)" in answer


def test_a_broken_law_outweighs_what_cannot_be_told():
    old = {"no_such": "a", "identity_at_inference": "identity"}
    new = {"no_such": "b", "identity_at_inference": "noise"}
    answer, outcome = told(compared(*(fingerprint({DROPOUT: {"float32/eager": facts}}) for facts in (old, new))))
    assert answer.startswith("No: 1 change of the law of the noise; besides, a fingerprint holds a property that ")
    assert outcome.exit_code("cannot-tell") == 1
    answer, _ = told(compared(*(one(value, "no_such") for value in "ab")))
    assert answer.startswith("Cannot tell: a fingerprint holds a property that ")


@pytest.mark.parametrize("library", shipped.LIBRARIES)
def test_no_answer_but_a_yes_or_a_look_passes_at_any_policy(library):
    releases = shipped.releases(library)
    for old, new in [*itertools.combinations(releases, 2), *((b, a) for a, b in itertools.pairwise(releases))]:
        answer, outcome = told(compare.compare(old.side(), new.side(), predict=False))
        for fail_on in Verdict:
            code = outcome.exit_code(fail_on.value)
            assert code or answer.startswith(("Yes", "After a look")), (old.name, new.name, fail_on)


# What was not asked


def test_a_selection_speaks_for_itself_alone():
    answer, outcome = told(between("keras==3.5.0", "keras==3.6.0", "GRU", "LSTM*"))
    assert outcome.comparison.coverage.left_out == 15
    assert answer.endswith("Only GRU and LSTM* were asked: 15 other subjects that both sides recorded are left out.")


def test_what_one_side_alone_recorded_is_not_kept():
    both = {DROPOUT: {"float32/eager": {"config": []}}}
    more = {DROPOUT: {"float32/eager": {"config": []}, "float32/fit": {"stream": "a b"}}}
    for old, new, name in ((both, more, "new"), (more, both, "old")):
        answer, _ = told(compared(fingerprint(old), fingerprint(new)))
        not_compared = f"Not compared: 1 place that only {name} recorded."
        assert answer == f"Yes: {KEPT} that both sides recorded is as recorded. {not_compared}"


def test_a_fact_that_one_side_alone_recorded_is_not_kept():
    old, new = {"config": [], "signature": []}, {"config": []}
    answer, _ = told(compared(*(fingerprint({DROPOUT: {"float32/eager": facts}}) for facts in (old, new))))
    assert answer.endswith("Not compared: 1 fact that only old recorded.")


# What is expected


@each_pair
def test_what_is_accepted_is_a_decision_and_not_kept(comparisons, pair):
    found = comparisons[pair]
    entries = expected.entries(found, "why", "", LAST)
    unfixed = [group for group in found.groups if not group.fixed]
    assert len(entries) == len(unfixed)
    answer, outcome = told(found, entries)
    assert outcome.verdict is found.verdict
    assert (outcome.unobserved, outcome.mended, outcome.expired) == ((), (), ())
    if not unfixed:
        assert "expected" not in answer
        return
    number = f"{len(unfixed)} finding{'s are' if len(unfixed) > 1 else ' is'} expected until 2027-06-30"
    assert f"{number} (noise-ops.expected.toml)" in answer
    assert KEPT not in answer
    mended = any(group.fixed and group.verdict is Verdict.LAW_CHANGED for group in found.groups)
    assert answer.startswith("After a look: the law of the noise changes" if mended else "Yes, by your decision: ")


def test_a_law_that_is_expected_to_change_is_not_kept():
    found = between("2.15.1", "2.16.2")
    entries = [entry for entry in expected.entries(found, "why", "", LAST) if entry.code in ("replicas", "normality")]
    entries += [entry for entry in expected.entries(found, "why", "", LAST) if entry.code == "gate-masks"]
    answer, _ = told(found, entries)
    assert "kept" not in answer.partition(".")[0]


def test_an_expectation_that_is_past_its_day_says_no():
    found = between("keras==3.6.0", "keras==3.7.0")
    answer, outcome = told(found, expected.entries(found, "why", "", date(2026, 1, 1)))
    number = len(outcome.expired)
    late = "an expected finding" if number == 1 else f"{number} expected findings"
    assert answer.startswith(f"No: {late} expired on 2026-01-01; decide again. Without ")
    assert f"; decide again. Without {'it' if number == 1 else 'them'}: after a look, the law " in answer
