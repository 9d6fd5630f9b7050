"""usage/files.py: whatever a folder holds, what cannot be read is named, and the rest is read."""

import json
import os
from pathlib import Path

import pytest

from noise_ops.errors import UserError
from noise_ops.fingerprint import shipped
from noise_ops.usage import code, files
from noise_ops.usage.used import Why
from tests.usage._trees import subjects, written

GOOD = "import keras\nkeras.layers.Dropout(0.5)\n"
DROPOUT = ["keras.layers.Dropout"]


def read(folder):
    return code.read(folder, shipped.signatures())


def notebook(*cells):
    return json.dumps({"cells": list(cells), "nbformat": 4})


def cell(source, kind="code"):
    return {"cell_type": kind, "source": source}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"print 'two'", "line 1: Missing parentheses"),
        (b"def f(:\n", "line 1: invalid syntax"),
        (b"x = '\xff'", "line 1: (unicode error)"),
        (b"\x00", "null bytes"),
        (b"# coding: no-such-code\n", "unknown encoding"),
        (b"(" * 1000, "line 1: too many nested parentheses"),
        (b"-" * 200_000 + b"1", "nested too deeply"),
        (b"#" * (files.LONGEST + 1), "it is longer than 2 MiB"),
    ],
    ids=["python2", "syntax", "bytes", "null", "coding", "parentheses", "deep", "2 MiB"],
)
def test_a_file_that_does_not_parse_is_named_and_the_others_are_read(content, why, tmp_path):
    written(tmp_path, good=GOOD)
    (tmp_path / "bad.py").write_bytes(content)
    found = read(tmp_path)
    assert found.subjects == set(DROPOUT)
    (told,) = found.places(Why.UNREAD)
    assert told.startswith("bad.py (")
    assert why in told
    assert f"1 file could not be read: {told}." in found.doubts()


def test_a_deep_tree_that_parses_is_read(tmp_path):
    deep = f"x = {' + '.join(['1'] * 900)}\ny = {'a if b else ' * 90}c\nz = x{'.a' * 900}\n"
    assert subjects(tmp_path, a=deep + GOOD) == DROPOUT


def test_the_encoding_that_a_file_names_is_its_own(tmp_path):
    (tmp_path / "a.py").write_bytes("# coding: latin-1\nname = 'é'\n".encode("latin-1") + GOOD.encode())
    assert subjects(tmp_path) == DROPOUT


def test_links_that_lead_in_a_circle_or_out_are_not_followed(tmp_path):
    written(tmp_path, **{"code/a": GOOD, "outside/b": "import keras\nkeras.layers.LSTM(3, dropout=0.1)\n"})
    folder = tmp_path / "code"
    (folder / "self").symlink_to(folder)
    (folder / "up").symlink_to(tmp_path)
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "gone.py").symlink_to(tmp_path / "nowhere.py")
    (folder / "loop.py").symlink_to("loop.py")
    found = read(folder)
    assert found.subjects == set(DROPOUT)
    assert [used.where for used in found.used] == [("a.py:2",)]
    assert found.skipped == ("out (a link that leads out of the folder)", "up (a link that leads out of the folder)")
    assert [told.partition(" ")[0] for told in found.places(Why.UNREAD)] == ["gone.py", "loop.py"]


def test_packages_that_are_installed_there_are_left_out_and_said(tmp_path):
    names = (".venv/lib/a", "mine/pyvenv", "x/site-packages/b", ".git/hooks/c", "__pycache__/d")
    written(tmp_path, a=GOOD, **dict.fromkeys(names, "import keras\nkeras.layers.LSTM(3, dropout=1)"))
    (tmp_path / "mine" / "pyvenv.cfg").write_text("")
    found = read(tmp_path)
    assert found.subjects == set(DROPOUT)
    packages = "(installed packages)"
    assert found.skipped == (".git (history)", f".venv {packages}", f"mine {packages}", f"x/site-packages {packages}")
    assert any(told.startswith("Not looked into: .git (history), ") for told in found.doubts())


def test_names_from_outside_can_be_printed(tmp_path):
    written(tmp_path / "a\nb", a=GOOD)
    (tmp_path / "a\nb" / os.fsdecode(b"\xff\x1b[2J\n.py")).write_text("(")
    found = read(tmp_path / "a\nb")
    assert found.places(Why.UNREAD) == ("??[2J?.py (line 1: '(' was never closed)",)
    assert found.source.endswith("a?b")
    (tmp_path / "a\nb" / "a.py").unlink()
    with pytest.raises(UserError, match=r"^there is no Python file in .*: \?\?\[2J\?\.py "):
        read(tmp_path / "a\nb")


def test_the_folder_that_one_is_in_has_its_own_name(tmp_path, monkeypatch):
    written(tmp_path / "mine", a=GOOD)
    monkeypatch.chdir(tmp_path / "mine")
    assert read(Path()).scope() == "what mine uses"


def test_a_pipe_is_not_waited_for(tmp_path):
    written(tmp_path, a=GOOD)
    os.mkfifo(tmp_path / "b.py")
    assert read(tmp_path).places(Why.UNREAD) == ("b.py (it is no file)",)


def test_one_file_is_read_alone(tmp_path):
    written(tmp_path, a=GOOD, b="import keras\nkeras.layers.GaussianNoise(1)")
    found = read(tmp_path / "a.py")
    assert [(used.subject, used.where) for used in found.used] == [(*DROPOUT, ("a.py:2",))]


@pytest.mark.parametrize("make", [lambda p: None, Path.mkdir, lambda p: p.write_text("(")], ids=["no", "empty", "bad"])
def test_where_there_is_no_python_there_is_no_answer(make, tmp_path):
    make(tmp_path / "code")
    with pytest.raises(UserError, match=r"^(cannot read|there is no Python file in) .*code.*\.$"):
        read(tmp_path / "code")


def test_the_code_of_notebooks_is_read_without_their_commands(tmp_path):
    content = notebook(
        cell("# keras.layers.LSTM(3, dropout=0.5)", "markdown"),
        cell(["%matplotlib inline\n", "!pip install keras\n", "files = !ls\n", "import keras\n", "keras?\n"]),
        cell("%%time\nx = keras.layers.Dropout(0.5)\n"),
        cell("%%bash\nkeras.layers.GaussianNoise(1)"),
        cell("x = (7\n% 3)\n"),
        cell("print 'two'"),
    )
    (tmp_path / "a.ipynb").write_text(content)
    found = read(tmp_path)
    assert [(used.subject, used.where) for used in found.used] == [(*DROPOUT, ("a.ipynb[3]:2",))]
    (told,) = found.places(Why.UNREAD)
    assert told.startswith("a.ipynb[6] (line 1: ")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": 3}', '{"cells": [3]}', "[" * 100_000])
def test_what_is_no_notebook_is_named(content, tmp_path):
    written(tmp_path, a=GOOD)
    (tmp_path / "b.ipynb").write_text(content)
    assert read(tmp_path).places(Why.UNREAD) == ("b.ipynb (it is no notebook of format 4)",)
