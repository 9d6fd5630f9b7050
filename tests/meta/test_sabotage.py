"""The suite can fail: real layers broken on purpose are caught, and controls are left alone.

The catalogue is in noise_ops/sabotage/; `noise-ops selftest` runs it on a user's machine. Here a few mutants of each
sort are run each time, all of them with --run-long.
"""

from dataclasses import replace

import pytest

from noise_ops import session
from noise_ops.checks.asking import SUITE
from noise_ops.errors import UserError
from noise_ops.findings import Verdict
from noise_ops.properties.catalog import QUESTIONS
from noise_ops.sabotage import (
    alphas,
    behaviours,
    contracts,
    ends,
    gaussians,
    masks,
    op_seeds,
    repetitions,
    returns,
    seams,
    seeds,
    selftest,
    uniforms,
)
from noise_ops.sabotage.catalog import catalog
from noise_ops.sabotage.mutant import CONTROLS, Kind, Mutant, Wound
from noise_ops.sabotage.outcome import Ending
from noise_ops.subjects import catalog as subjects
from noise_ops.subjects.libraries import tensorflow

MUTANTS = {mutant.name: mutant for mutant in catalog()}
BROKEN = [mutant for mutant in catalog() if not mutant.is_control]
WOUNDS = [
    wound
    for module in (
        alphas,
        behaviours,
        contracts,
        ends,
        gaussians,
        masks,
        op_seeds,
        repetitions,
        returns,
        seeds,
        uniforms,
    )
    for wound in module.ALL
]

SAMPLE = (
    "keras.layers.Dropout/untouched",
    "keras.layers.Dropout/complemented",
    "keras.layers.Dropout/scale-3-ulp",
    "keras.layers.Dropout/greater-than",
    "keras.layers.Dropout/channel-3-never-dropped",
    "keras.layers.Dropout/calls-half-shared",
    "keras.layers.Dropout/same-after-retrace",
    "keras.layers.Dropout/half-repeated",
    "keras.layers.Dropout/same-after-256-calls",
    "keras.layers.Dropout/seed-lost-in-file",
    "keras.layers.Dropout/bad-rates-accepted",
    "keras.layers.SpatialDropout1D/noise-shape-ignored",
    "keras.layers.GaussianDropout/variance-inverted",
    "keras.layers.GaussianNoise/input-overwritten",
    "keras.layers.GaussianNoise/noise-multiplied",
    "keras.layers.GaussianNoise/noise-subtracted",
    "keras.layers.GaussianNoise/half-negated",
    "keras.layers.AlphaDropout/shift-missing",
    "noise_ops.layers.keras3.MaskedGaussianNoise/mask-tied-to-noise",
    "tf_keras.layers.Dropout/same-in-graphs",
    "tf_keras.layers.GaussianNoise/replicas-share-op-seed",
    "noise_ops.layers.keras2.MaskedGaussianNoise/examples-in-pairs",
    "tf.nn.dropout/multiplied-by-mask",
    "tf.nn.experimental.stateless_dropout/noise-shape-on-wrong-axes",
    "tf.nn.experimental.stateless_dropout/seeds-in-pairs",
    "tf.random.stateless_normal/seed-ignored",
)
"""Mutants that stand for the others in the default test run: each library, each seam, each way to end."""


class Progress:
    """Counts what a self-test tells."""

    def __init__(self):
        self.environments, self.steps = [], []

    def started(self, environment):
        self.environments.append(environment)

    def advanced(self, done, total, subject):
        self.steps.append((done, total, subject))


def test_a_run_collects_every_file_that_asks_something_of_its_subject():
    found = session.files_by_subject(selftest.PROFILE)
    assert set(found) == set(subjects.names())
    assert {path for files in found.values() for path in files} == set(SUITE.glob("test_*.py"))
    assert [path.name for path in found["tf_keras.layers.AlphaDropout"]] == ["test_alpha_dropout.py"]


def test_a_self_test_is_narrowed_to_layers():
    found = selftest.narrowed(None, ["keras.layers.Dropout", "tf.nn.dropout"])
    assert {mutant.subject for mutant in found} == {"keras.layers.Dropout", "tf.nn.dropout"}
    assert len(selftest.narrowed(None, [])) == len(selftest.narrowed(None, ["*"]))
    with pytest.raises(UserError, match="broken layer 'Dropuot'"):
        selftest.narrowed(None, ["Dropuot"])


def test_there_are_mutants_of_every_subject():
    assert len(BROKEN) >= 80
    assert {mutant.subject for mutant in BROKEN} == set(subjects.names())
    assert {mutant.subject for mutant in catalog() if mutant.is_control} == set(subjects.names())


def test_mutants_have_names_of_their_own():
    assert len(MUTANTS) == len(catalog())


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.RANDOM], ids=lambda kind: kind.name)
def test_every_kind_is_covered(kind):
    assert any(mutant.wound.kind is kind for mutant in catalog())


@pytest.mark.parametrize("wound", WOUNDS, ids=lambda wound: wound.name)
def test_a_wound_is_inflicted_on_some_layer(wound):
    assert any(mutant.wound is wound for mutant in catalog())


