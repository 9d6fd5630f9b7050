"""environments.py: an environment is there whole or not at all, and is used again where that is as good as new.

The installers here are scripts; what TensorFlow does is decided nowhere in this file but in the long test.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from noise_ops.environments import installing, processes, requirements
from noise_ops.errors import UserError
from tests.environments._installers import PIP_FULL, PIP_NO_VERSION, TOLD, UV_FULL
from tests.environments._pythons import script
from tests.fingerprint._fingerprints import fingerprint

EXACT = "tensorflow==2.16.2 keras==3.7.1"


def made(text, folder=None):
    with installing.made(text, folder, python=Path(sys.executable)) as program:
        return program


def refused(text, folder=None, python=None):
    with (
        pytest.raises(UserError) as error,
        installing.made(text, folder, python=python or Path(sys.executable)),
    ):
        pass
    message = str(error.value)
    assert message.endswith(".")
    assert message.isprintable()
    return message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tensorflow==2.16.2 keras==3.7.0", None),
        ("tensorflow-cpu==2.16.2 keras==3.7.0 numpy==1.26.4", None),
        ("keras==3.8.0", "keras==3.8.0 was asked for, found 3.7.0"),
        ("tensorflow==2.15.1", "tensorflow==2.15.1 was asked for, found 2.16.2"),
        ("tensorflow==2.16.2 tf-keras==2.17.0", "tf-keras==2.17.0 was asked for, found 2.16.0"),
        ("tensorflow==2.16.2 numpy==2.0.2", "numpy==2.0.2 was asked for, found 1.26.4"),
    ],
)
def test_what_was_recorded_is_what_was_asked_for(text, said):
    versions = {"tensorflow": "2.16.2", "keras": "3.7.0", "tf_keras": "2.16.0", "numpy": "1.26.4"}
    found = fingerprint({"tf.random.set_seed": {"int64/eager": {"derived_seeds": ["1"]}}}, **versions)
    wanted = requirements.parse(text)
    if said is None:
        installing.require_asked(wanted, found.environment)
    else:
        with pytest.raises(UserError, match=re.escape(said)):
            installing.require_asked(wanted, found.environment)


def test_a_kept_environment_is_made_once(uv, tmp_path):
    calls = uv()
    first = made(EXACT, tmp_path / "kept")
    count = len(calls.read_text().splitlines())
    assert (first, count) == (made(EXACT, tmp_path / "kept"), len(calls.read_text().splitlines()))
    assert first.exists()
    (folder,) = (tmp_path / "kept").iterdir()
    assert folder.name.startswith("tensorflow-2.16.2-keras-3.7.1-")


def test_a_checkout_is_installed_anew_beside_what_was_asked_for(uv, tmp_path):
    """Again and again, since it may have changed; with the requirements named, so that they stay what they are."""
    calls, checkout = uv(), tmp_path / "checkout"
    for _ in range(2):
        with installing.made(EXACT, tmp_path / "kept", python=Path(sys.executable), checkout=checkout):
            pass
    beside = [line for line in calls.read_text().splitlines() if str(checkout) in line]
    assert len(beside) == 2
    assert all(f"{checkout} {' '.join(EXACT.split())}" in line for line in beside)
    assert all("--reinstall-package=noise_ops" in line for line in beside)


def test_an_environment_that_another_process_makes_meanwhile_stays(uv, tmp_path):
    """Whoever made it may be recording it."""
    uv()
    folder = made(EXACT, tmp_path / "kept").parents[1]
    folder.rename(tmp_path / "made")
    uv(f"mv {tmp_path}/made {folder}")
    before = (tmp_path / "made").stat().st_ino
    assert made(EXACT, tmp_path / "kept").parents[1].stat().st_ino == before


def test_what_names_no_version_is_made_anew(uv, tmp_path):
    calls = uv()
    for _ in range(2):
        made("tf-nightly", tmp_path / "kept")
    assert len(calls.read_text().splitlines()) == 4
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_what_was_kept_stays_where_its_successor_fails(uv, tmp_path):
    uv()
    program = made("tf-nightly", tmp_path / "kept")
    uv("exit 1")
    refused("tf-nightly", tmp_path / "kept")
    assert program.exists()
    assert list((tmp_path / "kept").iterdir()) == [program.parents[1]]


def test_a_folder_may_be_named_from_where_one_is(uv, tmp_path, monkeypatch):
    uv()
    monkeypatch.chdir(tmp_path)
    assert made(EXACT, Path("kept")).is_relative_to(tmp_path / "kept")


def test_other_requirements_have_environments_of_their_own(uv, tmp_path):
    uv()
    assert made(EXACT, tmp_path / "kept") != made(f"{EXACT} numpy==1.26.4", tmp_path / "kept")
    assert len(list((tmp_path / "kept").iterdir())) == 2


def test_an_environment_of_something_else_is_not_taken(uv, tmp_path):
    calls = uv()
    folder = made(EXACT, tmp_path / "kept").parents[1]
    (folder / installing.STAMP).write_text("something else")
    made(EXACT, tmp_path / "kept")
    assert len(calls.read_text().splitlines()) == 4
    assert (folder / installing.STAMP).read_text() != "something else"


def test_an_environment_whose_python_is_gone_is_made_anew(uv, tmp_path):
    calls = uv()
    program = made(EXACT, tmp_path / "kept")
    for link in program.parent.glob("python*"):
        link.unlink()
        link.symlink_to(tmp_path / "gone")
    assert made(EXACT, tmp_path / "kept").exists()
    assert len(calls.read_text().splitlines()) == 4


def test_an_environment_of_the_moment_is_gone_afterwards(uv):
    uv()
    with installing.made(EXACT, python=Path(sys.executable)) as program:
        assert program.exists()
    assert not program.exists()


def test_requirements_reach_the_installer_as_they_are(uv, tmp_path):
    calls = uv()
    made("tensorflow == 2.16.2\nkeras==3.7.1")
    install = calls.read_text().splitlines()[1].split()
    assert install[:2] == ["pip", "install"]
    assert install[-3:] == ["tensorflow==2.16.2", "keras==3.7.1", "numpy<2"]
    assert "--only-binary=numpy" in install


def test_an_installation_says_how_long_it_takes(uv):
    uv("sleep 1.2")
    lines = []
    with installing.made(EXACT, python=Path(sys.executable), progress=lines.append):
        pass
    assert lines == [f"Installing {EXACT}: 1 s so far"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("echo 'error: no such version' >&2; exit 2", "no such version"),
        ("exit 3", "the installer ended with exit code 3"),
        ("kill -9 $$", "the installer was ended by SIGKILL"),
        (f"cat >&2 <<'END'\n{PIP_FULL}END\nexit 1", "name a folder on a larger disk with --environments"),
        (f"cat >&2 <<'END'\n{UV_FULL}END\nexit 2", "name a folder on a larger disk with --environments"),
        (f"cat <<'END'\n{PIP_NO_VERSION}END\nexit 1", "No matching distribution found for keras==3.99.0"),
    ],
    ids=["error", "code", "signal", "pip's full disk", "uv's full disk", "output"],
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


def test_pip_installs_where_there_is_no_uv_and_says_plainly_what_fails(without_uv, tmp_path):
    pip = script(tmp_path / "pip", f'echo "$*" > {tmp_path}/calls')
    making = f'mkdir -p "${{3:?}}/bin" && cp {pip} "$3/bin/python"'
    base = script(tmp_path / "python", f'if [ "$2" = venv ]; then {making}; else exec {sys.executable} "$@"; fi')
    with installing.made(EXACT, python=base):
        pass
    call = (tmp_path / "calls").read_text().split()
    assert call[:3] == ["-m", "pip", "install"]
    assert {"--no-color", "--no-input", "--only-binary=numpy"} < set(call)  # colours, forced in CI, would hide errors
    assert call[-3:] == ["tensorflow==2.16.2", "keras==3.7.1", "numpy<2"]


def test_a_checkout_is_installed_with_pip_where_the_environment_has_none(uv, without_uv, monkeypatch, tmp_path):
    """As that which uv made, kept in a folder, once uv is gone from the path."""
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "which", lambda name: str(tmp_path / "programs" / name))
        uv()
        program = made(EXACT, tmp_path / "kept")
    real = program.rename(program.with_name("real"))
    script(program, f'echo "$*" >> {tmp_path}/asked; [ "$2" = pip ] || exec {real} "$@"')
    assert subprocess.run([program, "-c", "import pip"], check=False).returncode != 0
    with installing.made(EXACT, tmp_path / "kept", python=Path(sys.executable), checkout=tmp_path):
        pass
    assert subprocess.run([program, "-c", "import pip"], check=False).returncode == 0


def test_an_environment_that_cannot_be_made_leaves_nothing(without_uv, tmp_path):
    base = script(tmp_path / "python", f'[ "$2" = venv ] && exit 7; exec {sys.executable} "$@"')
    assert "the installer ended with exit code 7" in refused(EXACT, tmp_path / "kept", python=base)
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize(("errors", "told"), TOLD.items(), ids=range(len(TOLD)))
def test_an_installer_is_told_in_its_own_words(errors, told):
    assert installing.telling(processes.Ended(1, "", errors)) == told
