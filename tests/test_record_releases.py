"""tools/record_releases.py: releases are recorded, or held to what is shipped, and one that fails stops no other."""

import sys

import pytest

from noise_ops.environments import installing
from noise_ops.errors import UserError
from noise_ops.fingerprint import shipped
from tests import _tools

FIRST, SECOND = "keras-3.6.0", "keras-3.7.0"


@pytest.fixture
def tool(monkeypatch, tmp_path):
    """The tool as a module, whose recordings are what is shipped, and which writes elsewhere."""
    module = _tools.load("record_releases")
    monkeypatch.setattr(installing, "recorded", lambda text, _, **options: text_of(text.rpartition("==")[2]))
    return module


def text_of(version):
    return shipped.find(version, "keras").path.read_text(encoding="ascii")


def called(tool, monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["record_releases.py", *arguments])
    return tool.main()


def test_what_is_recorded_takes_the_place_of_what_is_shipped(tool, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(tool, "RELEASES", tmp_path)
    assert called(tool, monkeypatch, FIRST, SECOND) == 0
    assert (tmp_path / f"{FIRST}.json").read_text() == text_of("3.6.0")
    assert capsys.readouterr().out == f"{FIRST}: recorded\n{SECOND}: recorded\n"


def test_one_that_fails_or_differs_is_told_and_the_others_are_done(tool, monkeypatch, capsys):
    def recorded(text, _, **options):
        assert options["one_thread"]
        if text.endswith("3.6.0"):
            raise UserError("There is no such luck.")
        return text_of("3.7.0").replace('"noise factor"', '"other"', 1)

    assert called(tool, monkeypatch, "--check", FIRST, SECOND) == 0
    monkeypatch.setattr(installing, "recorded", recorded)
    assert called(tool, monkeypatch, "--check", FIRST, SECOND) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [f"{FIRST}: identical", f"{SECOND}: identical", f"{FIRST}: There is no such luck."]
    assert lines[3].startswith(f"{SECOND}: 1 facts differ: keras.")


def test_where_no_scheduler_answers_it_is_told(tool, monkeypatch):
    pytest.importorskip("distributed")
    with pytest.raises(SystemExit, match="There is no Dask scheduler at 'nowhere'"):
        called(tool, monkeypatch, "--dask", "nowhere", FIRST)
