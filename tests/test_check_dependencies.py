"""tools/check_dependencies.py: what is installed is what pyproject.toml allows, and what fails is told."""

import sys
import zipfile

import pytest

from tests import _tools

METADATA = """Metadata-Version: 2.4
Name: noise_ops
Requires-Dist: numpy>=1.23.5
Requires-Dist: scipy<2,>=1.11
Provides-Extra: h5
Requires-Dist: h5py>=3.7; extra == 'h5'
Provides-Extra: tensorflow
Requires-Dist: tensorflow>=2.16; extra == 'tensorflow'
"""


@pytest.fixture(scope="module")
def tool():
    """The tool as a module."""
    return _tools.load("check_dependencies")


def test_what_a_wheel_asks_for_is_asked_for_by_name_tensorflow_first(tool, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as wheel:
        wheel.writestr("noise_ops-0.1.0.dist-info/METADATA", METADATA)
    assert tool.requirements(tmp_path / "a.whl", ["h5"]) == ["numpy>=1.23.5", "scipy<2,>=1.11", "h5py>=3.7"]
    assert tool.requirements(tmp_path / "a.whl", ["tensorflow"])[0] == "tensorflow>=2.16"


def test_each_python_has_the_oldest_and_the_newest(tool):
    tried = {(trial.python, trial.versions) for trial in tool.TRIALS}
    assert tried == {(python, versions) for python in ("3.11", "3.12", "3.13") for versions in tool.RESOLUTIONS}
    assert len({trial.name for trial in tool.TRIALS}) == len(tool.TRIALS)


def test_a_step_that_fails_is_told(tool, monkeypatch, capsys):
    steps = {"right": "-c pass", "wrong": "-c import_nothing", "a file": "make_model.py --missing"}
    monkeypatch.setattr(tool, "STEPS", steps)
    monkeypatch.setattr(tool, "MODEL", "import sys; sys.exit(len(sys.argv))")
    assert tool.steps(sys.executable) == {"wrong": "ended with exit code 1", "a file": "ended with exit code 2"}
    assert "NameError" in capsys.readouterr().err


def test_an_unknown_trial_is_refused(tool, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["check_dependencies.py", "3.11-latest"])
    with pytest.raises(SystemExit):
        tool.main()
    assert "there is no 3.11-latest" in capsys.readouterr().err
