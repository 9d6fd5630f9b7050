"""recorded.py: what a record observes of a layer is held to what is right; nothing seen is no pass."""

import re

import numpy as np
import pytest

from noise_ops.checks import asked, harness, recorded, specification
from noise_ops.findings import FindingError, Verdict
from noise_ops.properties.catalog import PROPERTIES, QUESTIONS
from noise_ops.properties.declaring import OTHERS, Question
from noise_ops.sabotage import catalog, returns, seams
from noise_ops.subjects.catalog import checked, layers_for
from noise_ops.subjects.targets import Target
from noise_ops.subjects.tensors import numpy_dtype

DROPOUT = "keras.layers.Dropout"


def target_of(name=DROPOUT, mode="eager", dtype="float32"):
    """A subject in a dtype and a mode."""
    return Target(next(subject for subject in checked() if subject.name == name), numpy_dtype(dtype), mode)


def seen(name, target):
    """What the check of a recorded property finds."""
    return harness.found(recorded.check_of(name), target, recorded.case_of(target))


@pytest.mark.parametrize("name", ["identity_at_inference", "support_and_scale", "gradient_is_noise_factor"])
def test_a_sound_layer_passes(name):
    assert seen(name, target_of()) is None


def test_what_is_not_right_is_a_finding_that_says_what_was_seen():
    found = seen("recomputation_keeps_mask", target_of())
    assert (found.code, found.stage) == ("recomputation", PROPERTIES["recomputation_keeps_mask"].stage)
    assert found.message == (
        "The noise under tf.recompute_grad. Expected 'same noise', observed 'other noise' of recomputation_keeps_mask."
    )


def test_each_step_of_a_property_is_held_to_it():
    """An op seed starts again in each op and trace, and in each epoch of a dataset, but not in a loop."""
    message = seen("new_call_new_noise", target_of("tf.random.uniform", "function")).message
    labelled = re.findall(r"'(\w+)' of new_call_new_noise (\w+)", message)
    assert labelled == [("aabb", "twice_in_trace"), ("aab", "retraced"), ("abab", "in_dataset")]


@pytest.mark.parametrize(("dtype", "mode"), [("float32", "xla"), ("bfloat16", "from_config")])
def test_where_no_step_observes_the_property_the_check_did_not_finish(dtype, mode):
    found = seen("input_untouched", target_of(mode=mode, dtype=dtype))
    assert (found.code, found.verdict) == ("crash", Verdict.CANNOT_TELL)
    assert found.message == f"No step of a record observes input_untouched in {dtype}/{mode}: nothing was asked."


def test_a_broken_layer_is_caught_and_the_sound_one_passes_before_and_after():
    target = target_of("tf.nn.dropout")
    broken = next(m for m in catalog.catalog() if m.name == "tf.nn.dropout/scale-missing")
    assert seen("support_and_scale", target) is None
    with seams.opened(target.subject, broken.wound.cuts):
        assert seen("support_and_scale", target).code == "support"
    assert seen("support_and_scale", target) is None


@pytest.mark.parametrize("given", ["one-element", "one-missing", "none", "tuple", "dictionary", "sparse", "text"])
def test_what_an_observation_cannot_look_at_is_a_finding(given):
    target = target_of()
    with seams.opened(target.subject, returns.in_training((returns.SHAPES | returns.OTHERS)[given][1])):
        found = seen("support_and_scale", target)
    assert found.verdict in (Verdict.CONTRACT_CHANGED, Verdict.LAW_CHANGED), found


@pytest.mark.parametrize("error", returns.ERRORS)
def test_a_layer_that_raises_is_a_finding(error):
    target = target_of()
    with seams.opened(target.subject, (returns.raising(error, lambda call: True),)):
        found = seen("identity_at_inference", target)
    assert found.code == "raises"
    assert f"he observation of identity_at_inference ends in {error.__name__}: " in found.message


def test_what_is_no_doing_of_a_layer_passes_on():
    target = target_of()
    with (
        seams.opened(target.subject, (returns.raising(OSError, lambda call: True),)),
        pytest.raises(OSError, match="a broken layer"),
    ):
        seen("identity_at_inference", target)


@pytest.mark.parametrize("name", ["tf.nn.dropout", "keras.layers.SpatialDropout2D", "keras.layers.GaussianNoise"])
def test_a_case_is_what_a_record_observes(name):
    target = target_of(name)
    case = recorded.case_of(target)
    assert np.array_equal(eval(case.recipe), target.subject.x("float64"))
    assert {**case.arguments(), "seed": case.seed} == {**target.subject.arguments, "seed": 1337}


def printed(script, capsys):
    """What a script prints."""
    capsys.readouterr()
    exec(compile(script, "script", "exec"), {"__name__": "script"})
    return capsys.readouterr().out.strip()


def test_a_script_prints_what_was_observed(capsys):
    script = seen("recomputation_keeps_mask", target_of()).script
    with pytest.raises(SystemExit, match="not right: other noise"):
        printed(script, capsys)
    assert capsys.readouterr().out.strip() == "other noise"


def test_a_script_of_what_no_comparison_shows_runs_on_what_was_observed(capsys):
    target = target_of()
    broken = next(m for m in catalog.catalog() if m.name == f"{DROPOUT}/scale-missing")
    with seams.opened(target.subject, broken.wound.cuts):
        found = seen("support_and_scale", target)
        with pytest.raises(SystemExit, match="of 65535 outputs are none of the layer's two values"):
            printed(found.script, capsys)
    assert printed(found.script, capsys) == "as documented"


@pytest.fixture
def tests_of(monkeypatch):
    """The tests of the suite where one question is asked in place of all."""

    def made(question):
        monkeypatch.setitem(QUESTIONS, question.name, [question])
        return specification.property_tests(layers_for(["spatial_dropout"]))[f"test_{question.name}"]

    return made


def test_the_suite_asks_a_question_on_what_is_recorded(tests_of):
    question = Question("policy_kept", "recorded", of=("keras3",), dtypes=(), modes=("from_config",))
    test = tests_of(question)
    assert test.__doc__ == PROPERTIES["policy_kept"].shows
    (where,) = test.pytestmark
    assert [str(target) for target, _ in where.args[1]] == [
        f"keras.layers.SpatialDropout{rank}D-float32-from_config" for rank in (1, 2, 3)
    ]
    with pytest.raises(FindingError, match="Expected 'bfloat16', observed 'float32' of policy_kept"):
        test(*where.args[1][0])
    assert asked.by_record_alone("policy_kept")


def test_a_question_on_what_no_step_observes_fails_in_the_suite(tests_of):
    test = tests_of(Question("input_untouched", "recorded", dtypes=(), modes=OTHERS))
    for arguments in test.pytestmark[0].args[1]:
        with pytest.raises(FindingError, match="nothing was asked"):
            test(*arguments)


def test_what_is_asked_as_recorded_names_what_is_right_and_is_observed_wherever_it_is_asked():
    for name in QUESTIONS:
        for target, on in asked.exact(name, checked()):
            if on == asked.RECORDED:
                assert PROPERTIES[name].right
                assert list(recorded.steps_at(target, name)), target