@pytest.mark.parametrize("mutant", catalog(), ids=lambda mutant: mutant.name)
def test_a_mutant_says_what_must_catch_it(mutant):
    wound = mutant.wound
    if mutant.is_control:
        assert not wound.expected
        assert Verdict.IDENTICAL in wound.verdicts or wound.verdicts == (Verdict.STREAM_CHANGED,)
    else:
        assert wound.expected or wound in ends.ALL  # which any property may catch
        assert set(wound.verdicts) <= {Verdict.LAW_CHANGED, Verdict.CONTRACT_CHANGED}
    assert set(wound.expected) <= QUESTIONS.keys()


@pytest.mark.parametrize("name", SAMPLE)
def test_a_mutant_ends_as_it_should(name):
    outcome = selftest.judge(MUTANTS[name])
    assert outcome.is_right, outcome
    assert outcome.ending is (Ending.LEFT_ALONE if MUTANTS[name].is_control else Ending.CAUGHT)


@pytest.mark.long
@pytest.mark.parametrize("mutant", catalog(), ids=lambda mutant: mutant.name)
def test_every_mutant_ends_as_it_should(mutant):
    outcome = selftest.judge(mutant)
    assert outcome.is_right, outcome


@pytest.mark.long
def test_the_number_of_processes_changes_nothing():
    chosen = [MUTANTS[name] for name in SAMPLE[:6]]
    progress = Progress()
    matrices = [selftest.run(progress, chosen, workers) for workers in (0, 1, 2)]
    results = [[replace(outcome, seconds=0.0) for outcome in matrix.outcomes] for matrix in matrices]
    assert results[0] == results[1] == results[2]
    assert [matrix.exit_code for matrix in matrices] == [0, 0, 0]
    assert len(progress.environments) == 3
    assert [step[:2] for step in progress.steps] == 3 * [(done, 6) for done in range(1, 7)]


def harmless(name, kind, expected=()):
    """A wound that changes nothing, whatever it claims."""
    return Wound(name, kind, "nothing is broken", (seams.dropouts(lambda call: call.sound()),), expected)


def test_a_mutant_that_nothing_objects_to_is_missed():
    mutant = Mutant("tf.nn.dropout", harmless("harmless", Kind.SCALE, ("support_and_scale",)))
    outcome = selftest.judge(mutant)
    assert (outcome.ending, outcome.verdict, outcome.is_right) == (Ending.MISSED, Verdict.IDENTICAL, False)


def test_a_mutant_caught_by_another_property_is_missed():
    wound = replace(MUTANTS["tf.nn.dropout/scale-missing"].wound, expected=("bad_rate_rejected",))
    outcome = selftest.judge(Mutant("tf.nn.dropout", wound))
    assert outcome.ending is Ending.MISSED
    assert "support_and_scale" in outcome.caught_by


def test_a_control_that_breaks_the_law_is_accused():
    wound = replace(MUTANTS["tf.nn.dropout/scale-missing"].wound, kind=CONTROLS[1], expected=())
    outcome = selftest.judge(Mutant("tf.nn.dropout", replace(wound, verdicts=(Verdict.STREAM_CHANGED,))))
    assert (outcome.ending, outcome.is_right) == (Ending.ACCUSED, False)


def test_a_place_that_a_layer_never_passes_is_told():
    mutant = Mutant("tf.random.uniform", harmless("elsewhere", Kind.UNBROKEN))
    outcome = selftest.judge(mutant)
    assert (outcome.ending, outcome.is_right) == (Ending.UNREACHED, False)


def test_a_place_that_a_version_lacks_is_told():
    cut = seams.method("call_of_another_version", lambda call: call.sound())
    mutant = Mutant("keras.layers.Dropout", Wound("elsewhere", Kind.UNBROKEN, "nothing is broken", (cut,)))
    outcome = selftest.judge(mutant)
    assert (outcome.ending, outcome.is_right) == (Ending.UNREACHED, False)
    assert "call_of_another_version" in outcome.reason


def test_a_library_that_is_missing_is_told(monkeypatch):
    monkeypatch.setattr(seams, "load", lambda name: None)
    outcome = selftest.judge(MUTANTS["tf_keras.layers.Dropout/scale-3-ulp"])
    assert (outcome.ending, outcome.is_right) == (Ending.NOT_RUN, True)
    assert "pip install tf_keras" in outcome.reason
    assert seams.missing_library("tf.nn.dropout") is None


def test_a_layer_is_closed_again():
    tf = tensorflow()
    before = (tf.nn.dropout, tf.compat.v2.nn.dropout, tf.nn.experimental.stateless_dropout)
    [subject] = [layer for layer in subjects.checked() if layer.name == "keras.layers.Dropout"]
    with seams.opened(subject, harmless("harmless", Kind.UNBROKEN).cuts) as site:
        assert tf.nn.dropout is not before[0]
        with pytest.raises(ValueError, match="rate"):
            tf.nn.dropout([1.0], 5.0)
        assert site.reached == 1
    assert (tf.nn.dropout, tf.compat.v2.nn.dropout, tf.nn.experimental.stateless_dropout) == before
