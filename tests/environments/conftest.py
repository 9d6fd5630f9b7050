"""Fixtures of what runs Pythons."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.environments._pythons import script


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """A virtual environment without any package."""
    folder = tmp_path_factory.mktemp("environments") / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder


@pytest.fixture
def uv(tmp_path, bare, monkeypatch):
    """Puts an installer on the path that notes how it is called, makes a bare environment, and does what it is told."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)

    def does(lines="true"):
        making = f'cp -r {bare} "${{5:?}}"'
        script(folder / "uv", f'echo "$*" >> {folder}/calls\nif [ "$1" = venv ]; then {making}; else {lines}; fi')
        return folder / "calls"

    return does


@pytest.fixture
def without_uv(monkeypatch):
    """Lets pip install, whatever else is on the path."""
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "uv" else which(name))
