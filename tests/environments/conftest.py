"""Fixtures of what runs Pythons."""

import subprocess
import sys

import pytest


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """A virtual environment without any package."""
    folder = tmp_path_factory.mktemp("environments") / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder
