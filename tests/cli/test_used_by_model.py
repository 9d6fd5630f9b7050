"""--model: an answer about what a saved model uses, in its dtypes and with its arguments."""

import json

import pytest

from noise_ops import cli
from noise_ops.usage.conditions import depends_on_run
from tests.cli._commands import noise_ops, program
from tests.cli.test_used_in import NOTHING_ELSE
from tests.usage._models import layer, saved
from tests.usage._trees import written

KERAS_3_7 = ("compare", "keras==3.6.0", "keras==3.7.0")


def report(capsys, *arguments):
    """Exit code and JSON of a comparison."""
    status = cli.main([*map(str, arguments), "--format", "json"])
    return status, json.loads(capsys.readouterr().out)


@pytest.fixture
def model(tmp_path):
    return saved(tmp_path / "x.json", layer("Dropout", rate=0.5, seed=None), layer("RandomFlip"))


@pytest.mark.parametrize("form", ["text", "markdown", "json", "junit", "github"])
def test_only_what_the_model_uses_is_told_without_tensorflow(form, model):
    arguments = (*KERAS_3_7, "--model", model, "--format", form)
    finished = noise_ops(*arguments, source=program(NOTHING_ELSE), GITHUB_STEP_SUMMARY="")
    shown = " ".join(finished.stdout.split())
    assert finished.returncode == 1, finished.stderr
    flip = "randomflip keras.layers.RandomFlip"
    assert f"1 of 2 findings may touch your model. Not asked: {flip}, which your model uses" in shown
    assert form == "json" or f"for what {model} uses (2 subjects)" in shown


def test_a_model_is_narrowed_to_its_dtype(tmp_path, capsys):
    """Keras 3.2 mended the density of masks in half precision."""
    arguments = ("compare", "keras==3.1.1", "keras==3.2.1", "--model")
    for dtype, told in (("float32", False), ("mixed_float16", False), ("mixed_bfloat16", True)):
        model = saved(tmp_path / "x.json", layer("GaussianDropout", dtype, rate=0.5, seed=None))
        _, found = report(capsys, *arguments, model)
        dtypes = {place[1] for group in found["findings"] for place in group["places"]}
        assert dtypes <= {"float32", dtype.removeprefix("mixed_"), "any"}
        assert ("bfloat16" in dtypes) is told


def test_a_model_is_narrowed_to_its_arguments(tmp_path, capsys):
    arguments = ("compare", "keras==3.13.2", "keras==3.14.1", "--model")
    for rate, number in ((0.5, 0), (1.0, 1)):
        _, found = report(capsys, *arguments, saved(tmp_path / "x.json", layer("Dropout", rate=rate, seed=None)))
        assert len(found["findings"]) == number


def test_seeds_far_apart_are_no_matter_of_a_model_without_any_such_seed(tmp_path, capsys):
    arguments = ("compare", "keras==3.4.1", "keras==3.5.0", "--model")
    for seed, codes in ((None, []), (7, []), (-1, ["colliding-seeds"]), (2**31, ["colliding-seeds"])):
        _, found = report(capsys, *arguments, saved(tmp_path / "x.json", layer("Dropout", rate=0.5, seed=seed)))
        assert [group["code"] for group in found["findings"]] == codes


@pytest.mark.parametrize("content", ["", "[]", '{"class_name": "Sequential", "config": {"layers": []}}'])
@pytest.mark.parametrize("command", [["compare", "2.15.1"], ["bisect", "2.15.1", "2.16.2"], ["releases"]])
def test_a_file_without_a_model_or_noise_is_refused(command, content, tmp_path, capsys):
    path = tmp_path / "x.json"
    path.write_text(content)
    assert cli.main([*command, "--model", str(path)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert "x.json" in output.err
    assert len(output.err.splitlines()) == 1


def test_what_neither_side_recorded_can_not_be_told(tmp_path, capsys):
    path = saved(tmp_path / "x.json", layer("SpatialDropout1D", rate=0.5))
    assert cli.main(["compare", "keras==3.0.5", "keras==3.1.1", "--model", str(path), "--layer", "Dropout"]) == 2
    assert "--layer 'Dropout' is nothing of what" in capsys.readouterr().err


def test_both_options_together_name_both(model, tmp_path, capsys):
    code = written(tmp_path / "src", a="import keras\nkeras.layers.AlphaDropout(0.5)")
    _, found = report(capsys, *KERAS_3_7, "--model", model, "--used-in", code)
    assert {target["subject"] for target in found["targets"]} == {"keras.layers.Dropout", "keras.layers.AlphaDropout"}
    assert "1 of 2 findings may touch your code or your model." in found["answer"]


def test_implementation_1_raises_beside_dropout_alone(tmp_path, capsys):
    arguments = ("compare", "2.15.1", "2.21.0", "--model")
    for recurrent, told in ((0.0, True), (0.2, False)):
        lstm = layer("LSTM", units=4, dropout=0.2, recurrent_dropout=recurrent, implementation=1)
        _, found = report(capsys, *arguments, saved(tmp_path / "x.json", lstm, module="keras", version="2.15.0"))
        assert ("raises" in {group["code"] for group in found["findings"]}) is told


def test_what_no_way_to_run_a_model_takes_off_is_told_first_and_what_raises_before_the_rest(tmp_path, capsys):
    model = saved(
        tmp_path / "x.json", layer("LSTM", units=4, dropout=0.2), layer("Dropout", rate=0.5), version="2.15.0"
    )
    _, found = report(capsys, "compare", "2.15.1", "2.21.0", "--model", model)
    contracts = [
        group for group in found["findings"] if group["verdict"] == "contract-changed" and group["keeps"] != "fixed"
    ]
    assert contracts[0]["code"] == "config-refused"
    depends = [depends_on_run(group["property"], group["mode"], group["code"]) for group in contracts]
    assert depends == sorted(depends)
    assert depends[-1]
