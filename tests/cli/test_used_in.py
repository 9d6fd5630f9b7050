"""--used-in: an answer about what a code base uses, in every format; where nothing is known of it there is none."""

import json
import resource
import tempfile
from pathlib import Path

import pytest

from noise_ops import cli
from tests.cli._commands import ANOTHER_USER, assert_refused, noise_ops, program
from tests.usage._trees import written

ROOT = Path(__file__).parents[2]
KERAS_3_7 = ("compare", "keras==3.6.0", "keras==3.7.0")
NOTHING_ELSE = """
import sys
class Refusing:
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] in ("tensorflow", "keras", "tf_keras", "scipy", "pytest", "hypothesis"):
            raise ImportError(name)
sys.meta_path.insert(0, Refusing)
"""


@pytest.fixture
def code(tmp_path):
    """A code base with a Dropout, another layer that is not recorded, and a place that cannot be resolved."""
    source = """
        import keras
        keras.layers.Dropout(0.5)
        keras.layers.RandomFlip()
        getattr(keras.layers, name)()
    """
    return written(tmp_path / "src", a=source)


def told(capsys, *arguments):
    """Exit code and output of a command, as one line."""
    status = cli.main([*map(str, arguments)])
    return status, " ".join(capsys.readouterr().out.split())


def report(capsys, *arguments):
    """Exit code and JSON of a comparison."""
    status = cli.main([*map(str, arguments), "--format", "json"])
    return status, json.loads(capsys.readouterr().out)


def test_only_what_the_code_uses_is_told(code, capsys):
    status, shown = told(capsys, *KERAS_3_7, "--used-in", code)
    assert status == 1
    assert shown.startswith(f"keras==3.6.0 → keras==3.7.0, for what {code} uses (2 subjects) ")
    flip = "a.py:4 keras.layers.RandomFlip"
    assert f"1 of 2 findings may touch your code. Not asked: {flip}, which your code uses and " in shown
    assert "1 place could not be resolved." in shown
    assert "train under MirroredStrategy, not found in what was read: raises ValueError" in shown
    hides = "2 findings may be hidden in a.py:5 getattr(keras.layers, name) and a.py:4 keras.layers.RandomFlip."
    assert f"raise or store. Besides, {hides}" in shown
    assert "AlphaDropout" not in shown


def test_the_exit_code_follows_what_touches_the_code(tmp_path, capsys):
    code = written(tmp_path, a="import keras\nkeras.random.normal((3,))")
    arguments = ("compare", "keras==3.3.3", "keras==3.4.1", "--fail-on", "contract-changed")
    assert told(capsys, *arguments)[0] == 1
    status, shown = told(capsys, *arguments, "--used-in", code)
    assert status == 0
    assert f"Yes: every bit, law and contract that was recorded of what {code} uses is kept. None of " in shown
    assert " findings touches your code." in shown
    assert "stop reading" not in shown


def test_json_names_what_is_used_and_counts_what_is_not(code, capsys):
    _, everything = report(capsys, *KERAS_3_7)
    _, narrowed = report(capsys, *KERAS_3_7, "--used-in", code)
    assert everything["used"] is everything["findings_not_used"] is None
    assert narrowed["used"] == [
        {"subject": "keras.layers.Dropout", "dtype": None, "arguments": {"rate": "0.5"}, "where": ["a.py:3"]},
        {"subject": "keras.layers.RandomFlip", "dtype": None, "arguments": {}, "where": ["a.py:4"]},
    ]
    seen, (hidden,) = ([f for f in narrowed["findings"] if bool(f["hides"]) is hides] for hides in (False, True))
    assert len(seen) + narrowed["findings_not_used"] == len(everything["findings"])
    assert (hidden["code"], hidden["may_touch"], hidden["hides"]) == ("unread-contract", True, 2)
    assert {place for place, *_ in hidden["places"]} == {
        "a.py:5 getattr(keras.layers, name)",
        "a.py:4 keras.layers.RandomFlip",
    }
    assert {target["subject"] for target in narrowed["targets"]} == {"keras.layers.Dropout"}
    assert narrowed.keys() == everything.keys()


@pytest.mark.parametrize("form", ["text", "markdown", "json", "junit", "github"])
def test_every_format_says_whom_it_speaks_of(form, code, capsys, monkeypatch):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    _, shown = told(capsys, *KERAS_3_7, "--used-in", code, "--format", form)
    assert "1 of 2 findings may touch your code." in shown
    assert "1 place could not be resolved" in shown
    assert form == "json" or "(2 subjects)" in shown


def test_a_finding_on_an_argument_touches_what_has_it(tmp_path, capsys):
    """Keras 3.14 accepts rate=1 where 3.13 raised."""
    arguments = ("compare", "keras==3.13.2", "keras==3.14.1", "--used-in")
    for rate, number in ((0.5, 0), (1, 1), ("rate", 1)):
        code = written(tmp_path, a=f"import keras\nkeras.layers.Dropout({rate})")
        _, found = report(capsys, *arguments, code)
        assert len([group for group in found["findings"] if group["property"] == "accepts rate=1"]) == number


