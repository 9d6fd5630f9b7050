"""showing.py and report.py: the script of a finding ends with 1 on the broken layer, and with 0 on a sound one."""

import os
from unittest import mock

import numpy as np
import pytest

from noise_ops import session
from noise_ops.checks import axes, decisions, harness, report, scripting
from noise_ops.findings import Finding
from noise_ops.result import Selection
from noise_ops.sabotage import returns, seams, selftest
from noise_ops.sabotage.catalog import catalog
from noise_ops.subjects import catalog as subjects
from noise_ops.subjects.libraries import tensorflow
from noise_ops.subjects.targets import Target
from noise_ops.subjects.tensors import array

MUTANTS = {mutant.name: mutant for mutant in catalog()}

FEW = (
    "keras.layers.Dropout/greater-than",
    "keras.layers.Dropout/scale-missing",
    "keras.layers.GaussianNoise/noise-multiplied",
    "tf.nn.experimental.stateless_dropout/seeds-in-pairs",
)
MANY = (
    "keras.layers.Dropout/scale-3-ulp",
    "keras.layers.Dropout/channel-3-never-dropped",
    "keras.layers.Dropout/calls-half-shared",
    "keras.layers.Dropout/same-after-retrace",
    "keras.layers.Dropout/half-repeated",
    "keras.layers.Dropout/same-after-256-calls",
    "keras.layers.Dropout/seed-lost-in-file",
    "keras.layers.Dropout/bad-rates-accepted",
    "keras.layers.Dropout/seed-replaced",
    "keras.layers.SpatialDropout1D/noise-shape-ignored",
    "keras.layers.SpatialDropout3D/gradient-unscaled",
    "keras.layers.GaussianDropout/variance-inverted",
    "keras.layers.GaussianDropout/gradient-0-x-infinite",
    "keras.layers.GaussianNoise/input-overwritten",
    "keras.layers.GaussianNoise/half-negated",
    "keras.layers.GaussianNoise/turned-every-3-1",
    "keras.layers.AlphaDropout/shift-missing",
    "keras.layers.AlphaDropout/nan-x-denormal",
    "noise_ops.layers.keras3.MaskedGaussianNoise/noise-at-inference",
    "tf_keras.layers.Dropout/same-in-graphs",
    "tf.nn.dropout/rate-inverted",
    "tf.random.stateless_normal/seed-ignored",
    "tf.random.Generator.uniform/shared-over-batch",
)


def findings_of(mutant):
    """What the suite finds of a broken layer, which is open."""
    wound = mutant.wound
    harness.forget()
    with mock.patch.dict(os.environ):
        files = session.files_by_subject(selftest.PROFILE)[mutant.subject]
        selection = Selection((mutant.subject,), wound.dtypes, wound.modes, selftest.PROFILE)
        result = session.run(selection, selftest._Silent(), workers=0, files=files)
    harness.forget()
    return [finding for finding in result.findings if finding.code not in ("unobserved", "crash")]


def ended(script):
    """The exit code of a script, and the sentence that it ends in; what it raises is 1, as of any program."""
    try:
        exec(compile(script, "script", "exec"), {"__name__": "script"})
    except SystemExit as end:
        return (1, end.code) if end.code else (0, "")
    except Exception as error:
        return 1, repr(error)
    return 0, ""


def is_shown(finding):
    """Whether a script claims to show its finding."""
    return scripting.UNSHOWN not in finding.script and decisions.TOO_SMALL not in finding.script


def wrongly_shown(mutant):
    """The findings whose script ends otherwise than it should, on the broken or the sound layer."""
    subject = next(subject for subject in subjects.checked() if subject.name == mutant.subject)
    with seams.opened(subject, mutant.wound.cuts):
        findings = [finding for finding in findings_of(mutant) if is_shown(finding)]
        broken = [ended(finding.script) for finding in findings]
    sound = [ended(finding.script) for finding in findings]
    assert findings
    return [
        (finding.property, seen, unhurt, finding.message, finding.script)
        for finding, seen, unhurt in zip(findings, broken, sound, strict=True)
        if (seen[0], unhurt[0]) != (1, 0) or (finding.code != "raises" and not isinstance(seen[1], str))
    ]


