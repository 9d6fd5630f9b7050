"""expected/sorting.py: what a team expects of a check does not fail it, and is no pass either."""

from datetime import date

import pytest

from noise_ops.expected import file
from noise_ops.findings import Verdict
from noise_ops.result import Result, Selection
from tests.test_result import check

TODAY = date(2026, 11, 24)
INSTALLED = {"tensorflow": "2.21.0", "keras": "3.15.1", "tf_keras": None}
ENTRY = """
[[expected]]
code = "mask-density"
subject = "keras.layers.Dropout"
versions = "tensorflow>=2.16"
reason = "we train in float32"
expires = 2027-01-31
"""
FOUND = check("failed", "mask-density")


def run(*checks, text=ENTRY, today=TODAY, **fields):
    """The result of some checks, of which a file expects something."""
    result = Result(list(checks), INSTALLED, **fields)
    result.expect(file.parse(text), today, "mine.toml")
    return result


def test_what_is_expected_is_no_news_and_stays_found():
    result = run(check(), FOUND)
    assert result.verdict is Verdict.IDENTICAL
    assert result.findings == []
    assert result.found == list(result.expected.taken) == [FOUND.finding]
    assert result.expected.until == date(2027, 1, 31)
    assert result.expected.unobserved == result.expected.expired == ()


@pytest.mark.parametrize(
    "found",
    [
        check("failed", "mean"),
        check("failed", "mask-density", subject="keras.layers.AlphaDropout"),
        check("failed", "crash"),
    ],
)
def test_what_is_not_expected_stays_news(found):
    result = run(FOUND, found)
    assert result.findings == [found.finding]
    assert len(result.expected.taken) == 1


@pytest.mark.parametrize(
    ("line", "is_met"),
    [
        ('dtype = "float32"', True),
        ('dtype = "float16"', False),
        ('mode = "xla"', False),
        ('property = "mask_density"', True),
        ('property = "mask_*"', True),
        ('property = "new_call_new_noise"', False),
    ],
)
def test_an_entry_is_as_narrow_as_it_says(line, is_met):
    result = run(FOUND, text=f"{ENTRY}{line}\n")
    assert bool(result.expected.met) is is_met
    assert bool(result.findings) is bool(result.expected.unobserved) is not is_met


def test_an_entry_past_its_day_expects_nothing():
    result = run(FOUND, today=date(2027, 2, 1))
    assert len(result.expected.expired) == 1
    assert result.findings == [FOUND.finding]
    assert not run(FOUND, today=date(2027, 1, 31)).expected.expired


@pytest.mark.parametrize("versions", ['"tensorflow<2.16"', '"tf_keras"', '{ old = "keras<3", new = "keras>=3" }'])
def test_an_entry_of_other_versions_or_of_an_upgrade_says_nothing(versions):
    result = run(FOUND, text=ENTRY.replace('"tensorflow>=2.16"', versions))
    assert result.findings == [FOUND.finding]
    assert result.expected.unobserved == result.expected.expired == ()


def test_an_entry_is_unobserved_where_what_it_expects_was_asked():
    assert len(run(check()).expected.unobserved) == 1
    assert len(run(check(), selection=Selection(("Dropout",))).expected.unobserved) == 1
    assert len(run(check(property="mean_preservation"), selection=Selection(("Dropout",))).expected.unobserved) == 0
    assert len(run(check(subject="tf.nn.dropout"), selection=Selection(("tf.nn.dropout",))).expected.unobserved) == 0
    assert len(run(check("skipped"), selection=Selection(("Dropout",))).expected.unobserved) == 0
    assert len(run(check(subject="tf.nn.dropout")).expected.unobserved) == 1  # of a run of everything
