"""environments.py: an environment is there whole or not at all, and is used again where that is as good as new.

The installers here are scripts; what TensorFlow does is decided nowhere in this file but in the long test.
"""

import os
import shutil
import sys
from pathlib import Path

import pytest

from noise_ops.errors import UserError
from noise_ops.findings import Verdict
from noise_ops.fingerprint import environments, processes, shipped
from noise_ops.fingerprint.compare import compare
from noise_ops.fingerprint.comparison import Side
from tests.fingerprint._pythons import script

EXACT = "tensorflow==2.16.2 keras==3.7.1"


@pytest.fixture
def uv(tmp_path, monkeypatch):
    """Puts an installer on the path that notes how it is called, and makes or does what it is told."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)

    def does(lines="true"):
        making = f'mkdir -p "${{5:?}}/bin" && ln -s {sys.executable} "$5/bin/python"'
        script(folder / "uv", f'echo "$*" >> {folder}/calls\nif [ "$1" = venv ]; then {making}; else {lines}; fi')
        return folder / "calls"

    return does


def made(text, folder=None):
    with environments.made(text, folder, python=Path(sys.executable)) as program:
        return program


def refused(text, folder=None, python=None):
    with (
        pytest.raises(UserError) as error,
        environments.made(text, folder, python=python or Path(sys.executable)),
    ):
        pass
    message = str(error.value)
    assert message.endswith(".")
    assert message.isprintable()
    return message


def test_a_kept_environment_is_made_once(uv, tmp_path):
    calls = uv()
    first = made(EXACT, tmp_path / "kept")
    count = len(calls.read_text().splitlines())
    assert (first, count) == (made(EXACT, tmp_path / "kept"), len(calls.read_text().splitlines()))
    assert first.exists()
    (folder,) = (tmp_path / "kept").iterdir()
    assert folder.name.startswith("tensorflow-2.16.2-keras-3.7.1-")


def test_what_names_no_version_is_made_anew(uv, tmp_path):
    calls = uv()
    for _ in range(2):
        made("tf-nightly", tmp_path / "kept")
    assert len(calls.read_text().splitlines()) == 4
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_an_environment_of_something_else_is_not_taken(uv, tmp_path):
    calls = uv()
    folder = made(EXACT, tmp_path / "kept").parents[1]
    (folder / environments.STAMP).write_text("something else")
    made(EXACT, tmp_path / "kept")
    assert len(calls.read_text().splitlines()) == 4
    assert (folder / environments.STAMP).read_text() != "something else"


def test_an_environment_whose_python_is_gone_is_made_anew(uv, tmp_path):
    calls = uv()
    program = made(EXACT, tmp_path / "kept")
    program.unlink()
    program.symlink_to(tmp_path / "gone")
    assert made(EXACT, tmp_path / "kept").exists()
    assert len(calls.read_text().splitlines()) == 4


def test_an_environment_of_the_moment_is_gone_afterwards(uv):
    uv()
    with environments.made(EXACT, python=Path(sys.executable)) as program:
        assert program.exists()
    assert not program.exists()


def test_requirements_reach_the_installer_as_they_are(uv, tmp_path):
    calls = uv()
    made("tensorflow == 2.16.2\nkeras==3.7.1")
    install = calls.read_text().splitlines()[1].split()
    assert install[:2] == ["pip", "install"]
    assert install[-3:] == ["tensorflow==2.16.2", "keras==3.7.1", "numpy<2"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("echo 'error: no such version' >&2; exit 2", "no such version"),
        ("exit 3", "the installer ended with exit code 3"),
        ("kill -9 $$", "the installer was ended by SIGKILL"),
        ("echo 'error: No space left on device' >&2; exit 2", "name a folder on a larger disk with --environments"),
    ],
)
def test_an_installation_that_fails_leaves_nothing(uv, tmp_path, lines, words):
    uv(lines)
    message = refused(EXACT, tmp_path / "kept")
    assert message.startswith(f"{EXACT} cannot be installed: ")
    assert words in message
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_folder_that_cannot_be_made(uv, tmp_path):
    uv()
    (tmp_path / "file").write_text("")
    assert "no environment can be made in " in refused(EXACT, tmp_path / "file" / "kept")


def test_a_python_that_is_not_there(tmp_path):
    assert "there is no " in refused(EXACT, python=tmp_path / "missing")


def test_an_index_that_cannot_be_reached(tmp_path, monkeypatch):
    # pip itself: of the programs on the path none is uv.
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    for name, value in {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "0",
        "PIP_RETRIES": "1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    assert "the package index cannot be reached" in refused(EXACT, tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


PIP_NO_VERSION = """\
ERROR: Could not find a version that satisfies the requirement keras==3.99.0 (from versions: 3.7.0, 3.8.0)
ERROR: No matching distribution found for keras==3.99.0
"""
PIP_CONFLICT = """\
ERROR: Cannot install keras==3.7.0 and tensorflow==2.15.1 because these package versions have conflicting dependencies.
ERROR: ResolutionImpossible: for help visit the documentation of pip
"""
UV_NO_VERSION = """\
  × No solution found when resolving dependencies:
  ╰─▶ Because there is no version of keras==3.99.0 and you require
      keras==3.99.0, we can conclude that your requirements are unsatisfiable.
"""


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        (PIP_NO_VERSION, "No matching distribution found for keras==3.99.0"),
        (
            PIP_CONFLICT,
            "Cannot install keras==3.7.0 and tensorflow==2.15.1 because these package versions have conflicting "
            "dependencies",
        ),
        (
            UV_NO_VERSION,
            "No solution found when resolving dependencies: Because there is no version of keras==3.99.0 and you "
            "require keras==3.99.0, we can conclude that your requirements are unsatisfiable",
        ),
        ("error: one\n  Caused by: two\n  Caused by: three\n", "one: three"),
        ("", "the installer ended with exit code 1"),
    ],
)
def test_an_installer_is_told_in_its_own_words(errors, told):
    assert environments.telling(processes.Ended(1, "", errors)) == told


def test_a_shipped_release_is_not_installed(uv):
    calls = uv("exit 1")
    side = environments.side("keras==3.7.0")
    assert side == Side("keras==3.7.0", shipped.find("3.7.0", "keras").read())
    assert not calls.exists()


@pytest.mark.long
def test_what_is_installed_draws_what_was_shipped():
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "noise_ops" / "environments"
    side = environments.side("tensorflow==2.16.2 keras==3.7.0", cache)
    found = compare(shipped.find("3.7.0", "keras").side(), side, ["keras.*"])
    assert found.verdict is Verdict.IDENTICAL
    assert found.groups == ()
    assert len(found.targets) > 100
