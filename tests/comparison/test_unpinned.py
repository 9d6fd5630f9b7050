"""comparison/unpinned.py and unjudged.py: what pip would choose, and what others install, is neither a yes nor a no."""

import itertools
import shlex
from dataclasses import replace

import pytest

from noise_ops import cli, judging
from noise_ops.comparison import unjudged, unpinned
from noise_ops.comparison.compare import compare
from noise_ops.comparison.groups import kind
from noise_ops.environments import required
from noise_ops.environments.pins import Elsewhere, Upgrade
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.report import of_comparison

ALONE = ("2.16.2", "2.17.1", "2.18.1", "2.19.1", "2.20.0", "2.21.0")
"""TensorFlows beside which pip installs the newest Keras."""


def upgraded(old, new, **options):
    """The outcome of an upgrade of requirements."""
    return judging.compare(*required.sides(old, new), **options)


@pytest.mark.parametrize(("old", "new"), [*itertools.combinations(ALONE, 2)])
def test_a_keras_that_no_side_pins_gives_no_answer_of_its_own(old, new):
    outcome = upgraded(old, new)
    page = of_comparison.page(outcome)
    assert page.answer.startswith("Cannot tell: no side pins Keras")
    assert "TensorFlow itself makes no change that was recorded." in page.answer
    assert outcome.exit_code("cannot-tell") == 1
    every = (change for group in compare(*map(shipped.resolve, (old, new))).groups for change in group.changes)
    of_keras = {kind(change) for change in every if change.subject.startswith("keras.")}
    assert outcome.comparison.unpinned.aside == len(of_keras)


def test_what_is_left_aside_is_what_the_two_kerases_make_on_one_tensorflow():
    left = upgraded("2.16.2", "2.21.0").comparison.unpinned
    of_keras = compare(*(release.side() for release in left.releases))
    assert [release.version for release in left.releases] == list(left.keras) == ["3.4.1", "3.13.2"]
    assert left.aside == len(of_keras.groups)
    assert all(left.makes(change) for group in of_keras.groups for change in group.changes)


def test_what_tensorflow_itself_changes_is_told_and_decides():
    old, new = required.sides("2.16.2", "2.21.0")
    found = dict(new.fingerprint.recorded)
    found["tf.nn.dropout"] = {
        place: {**facts, "new_call_new_noise": "aaa"} if place == "float32/eager" else facts
        for place, facts in found["tf.nn.dropout"].items()
    }
    worse = replace(new, fingerprint=replace(new.fingerprint, recorded=found))
    page = of_comparison.page(judging.compare(old, worse))
    assert page.answer.startswith("No: 1 change of the law of the noise; besides, no side pins Keras")
    assert {entry.verdict for entry in page.entries} == {Verdict.CANNOT_TELL, Verdict.LAW_CHANGED}


def test_functions_of_tensorflow_are_judged_without_a_keras():
    outcome = upgraded("2.16.2", "2.21.0", layers="tf.nn.dropout")
    assert of_comparison.page(outcome).answer.startswith("Yes: ")
    assert outcome.comparison.unpinned is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2.20.0 keras==3.11.1", "2.21.0 keras==3.13.2"),
        ("2.20.0", "2.21.0 keras==3.13.2"),
        ("2.14.1", "2.15.1"),  # whose Keras is of their number
        ("2.15.1", "2.16.2"),
        ("keras==3.6.0", "keras==3.7.0"),
    ],
)
def test_a_keras_that_one_side_pins_or_brings_changes(old, new):
    assert upgraded(old, new).comparison.unpinned is None


def test_a_release_that_is_named_is_what_it_was_recorded_with():
    assert unpinned.of(*map(shipped.resolve, ("2.20.0", "2.21.0"))) is None
    assert judging.compare("2.20.0", "2.21.0").verdict is Verdict.CONTRACT_CHANGED


def test_tf_keras_is_told_of_where_something_brings_it(tmp_path):
    def subjects(old, new, **options):
        return {target.subject.partition(".")[0] for target in upgraded(old, new, **options).comparison.targets}

    note = "tf_keras is not compared: neither side brings it."
    assert subjects("2.20.0", "2.21.0") == {"keras", "tf"}
    assert note in of_comparison.page(upgraded("2.20.0", "2.21.0")).notes
    assert "tf_keras" in subjects("2.20.0 tf_keras==2.20.1", "2.21.0 tf_keras==2.21.0")
    assert note not in of_comparison.page(upgraded("2.20.0", "2.21.0 tf-keras==2.21.0")).notes
    assert "tf_keras" in subjects("2.20.0", "2.21.0", layers="tf_keras.layers.Dropout")
    for name, brings in (("tf_keras", True), ("tf.keras", False)):
        (tmp_path / "model.py").write_text(
            f"import tensorflow as tf\nimport tf_keras\nlayer = {name}.layers.Dropout(0.5)\n"
        )
        assert ("tf_keras" in subjects("2.20.0", "2.21.0", used_in=tmp_path)) == brings


def test_what_would_answer_is_a_command_that_the_program_takes():
    group = unjudged.told(upgraded("2.20.0", "2.21.0").comparison).groups[0]
    assert group.reproduce in group.remedy
    cli._parser().parse_args(shlex.split(group.reproduce)[1:])


@pytest.mark.parametrize(("old", "new"), [("2.14.1", "2.15.1"), ("2.12.1", "2.13.1"), ("keras==3.6.0", "keras==3.7.0")])
def test_what_others_install_and_nobody_judged_is_no_pass(old, new):
    outcome = upgraded(old, new)
    elsewhere = Elsewhere(
        "for Python 3.12 on macOS arm64", "tensorflow==2.16.2", "tensorflow==2.17.1", can_be_judged=True
    )
    found = replace(
        outcome, comparison=unjudged.with_pins(outcome.comparison, Upgrade(old, new, "", "x", (elsewhere,)))
    )
    page, judged = of_comparison.page(found), of_comparison.page(outcome).answer
    assert page.answer.startswith(
        "Cannot tell: pins change for another Python or platform than the one that was judged"
    )
    assert f"Where it was judged: {judged[0].lower()}{judged[1:].partition(': ')[0]}, " in page.answer
    assert "noise-ops upgrade tensorflow==2.16.2 tensorflow==2.17.1" in page.entries[0].remedy
    assert found.exit_code("cannot-tell") == 1
