"""recorder.py: what ends or hangs a worker is a fact, and loses no other."""

import json
import sys

import pytest

from noise_ops.errors import UserError
from noise_ops.fingerprint import schema
from noise_ops.probe.recorder import Limits, Recorder
from tests.probe._probes import SUBJECTS, changed, copied, recorded

READY = {"ready": {"environment": {"tensorflow": "2.4"}, "subjects": ["a", "b", "c"]}}

TOLD = """
import json, os, sys, time

def tell(**message):
    print(json.dumps(message), flush=True)

tell(**{ready})
for line in sys.stdin:
    order = json.loads(line)
    subject, skipped = order["subject"], order["skip"]
    for name in ("one", "two"):
        key = f"{{subject}} x/eager {{name}}"
        if key in skipped:
            continue
        tell(begin=key)
        {accident}
        tell(key=key, subject=subject, target="x/eager", facts={{name: 1}})
        {between}
    tell(end=subject)
"""
"""A worker that observes two properties of each subject, but for an accident."""


def recorder(accident="pass", *, between="pass", patterns=(), modes=None, ready=READY, limits=None):
    """A recorder of workers that are no TensorFlow."""
    source = TOLD.format(ready=json.dumps(ready), accident=accident, between=between)
    return Recorder([sys.executable, "-c", source], patterns, modes, limits=limits or Limits(start=60, step=60))


def facts_of(accident, **options):
    """The facts that are recorded in spite of an accident, by subject and property."""
    whole = recorder(accident, **options)
    whole.record(2)
    return {subject: targets["x/eager"] for subject, targets in whole.fingerprint()["facts"].items()}


WHOLE = {"one": 1, "two": 1}


def test_every_subject_is_observed_once():
    assert facts_of("pass") == dict.fromkeys("abc", WHOLE)


@pytest.mark.parametrize(
    ("accident", "fate"),
    [
        ("os._exit(3)", "crashes: exit code 3"),
        ("os.abort()", "crashes: SIGABRT"),
        ("time.sleep(600)", "hangs"),
    ],
)
def test_a_worker_that_is_lost_loses_one_fact(accident, fate):
    limits = Limits(start=60, step=5) if fate == "hangs" else None
    found = facts_of(f"if key == 'b x/eager one': {accident}", limits=limits)
    assert found == {"a": WHOLE, "b": {"one": fate, "two": 1}, "c": WHOLE}


def test_a_worker_that_dies_between_two_observations_is_said_to():
    whole = recorder(between="if key == 'b x/eager one': os._exit(0)")
    whole.record(1)
    facts = whole.fingerprint()["facts"]
    assert facts["b"] == {"x/eager": {"one": 1}, "any/any": {"observed": "crashes: exit code 0"}}
    assert facts["c"] == {"x/eager": WHOLE}


def test_patterns_choose_subjects_and_a_record_in_part_says_so():
    whole = recorder(patterns=("[ac]",), modes=("eager",))
    whole.record(1)
    assert set(whole.fingerprint()["facts"]) == {"a", "c"}
    assert whole.fingerprint()["only"] == {"subjects": ["[ac]"], "modes": ["eager"]}
    assert whole.command[-2:] == ["--modes", "eager"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"patterns": ("x*", "y*")}, r"no subject here is named x\* or y\*"),
        ({"ready": {"unusable": "it is broken"}}, "it is broken"),
    ],
)
def test_what_cannot_be_recorded_is_one_error(options, words):
    with pytest.raises(UserError, match=words):
        recorder(**options).record(2)


@pytest.mark.parametrize(
    ("source", "words"),
    [("import os; os.abort()", "ends the process .SIGABRT."), ("import time; time.sleep(600)", "after 1 seconds")],
)
def test_a_worker_that_is_never_ready_is_one_error(source, words):
    with pytest.raises(UserError, match=words):
        Recorder([sys.executable, "-c", source], (), None, limits=Limits(start=1)).record(1)


@pytest.mark.parametrize(
    ("statement", "limits", "fate"),
    [
        ("os.abort()", "", "crashes: SIGABRT"),
        ("os._exit(3)", "", "crashes: exit code 3"),
        ("raise KeyError(1)", "", "raises KeyError: 1"),
        ("threading.Event().wait()", "step=5", "hangs"),
    ],
)
def test_beside_tensorflow_it_is_so_too(tmp_path, statement, limits, fate):
    probe = copied(tmp_path / "probe", changed(statement, limits))
    text = recorded(probe, "--subjects", *SUBJECTS, "--jobs", "1")
    facts = {fact.subject: fact.value for fact in schema.parse(text.encode()).facts()}
    assert facts[SUBJECTS[0]] == fate
    assert len(facts[SUBJECTS[1]]) == 4
