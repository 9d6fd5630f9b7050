"""cli/terminal.py: on a real pseudo-terminal nothing is wider than it, and a closed stream costs no answer."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from types import SimpleNamespace

import pytest

from noise_ops.cli import terminal
from tests.cli._commands import ROOT, noise_ops, program

NARROW = ("check", "--layer", "tf.random.stateless_uniform", "--dtype", "float32", "--profile", "quick")
WIDTHS = (60, 80, 200)
UPGRADE = ("compare", "2.15.1", "2.16.2")


def on_terminal(width, *arguments, no_color="1", **environment):
    """What a command shows on a terminal so many columns wide, one line after another, those of progress too."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    started = subprocess.Popen(
        [sys.executable, "-c", program(), *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "NO_COLOR": no_color, **environment},
    )
    os.close(slave)
    shown = b""
    try:
        while part := os.read(master, 65536):
            shown += part
    except OSError:  # how a terminal says that nobody writes to it any more
        pass
    started.wait(300)
    os.close(master)
    return re.split(r"\r\n|\r\x1b\[K", shown.decode())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "arguments",
    [
        ("compare", "2.15.1", "2.16.2"),
        ("explain",),
        ("explain", "mask-density"),
        ("releases",),
        ("bisect", "2.15.1", "2.16.2"),
    ],
    ids=" ".join,
)
def test_no_line_is_wider_than_the_terminal(arguments, width):
    lines = on_terminal(width, *arguments)
    assert [line for line in lines if len(line) > width and len(line.split()) > 1] == []


def test_a_wide_terminal_is_used():
    assert max(map(len, on_terminal(200, "compare", "2.15.1", "2.16.2"))) > 150


def test_only_scripts_which_are_to_be_copied_may_be_wider():
    lines = on_terminal(60, "compare", "2.15.1", "2.16.2", "--details")
    wide = [line for line in lines if len(line) > 60 and len(line.split()) > 1]
    assert all(line.startswith("    ") for line in wide)
    script = "\n".join(line[4:] for line in wide)
    assert "Seen in" not in script
    assert "What to do" not in script


def test_a_log_gets_a_line_of_progress_a_minute_and_on_stderr(monkeypatch, capsys):
    seconds = iter([0, 30, 61, 61, 90, 122, 122, 200])
    monkeypatch.setattr(terminal, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    with terminal.progress() as show:
        for line in ("1 of 9", "2 of 9", "3 of 9", "4 of 9"):
            show(line)
    assert capsys.readouterr() == ("", "2 of 9\n4 of 9\n")


@pytest.mark.long
def test_progress_stays_on_one_line():
    lines = on_terminal(60, *NARROW)
    progress = [line for line in lines if re.search(r"\d+ of \d+ checks", line)]
    assert progress
    assert all(re.search(r" (\d+ s|\d+ min) left, ", line) for line in progress if len(line) > 58)
    assert all(len(line) < 60 for line in progress)
    assert [line for line in lines if len(line) > 60 and len(line.split()) > 1] == []


def test_an_upgrade_stays_on_one_screen():
    lines = "\n".join(on_terminal(80, *UPGRADE)).strip("\n").split("\n")
    assert lines[0] == "2.15.1 → 2.16.2"
    assert lines[-1].endswith("--details.")
    assert len(lines) == 23  # of 24, one of which is the prompt's


def test_verdicts_are_coloured_where_the_terminal_has_colour():
    coloured = "\033[31mLAW-CHANGED\033[0m, 4 findings"
    assert any(line.startswith(coloured) for line in on_terminal(80, *UPGRADE, no_color=""))
    assert "\033[31m" not in "".join(on_terminal(80, *UPGRADE))


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ((), {}, False),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
    ],
    ids=str,
)
def test_colour_is_as_asked_then_as_the_environment_says(arguments, environment, coloured):
    shown = noise_ops(*UPGRADE, *arguments, **environment).stdout
    assert ("\033[31mLAW-CHANGED\033[0m" in shown) == coloured
    assert re.sub(r"\033\[\d+m", "", shown).count("LAW-CHANGED") == 1


@pytest.mark.parametrize("place", ["before", "after"])
def test_colour_may_be_asked_for_before_and_after_the_command(place):
    asked = ("--color=always", *UPGRADE) if place == "before" else (*UPGRADE, "--color=always")
    assert "\033[31mLAW-CHANGED" in noise_ops(*asked).stdout


def test_a_terminal_that_knows_no_size_has_80_columns():
    assert max(map(len, on_terminal(0, "compare", "2.15.1", "2.16.2"))) <= 80


def test_a_size_that_the_environment_names_is_before_the_terminals():
    lines = on_terminal(200, *UPGRADE, COLUMNS="60", LINES="40")
    assert 55 < max(map(len, lines)) <= 60
    assert 30 < len(lines) <= 41


def test_a_terminal_without_control_characters_gets_none():
    assert "\033" not in "".join(on_terminal(80, *UPGRADE, TERM="dumb", NO_COLOR=""))


def test_a_sign_that_the_encoding_does_not_have_is_replaced():
    shown = noise_ops(*UPGRADE, PYTHONIOENCODING="ascii").stdout
    assert shown.startswith("2.15.1 -> 2.16.2\nnoise_ops 0.1.0 - TensorFlow 2.15.1 -> 2.16.2 - ")


@pytest.mark.parametrize(
    ("arguments", "code"), [(UPGRADE, 1), (("--help",), 0), (("--list", "codes"), 0), (("explain",), 0)], ids=str
)
@pytest.mark.parametrize("sink", ["closed pipe", "full disk"])
def test_a_closed_pipe_costs_nothing_and_a_full_disk_is_said(arguments, code, sink):
    reader, writer = os.pipe()
    os.close(reader)
    full = os.open("/dev/full", os.O_WRONLY)
    finished = subprocess.run(
        [sys.executable, "-c", program(), *arguments],
        stdout=writer if sink == "closed pipe" else full,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        check=False,
    )
    os.close(writer)
    os.close(full)
    said = (code, "") if sink == "closed pipe" else (2, "noise-ops: No space left on device.\n")
    assert (finished.returncode, finished.stderr) == said


CLOSED = """
import os, sys
for number in {numbers}:
    os.close(number)
os.execv(sys.executable, [sys.executable, "-c", *sys.argv[1:]])
"""


def closed(numbers, *arguments):
    """The finished process of a command whose streams of these numbers are closed before Python starts."""
    return noise_ops(program(), *arguments, source=CLOSED.format(numbers=numbers))


@pytest.mark.parametrize("numbers", [(2,), (0, 2), (0, 1, 2)], ids=str)
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("compare", "keras==3.6.0", "keras==3.7.0"), 1),
        (("compare", "2.15.1", "9.9"), 2),
        (("check", "--layer", "Foo"), 2),
        (("nothing",), 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_closed_streams_leave_the_exit_code(numbers, arguments, code):
    finished = closed(numbers, *arguments)
    assert finished.returncode == code, finished.stdout[-500:]


@pytest.mark.long
def test_a_check_without_streams_still_judges():
    assert closed((0, 1, 2), *NARROW).returncode == 0


def test_a_file_written_without_streams_holds_the_report_alone(tmp_path):
    closed((0, 1, 2), "compare", "2.13.1", "2.14.1", "--format", "json", "-o", str(tmp_path / "report"))
    whole = noise_ops("compare", "2.13.1", "2.14.1", "--format", "json").stdout
    assert (tmp_path / "report").read_text(encoding="utf-8") == whole
