"""report/of_check.py and report/text.py: what a person reads of a run, a line a layer, and an answer at the end."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from noise_ops.codes import CAUSES, of_noise
from noise_ops.findings import CODES, Stage, Verdict
from noise_ops.report import github, html, junit, markdown, of_check, text
from noise_ops.report import json as as_json
from noise_ops.result import Check, Result, Selection
from tests.test_findings import finding
from tests.test_result import check

PREDICTED = check(property="predicted_stream")

GOOD = """\
  layer                           asked      outcome
  keras.layers.Dropout            2 checks   as predicted in float32
  tf_keras.layers.GaussianNoise   1 check    as documented

3 checks in 4 s. Is the noise what it should be?
Yes: every bit is the one that NumPy predicts, and what was asked of 2 layers and functions keeps its documented law.
Not asked: 22 other layers or functions, dtypes but float32, modes but eager, recurrent and attention layers,
keras.random, initializers, random image layers, layers of your own, exported models (SavedModel and TFLite have
generators of their own), several machines.
LSTM, attention: noise-ops check --layer LSTM. A model: noise-ops audit model.keras.
"""

KNOWN = """\
  layer                  asked      outcome
  keras.layers.Dropout   2 checks   as predicted in float32, 1 known deviation

1 known deviation of these versions, seen as expected, each only in its case:
If you set a rate or stddev to 0, to 1 or beyond:
  rate-one-divides-by-zero (keras): the call raises ZeroDivisionError at rate=1
What was measured, why and where: noise-ops explain rate-one-divides-by-zero.

2 checks in 4 s. Is the noise what it should be?
Yes: every bit is the one that NumPy predicts, and what was asked of 1 layer or function keeps its documented law, but
for 1 known deviation. Not asked: 23 other layers or functions, dtypes but float32, modes but eager, recurrent and
attention layers, keras.random, initializers, random image layers, layers of your own, exported models (SavedModel and
TFLite have generators of their own), several machines.
LSTM, attention: noise-ops check --layer LSTM. A model: noise-ops audit model.keras.
"""

BROKEN = """\
  layer                  asked      outcome
  keras.layers.Dropout   2 checks   LAW-CHANGED: 1 failed (float32 eager)

LAW-CHANGED  support, op stage: An output is not one of the values that the layer can produce.
  keras.layers.Dropout (float32, eager), mask_density: Expected 1, observed 2.
  Why it matters: Dropout yields 0 or x / (1 - rate), AlphaDropout its two affine images, and nothing between.
  What to do: Do not merge the upgrade before you know why; the script is made for an upstream report.
  Again: noise-ops check
  With TensorFlow alone:
    print(1)

2 checks in 4 s. Is the noise what it should be?
No: a layer does not keep its documented law; do not merge before you know why.
"""

ENVIRONMENT = dict.fromkeys(
    ["noise_ops", "tensorflow", "keras", "numpy", "python", "device", "platform", "epoch"], "1.2"
) | {
    "tf_keras": None,
    "TF_ENABLE_ONEDNN_OPTS": "not set",
    "XLA_FLAGS": "not set",
}


def failed(code, **fields):
    """A failed check with the finding of a code."""
    return check("failed", code, **fields)


def render(result):
    """What a run ends with on the screen."""
    return text.render_run(of_check.page(result))


def test_a_good_run_reads():
    result = Result([PREDICTED, check(), check(subject="tf_keras.layers.GaussianNoise")], seconds=4.2)
    assert render(result) == GOOD


def test_one_known_deviation_reads_in_the_singular():
    result = Result([PREDICTED, check("known", "mask-density", known="rate-one-divides-by-zero")], seconds=4.2)
    assert render(result) == KNOWN


def test_a_finding_reads_with_reason_remedy_command_and_script():
    found = finding("support", stage=Stage.OP)
    broken = Check(found.subject, found.dtype, found.mode, found.property, "failed", None, found)
    assert render(Result([PREDICTED, broken], seconds=4.2)) == BROKEN


@pytest.mark.parametrize("checks", [[], [check("skipped")]])
def test_where_nothing_was_asked_no_format_says_yes(checks):
    result = Result(checks, ENVIRONMENT)
    page = of_check.page(result)
    assert page.answer.startswith("Cannot tell: nothing was asked")
    assert json.loads(as_json.render(result))["verdict"] == "cannot-tell"
    assert "Yes" not in markdown.render(page) + github.annotations(page, Verdict.CANNOT_TELL)
    assert 'failures="1"' in junit.render(page, Verdict.CANNOT_TELL)


UNREACHED = check("skipped", subject="tf.nn.dropout", unreached=True)

CUT_SHORT = """\
  layer                  asked             outcome
  keras.layers.Dropout   2 of 3 checks     as predicted in float32, 1 known deviation
  tf.nn.dropout          0 of 2 checks     not asked
