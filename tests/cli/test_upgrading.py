"""cli/comparing.py, upgrade: what is shipped is compared at once, what is not is installed or refused in a sentence."""

import html
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from noise_ops import cli
from tests.cli._commands import assert_refused, noise_ops, program
from tests.environments._pythons import script
from tests.environments.test_processes import is_gone


@pytest.fixture
def places(tmp_path):
    """Folders of a user: of programs, for temporary files, and where one is."""
    for name in ("programs", "scratch", "here"):
        (tmp_path / name).mkdir()
    return tmp_path


def variables(places):
    """The environment in which an upgrade finds the user's programs first and leaves what it leaves in sight."""
    path = f"{places / 'programs'}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "TMPDIR": str(places / "scratch"), "PYTHONDONTWRITEBYTECODE": "1"}


def upgrade(places, *arguments, **more):
    return noise_ops("upgrade", *arguments, cwd=places / "here", **variables(places) | more)


def left(places):
    return [path.name for folder in ("scratch", "here") for path in (places / folder).rglob("*")]


def test_shipped_releases_are_not_installed(capsys):
    assert cli.main(["upgrade", "2.15.1", "keras==3.7.0", "--format", "json"]) == 1
    upgraded = capsys.readouterr().out
    cli.main(["compare", "2.15.1", "keras==3.7.0", "--format", "json"])
    assert upgraded == capsys.readouterr().out


def test_an_upgrade_of_shipped_releases_is_their_comparison(places):
    script(places / "programs" / "uv", f"touch {places}/started; exit 1")
    compared = noise_ops("compare", "keras==3.6.0", "keras==3.7.0")
    upgraded = upgrade(places, "keras==3.6.0", "keras==3.7.0")
    assert (upgraded.returncode, upgraded.stdout) == (1, compared.stdout)
    assert upgraded.stderr == ""
    pair = upgrade(places, "tensorflow==2.16.2 keras==3.6.0", "keras==3.7.0 tensorflow==2.16.2")
    assert (pair.returncode, pair.stdout.partition("Safe to merge?")[2]) == (1, compared.stdout.partition("merge?")[2])
    assert upgrade(places, "2.15.1", "2.16.2").stdout.startswith("2.15.1 → 2.16.2\nTensorFlow 2.16.2 is judged with ")
    assert not (places / "started").exists()
    assert left(places) == []


FORMATS = {
    "json": lambda text: json.loads(text)["answer"],
    "junit": lambda text: ElementTree.fromstring(text).findtext("testsuite/system-out"),
    "html": lambda text: html.unescape(re.sub("<[^>]*>", "", text.partition("<body")[2])),
    "markdown": lambda text: text.replace("\\", ""),
    "github": lambda text: text,
    "text": lambda text: " ".join(text.split()),
}
"""What each format says, read as who reads it does."""

SAME = "keras==3.6.0; python_version >= '3.8'\ntf_keras>=2.16\n"
OTHERS = "keras==3.6.0; sys_platform != 'win32'\nkeras=={}; sys_platform == 'win32'\n"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("pins", "code", "answer"),
    [
        ((SAME, SAME), 0, "o pin of TensorFlow or Keras changes; other packages were not judged."),
        ((OTHERS.format("3.6.0"), OTHERS.format("3.7.0")), 1, "for others one does."),
    ],
)
def test_pins_that_do_not_change_are_a_report_in_every_format(form, pins, code, answer, tmp_path, capsys):
    files = [str(tmp_path / name) for name in ("before.txt", "requirements.txt")]
    for file, text in zip(files, pins, strict=True):
        Path(file).write_text(text)
    assert cli.main(["upgrade", *files, "--format", form]) == code
    shown = capsys.readouterr().out
    assert answer in FORMATS[form](shown)
    assert cli.main(["upgrade", *files, "--format", form, "-o", str(tmp_path / "report")]) == code
    assert "Safe to merge?" in capsys.readouterr().out
    assert answer in FORMATS[form]((tmp_path / "report").read_text())


def test_pins_that_do_not_change_are_seen_before_the_code_is_read(tmp_path, capsys):
    (tmp_path / "pins.txt").write_text(SAME)
    (tmp_path / "dense.py").write_text("import keras\nkeras.layers.LSTM(8)\n")
    pins = str(tmp_path / "pins.txt")
    assert cli.main(["upgrade", pins, pins, "--used-in", str(tmp_path)]) == 0
    assert "Nothing to judge" in capsys.readouterr().out
    assert cli.main(["upgrade", pins, "keras==3.7.0", "--used-in", str(tmp_path)]) == 2
    assert "draws noise that noise_ops knows (1 file read); leave --used-in out" in capsys.readouterr().err