def test_together_with_layer_what_both_name_is_asked(code, capsys):
    written(code, b="import keras\nkeras.layers.LSTM(3, dropout=0.1)")
    _, found = report(capsys, *KERAS_3_7, "--used-in", code, "--layer", "LSTM")
    assert {target["subject"] for target in found["targets"]} == {"keras.layers.LSTM(dropout)"}
    _, shown = told(capsys, *KERAS_3_7, "--used-in", code, "--layer", "LSTM")
    assert "Only LSTM was asked: 1 other subject that both sides recorded is left out." in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["compare", "2.15.1", "2.16.2", "--layer", "GRU"], "--layer 'GRU' is nothing of what"),
        (["compare", "2.15.1", "--layer", "GRU"], "--layer 'GRU' is nothing of what"),
        (["upgrade", "tf-nightly", "2.16.2", "--layer", "GRU"], "--layer 'GRU' is nothing of what"),
        (["bisect", "2.15.1", "2.16.2", "--layer", "GRU"], "--layer 'GRU' is nothing of what"),
        (["releases", "--layer", "GRU"], "--layer 'GRU' is nothing of what"),
        (["compare", "2.15.1", "2.16.2", "--layer", "Foo"], "there is no layer 'Foo'"),
        (["bisect", "2.15.1", "2.16.2", "--property", "noise_is_added"], "the property noise_is_added of what"),
    ],
    ids=" ".join,
)
def test_what_is_nothing_of_the_code_is_refused(arguments, said, code, capsys):
    assert cli.main([*arguments, "--used-in", str(code)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert said in output.err


@pytest.mark.parametrize("command", [["compare", "2.15.1"], ["bisect", "2.15.1", "2.16.2"], ["releases"]])
def test_an_empty_selection_is_never_a_pass(command, tmp_path, capsys):
    assert cli.main([*command, "--used-in", str(written(tmp_path, a="x = 1"))]) == 2
    assert "draws noise that noise_ops knows (1 file read); leave --used-in out" in capsys.readouterr().err


def test_what_neither_side_recorded_can_not_be_told(tmp_path, capsys):
    code = written(tmp_path, a="import tensorflow as tf\ntf.random.normal([3])")
    assert cli.main([*KERAS_3_7, "--used-in", str(code)]) == 2
    told = f"keras==3.6.0 and keras==3.7.0 have no fact of what {code} uses in common, so nothing can be compared."
    assert told in capsys.readouterr().err


def test_what_one_side_alone_recorded_can_not_be_told(tmp_path, capsys):
    code = written(tmp_path, a="import tf_keras\ntf_keras.layers.Dropout(0.5)")
    assert cli.main(["compare", "2.15.1", "2.16.2", "--used-in", str(code)]) == 2
    assert f"have no fact of what {code} uses in common, so nothing can be compared." in capsys.readouterr().err


def test_what_is_expected_elsewhere_is_not_unobserved(code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    cli.main([*KERAS_3_7, "--accept", "reviewed", "--expires", "2100-01-01"])
    capsys.readouterr()
    status, shown = told(capsys, *KERAS_3_7, "--used-in", code)
    assert status == 0
    assert "Yes, by your decision: 1 finding is expected" in shown
    assert "Unobserved" not in shown


def test_a_bisection_and_the_releases_look_at_what_is_used(tmp_path, capsys):
    code = written(tmp_path, a="import keras\nkeras.layers.LSTM(3, recurrent_dropout=0.1)")
    status, shown = told(capsys, "bisect", "keras==3.4.1", "keras==3.10.0", "--used-in", code)
    assert status == 0
    assert "The first bad release is keras==3.7.0" in shown  # which raises of LSTM(dropout), under MirroredStrategy
    assert f"Only what {code} uses was asked." in shown
    _, found = report(capsys, "bisect", "keras==3.4.1", "keras==3.10.0", "--used-in", code)
    assert [used["subject"] for used in found["used"]] == ["keras.layers.LSTM(recurrent_dropout)"]
    status, shown = told(capsys, "releases", "--used-in", code, "-o", tmp_path / "page.html")
    assert status == 0
    assert "keras==3.5.0 identical" in shown
    assert f"Only what {code} uses was asked." in shown
    assert f", for what {code} uses" in (tmp_path / "page.html").read_text()


def test_what_may_not_be_read_is_named():
    names = ("cli", "environments.sides", "usage.code", "comparison.compare", "report.renderers", "report.json")
    source = f"import encodings.ascii, {', '.join(f'noise_ops.{name}' for name in names)}\n" + program(ANOTHER_USER)
    with tempfile.TemporaryDirectory() as folder:  # which another user may enter, as none of pytest's
        code = written(Path(folder), a="import keras\nkeras.layers.Dropout(1)", **{"locked/b": ""})
        code.chmod(0o755)
        (code / "locked").chmod(0)
        finished = noise_ops(*KERAS_3_7, "--used-in", code, source=source)
        (code / "locked").chmod(0o755)
        told = " ".join(finished.stdout.split())
        assert "may be hidden in locked (permission denied)" in told, finished.stderr
        code.chmod(0)
        assert_refused(noise_ops(*KERAS_3_7, "--used-in", code, source=source), "cannot read", "permission denied")


def test_a_code_base_is_read_without_anything_slow_to_import_in_less_than_a_second():
    def seconds():  # of the processor, since other work on the machine is not the tool's
        started = resource.getrusage(resource.RUSAGE_CHILDREN)
        finished = noise_ops(*KERAS_3_7, "--used-in", ROOT / "noise_ops" / "sabotage", source=program(NOTHING_ELSE))
        assert "findings may touch your code" in " ".join(finished.stdout.split()), finished.stderr
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ended.ru_utime + ended.ru_stime - started.ru_utime - started.ru_stime

    assert min(seconds() for _ in range(4)) < 1
