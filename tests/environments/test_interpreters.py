"""interpreters.py: what a path means, which Python it is and what it has; what is none is one sentence."""

import os
import pwd
import sys
from pathlib import Path

import pytest

from noise_ops.environments import interpreters
from noise_ops.errors import UserError
from tests.environments._pythons import script


def assert_refused(path, *words):
    with pytest.raises(UserError) as refused:
        interpreters.at(path)
    message = str(refused.value)
    assert message.endswith(".")
    assert "\n" not in message
    for word in words:
        assert word in message


def test_the_running_python_says_what_it_is_and_has():
    found = interpreters.at(Path(sys.executable))
    assert found.version == sys.version_info[:2]
    assert found.packages == {"numpy", "tensorflow"}


def test_a_folder_is_the_environment_in_it(bare):
    found = interpreters.at(bare)
    assert found.path == bare / "bin" / "python"
    assert found.packages == frozenset()


def test_a_folder_that_a_removed_package_left_is_no_package(bare, tmp_path):
    (tmp_path / "tensorflow" / "python").mkdir(parents=True)
    program = script(tmp_path / "python", f'PYTHONPATH={tmp_path} exec {bare}/bin/python "$@"')
    assert interpreters.at(program).packages == frozenset()


def test_nothing_that_is_there(tmp_path):
    assert_refused(tmp_path / "nowhere", "there is no ", "nowhere")


@pytest.mark.parametrize("name", ["a\0b", "a\nb", "\x1b[2J", "\udcff", "x" * 5000])
def test_what_is_no_name_of_a_file(name):
    assert_refused(Path(name), "there is no ")


def test_a_folder_of_something_else(tmp_path):
    assert_refused(tmp_path, "none of a virtual environment: it has no bin/python")


def test_a_link_to_a_python_that_is_gone(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(tmp_path / "gone")
    assert_refused(tmp_path / "bin" / "python", "a link to a Python that is no longer there")
    assert_refused(tmp_path, "is of a Python that is no longer there")


def test_a_file_that_cannot_be_run(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    assert_refused(tmp_path / "notes.txt", "is no program that can be run")


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        ("exit 0", "ended with exit code 0 and says nothing"),
        ("echo gibberish", "says nothing"),
        ("echo 'noise_ops asks 3.11:'", "says nothing"),
        ("echo 'one' >&2; printf 'two.\\n\\n' >&2; exit 1", "says two."),
        ("yes | head -c 200000 >&2; exit 1", "says y."),
        ("echo 'bad option' >&2; exit 1", "ended with exit code 1 and says bad option"),
        ("printf '\\033[2J\\n' >&2; exit 1", "says \\x1b[2J"),
        ("kill -9 $$", "was ended by SIGKILL"),
    ],
)
def test_a_program_that_is_no_python(tmp_path, lines, word):
    assert_refused(script(tmp_path / "python", lines), "is no Python that works", word)


def test_a_program_that_never_answers(tmp_path, monkeypatch):
    monkeypatch.setattr(interpreters, "SECONDS", 1.0)
    assert_refused(script(tmp_path / "python", "sleep 600"), "says nothing in 1 seconds")


def test_a_program_in_no_format(tmp_path):
    path = tmp_path / "python"
    path.write_bytes(b"\x7fELF garbage")
    path.chmod(0o755)
    assert_refused(path, "cannot be run as a Python")


def test_the_packages_of_this_process_are_not_those_of_another(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["here", "/there"]))
    monkeypatch.setenv("PYTHONHOME", "/home")
    assert interpreters.variables(Path("/usr/bin/other")).keys().isdisjoint({"PYTHONPATH", "PYTHONHOME"})
    own = interpreters.variables(Path(sys.executable))
    assert own["PYTHONPATH"].split(os.pathsep) == [os.path.abspath("here"), "/there"]


def test_the_running_python_is_found_first():
    newer = (sys.version_info[0], sys.version_info[1] + 1)
    assert interpreters.find((newer, sys.version_info[:2])).path == Path(sys.executable)


@pytest.mark.parametrize(
    ("variable", "place"),
    [
        ("PYENV_ROOT", "versions/3.1.7/bin/python"),
        ("UV_PYTHON_INSTALL_DIR", "cpython-3.1.7-linux-x86_64-gnu/bin/python3"),
    ],
)
def test_another_python_is_found_where_it_was_installed(variable, place, tmp_path, monkeypatch):
    monkeypatch.setenv(variable, str(tmp_path))
    (tmp_path / place).parent.mkdir(parents=True)
    path = script(tmp_path / place, "echo 'noise_ops asks 3.1:.'")
    assert interpreters.find(((3, 2), (3, 1))).path == path


def test_a_python_that_is_nowhere():
    with pytest.raises(UserError, match=r"^Python 9\.8 or 9\.7 is needed, and .*uv python install 9\.8"):
        interpreters.find(((9, 8), (9, 7)))


def test_a_user_may_have_no_home(monkeypatch):
    def unknown(user):
        raise KeyError(user)

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", unknown)  # as in a container that runs as a number
    with pytest.raises(UserError, match=r"^Python 9\.8 is needed"):
        interpreters.find(((9, 8),))


def test_another_python_is_found_on_the_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    script(tmp_path / "python3.1", "echo 'noise_ops asks 3.1:.'")
    assert interpreters.find(((3, 1),)).path == tmp_path / "python3.1"


def test_a_program_that_lies_about_its_version_is_not_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    script(tmp_path / "python3.1", "echo 'noise_ops asks 3.2:.'")
    with pytest.raises(UserError, match=r"^Python 3\.1 is needed, and .*uv python install 3\.1"):
        interpreters.find(((3, 1),))
