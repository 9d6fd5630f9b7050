"""cli/looking_up.py: bisect names the release in which something changed, explain what a code means."""

import json

import pytest

from noise_ops import cli
from noise_ops.codes import CODES
from tests.cli._commands import noise_ops


def test_bisect_names_the_first_bad_release_and_what_to_compare(capsys):
    assert cli.main(["bisect", "keras==3.5.0", "keras==3.8.0", "--property", "stream", "--layer", "*.Dropout"]) == 0
    shown = capsys.readouterr().out
    told = (
        "The first bad release is keras==3.7.0, and keras==3.8.0 mends it, by stream of keras.layers.Dropout in float32"
    )
    assert shown.startswith(told)
    assert shown.endswith("Next: noise-ops compare keras==3.6.0 keras==3.7.0\n")


def test_bisect_from_what_was_broken_names_the_release_that_mends_it(capsys):
    arguments = ["--property", "mask_density", "--layer", "keras.layers.LSTM(recurrent_dropout)"]
    assert cli.main(["bisect", "keras==3.0.5", "keras==3.4.1", *arguments]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("The first release that mends it is keras==3.2.1, by mask_density 0.3 of ")
    assert "  keras==3.1.1   broken   not as documented\n  keras==3.2.1   mended   as documented\n" in shown


def test_bisect_without_a_property_goes_by_the_verdict(capsys):
    assert cli.main(["bisect", "2.11.1", "2.16.2", "--layer", "keras.layers.Dropout", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["what"], found["first_bad"]) == ("verdict", "2.16.2")
    assert [row["release"] for row in found["rows"]][:2] == ["2.11.1", "2.12.1"]


def test_what_did_not_change_is_said(capsys):
    assert cli.main(["bisect", "2.16.2", "2.21.0", "--property", "words_stream"]) == 0
    assert capsys.readouterr().out.startswith("Nothing turned bad: words_stream")


@pytest.mark.parametrize(
    "arguments",
    [
        ["bisect", "2.4.4", "2.21.0", "--layer", "Foo"],
        ["bisect", "2.4.4", "2.21.0", "--layer", ""],
        ["bisect", "2.4.4", "2.21.0", "--property", "replicas_draw_apart", "--layer", "Foo"],
        ["bisect", "2.4.4", "2.21.0", "--property", "mask_density", "--layer", "GaussianNoise"],
        ["bisect", "2.4.4", "2.21.0", "--property", "raises", "--layer", "Dropout", "--layer", "Foo"],
        ["releases", "--layer", "Foo"],
        ["releases", "--layer", ""],
    ],
    ids=" ".join,
)
def test_a_selection_of_nothing_is_refused(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.splitlines()) == 1
    assert "nearest" not in shown.err


def test_releases_are_narrowed_to_a_layer(capsys):
    assert cli.main(["releases", "--layer", "keras.random.dropout"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert ["not recorded" in line for line in lines[1:]] == [True] * 12 + [False] * 20
    assert [line.split()[0] for line in lines if "colliding-seeds 1" in line] == ["2.17.1", "keras==3.5.0"]


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained(code, capsys):
    assert cli.main(["explain", code]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    meaning = CODES[code]
    for part in (meaning.verdict.value, meaning.sentence, meaning.reason, meaning.remedy):
        assert part in shown


def test_a_property_is_explained_too(capsys):
    assert cli.main(["explain", "replicas_draw_apart"]) == 0
    assert "law-changed" in capsys.readouterr().out


def test_without_a_code_all_are_listed(capsys):
    assert cli.main(["explain"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(CODES)


@pytest.mark.parametrize("arguments", [["bisect", "2.4.4", "2.21.0"], ["explain", "mean"]], ids=" ".join)
def test_tensorflow_is_not_imported(arguments, poisoned):
    assert noise_ops(*arguments, path=[poisoned]).returncode == 0


def test_releases_are_listed_and_drawn(tmp_path, capsys):
    assert cli.main(["releases", "-o", str(tmp_path / "releases.html")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 17 + 15
    assert lines[1].split()[0] == "2.5.3"
    assert "2.16.2" in (tmp_path / "releases.html").read_text(encoding="utf-8")