"""


def test_a_run_that_was_cut_short_says_yes_in_no_format():
    known = check("known", "mask-density", known="rate-one-divides-by-zero")
    result = Result([PREDICTED, known, replace(UNREACHED, subject=known.subject), UNREACHED, UNREACHED], ENVIRONMENT)
    page = of_check.page(result)
    assert text.render_table(page.table).split() == CUT_SHORT.split()
    assert page.question.startswith("2 of 5 checks in 0 s.")
    told = "2 of 5 checks were asked, and nothing departs so far, but for 1 known deviation."
    assert page.answer == f"Cannot tell yet: {told}"
    assert "Is the noise what it should be? Cannot tell yet\n" in markdown.render(page)
    assert told in html.render(page)
    written = json.loads(as_json.render(result))
    assert (written["verdict"], written["verdict_unexpected"]) == ("cannot-tell", "cannot-tell")
    assert (written["checks"]["run"], written["checks"]["unreached"]) == (5, 3)
    assert "::error " in github.annotations(page, Verdict.CANNOT_TELL)
    assert 'failures="1"' in junit.render(page, Verdict.CANNOT_TELL)


def test_what_a_run_found_before_it_was_cut_short_is_told():
    assert of_check.page(Result([failed("stream"), UNREACHED])).answer.endswith(
        "1 of 2 checks were asked, and 1 finding so far."
    )
    broken = of_check.page(Result([failed("mean"), UNREACHED]))
    assert (broken.answer[:3], broken.verdict) == ("No:", Verdict.LAW_CHANGED)
    assert broken.failures == ("The time was up before 1 check had begun: a run that is cut short is no pass.",)


def test_a_layer_of_which_all_was_skipped_was_not_asked():
    rows = of_check.page(Result([PREDICTED, check("skipped", subject="tf.nn.dropout")])).table
    assert rows[2] == ("tf.nn.dropout", "1 check", "not asked")


def test_the_options_of_a_run_stand_in_its_header():
    assert of_check.page(Result([check()], ENVIRONMENT, given="profile quick")).setting[-1] == "profile quick"


@pytest.mark.parametrize(("level", "failures"), [(Verdict.LAW_CHANGED, 1), (Verdict.STREAM_CHANGED, 2)])
def test_junit_has_a_test_a_check_and_says_what_to_do(level, failures):
    checks = [failed("mean"), failed("stream", dtype="float16"), replace(PREDICTED, seconds=1.5)]
    (suite,) = ElementTree.fromstring(of_check.as_junit(Result(checks, ENVIRONMENT), level)).iter("testsuite")
    versions = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert (versions["TensorFlow"], versions["tf_keras"]) == ("1.2", "not installed")
    first, *_, last = suite.iter("testcase")
    assert (first.get("classname"), first.get("name")) == ("keras.layers.Dropout", "mask_density float32 eager")
    failure = first.find("failure")
    assert (failure.get("type"), failure.get("message")) == ("law-changed", checks[0].finding.message)
    assert all(part in failure.text for part in ("What to do: ", "Again: noise-ops check", "alone:\nprint(1)"))
    assert (last.get("time"), len(list(suite.iter("failure")))) == ("1.500", failures)


def test_a_narrow_run_says_what_alone_was_asked():
    lines = render(Result([check()], seconds=4.2, selection=Selection(("Dropout",), modes=("eager",)))).splitlines()
    assert "1 check, of Dropout in eager alone, in 4 s. Is the noise what it should be?" in lines
    assert any(line.startswith("Yes:") for line in lines)


@pytest.mark.parametrize(
    ("codes", "answer"),
    [
        ([], "Yes:"),
        (["stream"], "Almost:"),
        (["stream", "dtype"], "No:"),
        (["mean"], "No:"),
        (["dtype", "crash"], "Cannot tell:"),
        (["mean", "crash"], "No: a layer does not keep its documented law"),
    ],
)
def test_the_last_line_answers_the_question(codes, answer):
    *_, said = render(Result([check(), *(failed(code) for code in codes)])).split("Is the noise what it should be?\n")
    assert said.startswith(answer)
    assert said.endswith(".\n")


@pytest.mark.parametrize("code", CODES)
def test_no_line_but_a_scripts_is_longer_than_120_characters(code):
    name = "noise_ops.layers.keras3.MaskedGaussianNoise"
    lines = render(Result([failed(code, subject=name, mode="mixed_bfloat16", dtype="bfloat16")])).splitlines()
    assert [line for line in lines if len(line) > 120] == []


def test_many_known_deviations_stay_within_120_characters():
    checks = [
        check("known", "mean", subject=f"keras.layers.Layer{i}", known="rate-one-divides-by-zero") for i in range(30)
    ]
    assert max(map(len, render(Result(checks)).splitlines())) <= 120


def test_findings_come_from_the_cause_to_what_follows_from_it():
    codes = ["unobserved", "stream", "evenness", "mean", "mask-density", "support", "same-seed", "dtype"]
    result = Result([failed(code, property=f"property of {code}") for code in codes])
    assert [finding.code for finding in result.findings] == codes[::-1]
    shown = render(result)
    places = [shown.index(f"CHANGED  {code}") for code in reversed(codes)]
    assert places == sorted(places)
    assert " ".join(shown.split()).endswith(f"Look first at dtype, of keras.layers.Dropout: {CODES['dtype'].sentence}")
    assert "First mend the findings above" in shown


def test_each_code_of_a_check_has_a_place_in_the_order():
    assert len(set(CAUSES)) == len(CAUSES)
    assert set(CAUSES) == set(of_noise.CODES)


def test_what_a_seed_that_is_not_kept_hides_is_told_with_it():
    names = ("same_seed_same_noise", "mask_independent_of_input")
    shown = render(Result([failed("same-seed", property=name) for name in reversed(names)]))
    assert shown.count("CONTRACT-CHANGED  same-seed") == 1
    assert "same_seed_same_noise: " in shown
    assert "For this reason it cannot be told of mask_independent_of_input." in shown


def test_what_several_checks_see_is_one_finding_of_its_stage():
    names = ("predicted_stream", "large_tensor_predicted")
    shown = render(Result([failed("stream", property=name) for name in names]))
    assert shown.count("STREAM-CHANGED  stream") == 1
    assert "The same is seen by" in shown


def test_findings_come_before_what_is_known():
    shown = render(Result([failed("mean"), check("known", "mask-density", known="rate-one-divides-by-zero")]))
    assert shown.index("LAW-CHANGED  mean") < shown.index("1 known deviation")


def test_a_broken_law_makes_the_answer_and_what_crashed_is_still_shown():
    shown = render(Result([failed("crash"), failed("dtype"), failed("mean")]))
    assert shown.index("CONTRACT-CHANGED  ") < shown.index("LAW-CHANGED  ") < shown.index("CANNOT-TELL  crash")
    assert "LAW-CHANGED: 3 failed" in shown
    assert "do not merge before you know why; 1 check did not finish. Look first at dtype" in " ".join(shown.split())


def test_findings_of_one_kind_are_one_entry_with_all_places():
    shown = render(Result([failed("mean", subject=f"keras.layers.Layer{i}") for i in range(4)]))
    assert shown.count("Why it matters:") == 1
    assert "Seen in 4 places: keras.layers.Layer0 float32 eager; keras.layers.Layer1" in shown


def test_news_and_known_deviations_of_one_layer_are_told_apart():
    shown = render(Result([failed("mean"), check("known", "mask-density", known="rate-one-divides-by-zero")]))
    assert "2 checks   LAW-CHANGED: 1 failed (float32 eager)" in shown
    assert "rate-one-divides-by-zero (keras): " in shown


def test_a_script_is_indented_line_by_line():
    found = finding(script="import numpy\nprint(1)")
    shown = render(Result([Check(found.subject, "float32", "eager", found.property, "failed", None, found)]))
    assert "    import numpy\n    print(1)\n" in shown


def test_the_setting_names_what_is_not_installed():
    assert "tf_keras not installed" in of_check.setting(ENVIRONMENT)[0]
    assert max(map(len, of_check.setting(ENVIRONMENT))) <= 120


KEPT = {"settings": {"pinned": {"keras.config.floatx": "float64"}, "kept": {"TF_XLA_FLAGS": "--tf_xla_auto_jit=2"}}}


def test_the_settings_of_the_user_stand_in_the_header():
    lines = of_check.setting(ENVIRONMENT | KEPT)[2:]
    assert lines == (
        "checked under the defaults in place of your keras.config.floatx=float64",
        "checked under your TF_XLA_FLAGS=--tf_xla_auto_jit=2",
    )
    nothing = {"settings": {"pinned": {}, "kept": {}}}
    assert of_check.setting(ENVIRONMENT | nothing) == of_check.setting(ENVIRONMENT)


@pytest.mark.parametrize(("codes", "begins"), [([], "Yes:"), (["stream"], "Almost:"), (["mean"], "No:")])
def test_a_setting_that_cannot_be_pinned_stands_beside_the_verdict(codes, begins):
    result = Result([PREDICTED, *(failed(code) for code in codes)], environment=ENVIRONMENT | KEPT)
    last = render(result).split("Is the noise what it should be?\n")[1]
    assert last.startswith(begins)
    assert ", under your TF_XLA_FLAGS." in " ".join(last.split())


IN_HALF = "Keep this layer in float32"


@pytest.mark.parametrize(
    ("others", "kept"),
    [
        ([], True),
        ([failed("mean", dtype="float16")], True),
        ([failed("mask-density")], False),
        ([failed("mask-density", dtype="float16", property="lattice_density")], False),
        ([failed("support", dtype="bfloat16")], False),
    ],
)
def test_half_precision_is_to_be_left_only_where_nothing_but_its_lattice_departs(others, kept):
    result = Result([failed("mask-density", dtype="bfloat16"), *others], ENVIRONMENT)
    assert any(IN_HALF in entry.remedy for entry in of_check.page(result).entries) == kept
    assert (IN_HALF in of_check.as_junit(result, Verdict.STREAM_CHANGED)) == kept


def test_what_comes_of_a_wrong_rate_is_told_with_it():
    names = ("mask_density", "density_by_binomtest", "evenly_spread", "calls_by_binomtest")
    shown = render(Result([failed("mask-density", property=name) for name in reversed(names)]))
    assert shown.count("LAW-CHANGED  mask-density") == 1
    assert "density_by_binomtest: Expected" in shown or "mask_density: Expected" in shown
    assert "The same is seen by " in shown
    assert "shares the noise" not in shown


def test_a_run_of_one_property_says_what_else_was_not_asked():
    shown = render(Result([check()], selection=Selection(("Dropout",), properties=("mask_density",))))
    assert "1 check, of mask_density of Dropout alone," in shown
    assert re.search(r"Not asked:.* \d+ other properties", shown.replace("\n", " "))


def test_no_two_tests_of_a_junit_file_have_one_name():
    asked = [check(parameter=0.5), check(parameter=0.3), check("failed", "mask-density"), check(), PREDICTED]
    (suite,) = ElementTree.fromstring(of_check.as_junit(Result(asked, ENVIRONMENT), Verdict.LAW_CHANGED)).iter(
        "testsuite"
    )
    names = [(each.get("classname"), each.get("name")) for each in suite.iter("testcase")]
    assert len(set(names)) == len(names) == 5
    assert names[0][1] == "mask_density float32 eager 0.5"


@pytest.mark.parametrize("level", [Verdict.STREAM_CHANGED, Verdict.LAW_CHANGED])
def test_a_junit_file_says_why_it_has_fewer_failures_than_there_are_failed_checks(level):
    result = Result([failed("mean"), failed("stream", dtype="float16")], ENVIRONMENT)
    told = "1 of 2 checks that failed are failures here: what is milder than law-changed, or expected, is none."
    assert (told in of_check.as_junit(result, level)) == (level is Verdict.LAW_CHANGED)