@pytest.mark.parametrize("name", FEW)
def test_each_script_ends_with_1_on_the_broken_layer_and_with_0_on_a_sound_one(name):
    assert wrongly_shown(MUTANTS[name]) == []


@pytest.mark.long
@pytest.mark.parametrize("name", MANY)
def test_each_script_of_many_broken_layers_does(name):
    assert wrongly_shown(MUTANTS[name]) == []


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_a_script_holds_the_input_bit_for_bit(dtype):
    [target, *_] = harness.in_dtypes(("dropout",), (dtype,))
    for case in [*axes.cases(target), target.standard, axes.small_case(target).on(np.ones((3, 5), dtype=target.dtype))]:
        made = {}
        exec(report.script(target, case).partition("def new")[0].replace("import keras", ""), made)
        x = array(made["x"])
        assert x.dtype == case.x.dtype
        assert x.shape == case.x.shape
        assert x.tobytes() == case.x.tobytes() or np.isnan(case.x.astype("float64")).any()


def test_a_script_that_shows_nothing_says_so():
    [target, *_] = harness.in_dtypes(("dropout",), ("float32",))
    finding = report.finding("calls_independent", target, target.standard, "message")
    assert isinstance(finding, Finding)
    assert not is_shown(finding)
    assert ended(finding.script) == (0, "")


def rate_raised(call):
    """What Keras's own Dropout does of which the rate is 5 percent too high, in the mask and in the scale."""
    layer, sound = call.arguments["self"], call.arguments["self"].rate
    layer.rate = 1.05 * sound
    try:
        return call.sound()
    finally:
        layer.rate = sound


RAISED = seams.method("call", rate_raised)
DROPOUT = next(layer for layer in subjects.checked() if layer.name == "keras.layers.Dropout")
ELSEWHERE = [
    (name, mode, code)
    for name, mode in (
        ("new_trace_new_noise", "function"),
        ("amount_of_noise", "eager"),
        ("shape_and_dtype_kept", "model"),
        ("many_calls_new_noise", "eager"),
        ("every_call_is_noisy", "function"),
        ("every_place_is_noisy", "function"),
        ("every_stretch_is_noisy", "function"),
        ("looped_calls_never_repeat", "function"),
        ("mean_preservation", "eager"),
        ("evenly_spread", "eager"),
    )
    for code in ("support", "raises", "dtype")
]


def damaged(code):
    """A cut after which Dropout shows a code, wherever it is called in training."""
    if code == "support":
        return RAISED
    wrong = returns.raising(ValueError, lambda call: bool(call["training"]))
    return wrong if code == "raises" else seams.method("call", lambda call: call.sound()[..., :-1])


@pytest.mark.parametrize(("name", "mode", "code"), ELSEWHERE)
def test_a_check_that_ends_in_what_another_asserts_shows_that(name, mode, code):
    target = Target(DROPOUT, np.dtype("float32"), mode)
    case = target.standard if name != "every_stretch_is_noisy" else axes.large_case(target)
    found = report.finding(name, target, case, "message", code=code)
    assert is_shown(found)
    assert ended(found.script) == (0, "")
    with seams.opened(DROPOUT, (damaged(code),)):
        assert ended(found.script)[0] == 1


def test_normals_that_are_wrong_in_one_stretch_are_shown():
    noise = next(layer for layer in subjects.checked() if layer.name == "keras.layers.GaussianNoise")
    target = Target(noise, np.dtype("float32"), "function")
    found = report.finding("every_stretch_is_noisy", target, axes.large_case(target), "message", code="variance")

    def wider(call):
        y, x = call.sound(), call["inputs"]
        return tensorflow().concat([y[:9000], 1.4 * (y[9000:9900] - x[9000:9900]) + x[9000:9900], y[9900:]], 0)

    assert ended(found.script) == (0, "")
    with seams.opened(noise, (seams.method("call", wider),)):
        assert "mean of the normals" in ended(found.script)[1]
