"""report/junit.py: well-formed whatever a fingerprint held, one test a place and finding."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noise_ops.findings import Verdict
from noise_ops.report.junit import render
from tests.report._pages import CONFIG, ENTRY, PAGE, SAME, hostile_pages, is_command, with_entries


def cases(page, fail_on=Verdict.CONTRACT_CHANGED):
    """The tests of a report, read as a build server reads them."""
    return list(ElementTree.fromstring(render(page, fail_on).encode()).iter("testcase"))


def test_a_failure_names_verdict_message_and_remedy():
    case = cases(with_entries(ENTRY))[0]
    failure = case.find("failure")
    assert (case.get("classname"), case.get("name")) == ("keras.layers.Dropout", "float32 mirrored replicas")
    assert (failure.get("type"), failure.get("message")) == ("law-changed", ENTRY.message)
    assert f"What to do: {ENTRY.remedy}\nAgain: {ENTRY.reproduce}\nWith TensorFlow alone:\nimport" in failure.text


def test_a_failure_says_who_is_affected():
    (case, *_) = cases(with_entries(replace(ENTRY, condition="use jit_compile")))
    assert "\nYou are affected if you use jit_compile.\n" in case.find("failure").text
    assert "affected" not in cases(with_entries(ENTRY))[0].find("failure").text


@pytest.mark.parametrize(
    ("fail_on", "failing"),
    [
        (Verdict.CANNOT_TELL, {"replicas"}),
        (Verdict.LAW_CHANGED, {"replicas"}),
        (Verdict.CONTRACT_CHANGED, {"replicas", "config"}),
        (Verdict.STREAM_CHANGED, {"replicas", "config", "seed-rule"}),
    ],
)
def test_a_policy_says_what_fails_and_what_was_mended_never_does(fail_on, failing):
    found = cases(PAGE, fail_on)
    assert {case.get("name").split()[-1] for case in found if case.find("failure") is not None} == failing
    assert all(case.find("system-out") is not None for case in found if case.find("failure") is None)


@pytest.mark.parametrize(("verdict", "failures"), [(Verdict.IDENTICAL, 0), (Verdict.CANNOT_TELL, 1)])
def test_a_page_without_findings_is_one_test(verdict, failures):
    (case,) = cases(replace(SAME, verdict=verdict))
    assert (case.get("classname"), case.get("name")) == ("2.15.1 → 2.16.2", "Safe to merge?")
    assert len(case.findall("failure")) == failures


def test_the_suite_counts_and_says_the_answer():
    suite = ElementTree.fromstring(render(PAGE, Verdict.LAW_CHANGED).encode()).find("testsuite")
    assert (suite.get("tests"), suite.get("failures")) == ("12", "3")
    assert suite.find("system-out").text.startswith("Safe to merge? No: 1 change of the law")


def test_two_findings_of_one_code_at_one_place_have_two_names():
    names = [(case.get("classname"), case.get("name")) for case in cases(with_entries(CONFIG, CONFIG))]
    assert len(set(names)) == len(names) == 6


@given(hostile_pages, st.sampled_from(Verdict))
def test_any_text_gives_well_formed_xml_that_no_workflow_runs(page, fail_on):
    text = render(page, fail_on)
    suite = ElementTree.fromstring(text.encode()).find("testsuite")
    assert int(suite.get("tests")) == len(suite.findall("testcase"))
    assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
    assert not any(map(is_command, text.split("\n")))


def test_what_xml_cannot_hold_is_shown_as_an_escape():
    case = cases(with_entries(replace(ENTRY, message="\x1b[2J \ufffe \ud800")))[0]
    assert case.find("failure").get("message") == r"\x1b[2J \ufffe \ud800"


def test_what_fails_whatever_the_verdict_is_a_failure():
    page = replace(SAME, failures=("Expired on 2020-01-01: raises; decide again.",))
    (failure,) = ElementTree.fromstring(render(page, Verdict.CANNOT_TELL)).iter("failure")
    assert failure.get("message").startswith("Expired on 2020-01-01")
