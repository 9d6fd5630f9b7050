"""cli/comparing.py, upgrade: what is shipped is compared at once, what is not is installed or refused in a sentence."""

import os
import signal
import subprocess
import sys
import time

import pytest

from noise_ops import cli
from tests.cli._commands import assert_refused, noise_ops, program
from tests.fingerprint._pythons import script


def test_shipped_releases_are_not_installed(capsys):
    assert cli.main(["upgrade", "2.15.1", "keras==3.7.0", "--format", "json"]) == 1
    upgraded = capsys.readouterr().out
    cli.main(["compare", "2.15.1", "keras==3.7.0", "--format", "json"])
    assert upgraded == capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["tensorflow==2.16.2 -r pins", "2.16.2"], "is no requirement"),
        (["2.16.2", "tensorflow @ https://example.org/x.whl"], "is no requirement"),
        (["2.3.0", "2.16.2"], "is no TensorFlow from 2.4 on"),
        (["", "2.16.2"], "are asked for"),
        (["2.16.2", "tf-nightly", "--python", "missing"], "there is no missing"),
        (["2.16.2", "tf-nightly", "--python", ".", "--environments", "kept"], "none of a virtual environment"),
    ],
)
def test_what_cannot_be_installed_is_one_sentence(arguments, word, tmp_path):
    assert_refused(noise_ops("upgrade", *arguments, cwd=tmp_path), word)
    assert list(tmp_path.iterdir()) == []


def test_an_upgrade_that_is_ended_leaves_nothing(tmp_path):
    for name in ("programs", "scratch"):
        (tmp_path / name).mkdir()
    script(tmp_path / "programs" / "uv", f"touch {tmp_path}/started; sleep 600")
    command = subprocess.Popen(
        [sys.executable, "-c", program(), "upgrade", "2.16.2", "tf-nightly", "--environments", tmp_path / "kept"],
        env={**os.environ, "PATH": f"{tmp_path}/programs:{os.environ['PATH']}", "TMPDIR": str(tmp_path / "scratch")},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / "started").exists():
        time.sleep(0.05)
    command.send_signal(signal.SIGTERM)
    _, errors = command.communicate(timeout=60)
    assert (command.returncode, errors) == (2, "noise-ops: interrupted; nothing was written.\n")
    assert list((tmp_path / "kept").iterdir()) == []
    assert list((tmp_path / "scratch").iterdir()) == []