def test_the_json_of_pins_has_the_keys_of_a_comparison(tmp_path, capsys):
    (tmp_path / "pins.txt").write_text(SAME)
    cli.main(["upgrade", str(tmp_path / "pins.txt"), str(tmp_path / "pins.txt"), "--format", "json"])
    same = json.loads(capsys.readouterr().out)
    cli.main(["compare", "keras==3.6.0", "keras==3.7.0", "--format", "json"])
    other = json.loads(capsys.readouterr().out)
    assert list(same) == list(other)
    assert all(list(same[name]) == list(other[name]) for name in ("old", "coverage", "expected"))
    assert same["notes"] == ["Both sides pin keras==3.6.0.", "Not compared, since it pins no version: tf_keras>=2.16."]


@pytest.mark.parametrize("form", FORMATS)
def test_what_a_side_stands_for_is_told_before_the_answer_in_every_format(form, capsys):
    cli.main(["upgrade", "2.15.1", "2.16.2", "--format", form])
    shown = capsys.readouterr().out if form == "json" else FORMATS[form](capsys.readouterr().out)
    assert 0 <= shown.index("TensorFlow 2.16.2 is judged with Keras 3.15.1, the newest") < shown.index("of the law of")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["tensorflow==2.16.2 -r pins", "2.16.2"], "is no requirement"),
        (["2.16.2", "tensorflow @ https://example.org/x.whl"], "is no requirement"),
        (["2.16.2", "tensorflow==2.16.2; rm -r kept"], "is no requirement"),
        (["2.16.2", "tensorflow==2.15.1 tensorflow-cpu==2.16.2"], "more than once"),
        (["2.3.0", "2.16.2"], "is no TensorFlow from 2.4 on"),
        (["", "2.16.2"], "are asked for"),
        (["2.16.2", "tf-nightly", "--python", "missing"], "there is no missing"),
        (["2.16.2", "tf-nightly", "--python", ".", "--environments", "kept"], "none of a virtual environment"),
    ],
)
def test_what_cannot_be_installed_is_one_sentence(arguments, word, tmp_path):
    assert_refused(noise_ops("upgrade", *arguments, cwd=tmp_path), word)
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_in_one_side_is_told_before_the_other_is_installed(places):
    script(places / "programs" / "uv", f"touch {places}/started; exit 1")
    assert_refused(upgrade(places, "tf-nightly", "tensorflow==2.16.2 numppy="), "is no requirement")
    assert not (places / "started").exists()


def test_an_installation_that_fails_is_one_sentence(places):
    script(places / "programs" / "uv", "printf 'error: No such luck\n  cause: It is broken.\n' >&2; exit 2")
    finished = upgrade(places, "2.15.1", "tf-nightly", "--python", sys.executable)
    assert_refused(finished, "tf-nightly cannot be installed: No such luck: It is broken.")
    assert left(places) == []


def test_an_index_that_cannot_be_reached_is_one_sentence(places):
    settings = {
        "PATH": str(places / "programs"),  # without uv
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": "",
        "PIP_RETRIES": "1",
        "FORCE_COLOR": "1",
    }
    finished = upgrade(places, "2.15.1", "tf-nightly", "--python", sys.executable, "--environments", "kept", **settings)
    assert_refused(finished, "tf-nightly cannot be installed: the package index cannot be reached, ")
    assert left(places) == ["kept"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_upgrade_that_is_ended_leaves_nothing(number, places):
    script(
        places / "programs" / "uv", f"sleep 600 & echo $! > {places}/sleeper; mv {places}/sleeper {places}/pid; wait"
    )
    command = subprocess.Popen(
        [sys.executable, "-c", program(), "upgrade", "2.15.1", "tf-nightly", "--environments", "kept"],
        cwd=places / "here",
        env={**os.environ, **variables(places)},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (places / "pid").exists() and command.poll() is None:
        time.sleep(0.05)
    command.send_signal(number)
    _, errors = command.communicate(timeout=60)
    assert (command.returncode, errors) == (2, "noise-ops: interrupted; no file is half-written.\n")
    assert left(places) == ["kept"]
    assert is_gone(int((places / "pid").read_text()))
