"""processes.py: a program ends with all that it started, in its time, and what it prints is bounded and harmless."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from noise_ops.environments import processes
from noise_ops.environments.processes import Ended, plain

# Starts a child that would outlive it, and says who that is.
FAMILY = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], stdout=subprocess.DEVNULL)
print(child.pid, flush=True)
time.sleep({seconds})
"""

# Starts a child that leaves its group and holds its output open.
LEAVING = """
import subprocess, sys
command = [sys.executable, "-c", "import time; time.sleep(600)"]
print(subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True).pid)
"""


def python(code, folder, seconds=60.0, **options):
    return processes.run([sys.executable, "-c", code], folder=folder, seconds=seconds, **options)


def is_gone(pid):
    """Whether a process ends within seconds: a signal is sent in no time, and heard in some."""
    return bool(wait_for(lambda: not_running(pid), 1))


def not_running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        state = "gone"
    return [state] if state in ("gone", "Z") else []


def test_a_program_that_ends_says_how(tmp_path):
    ended = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)", tmp_path)
    assert ended == Ended(3, "out\n", "err\n")
    assert ended.fate == "ended with exit code 3"


def test_it_runs_in_its_folder_with_its_variables(tmp_path):
    ended = python("import os; print(os.getcwd(), sorted(os.environ))", tmp_path, variables={"ONE": "1"})
    assert str(tmp_path) in ended.output
    assert "'ONE'" in ended.output
    assert "'PATH'" not in ended.output


def test_a_signal_is_named(tmp_path):
    ended = python("import os; os.kill(os.getpid(), 9)", tmp_path)
    assert (ended.code, ended.fate) == (-signal.SIGKILL, "was ended by SIGKILL")


def test_what_takes_too_long_is_ended_with_its_children(tmp_path):
    ended = python(FAMILY.format(seconds=600), tmp_path, seconds=1.0)
    assert (ended.code, ended.fate) == (None, "was not done in its time")
    assert is_gone(int(ended.output))


def test_children_that_outlive_a_program_are_ended(tmp_path):
    ended = python(FAMILY.format(seconds=0), tmp_path)
    assert ended.code == 0
    assert is_gone(int(ended.output))


def test_waiting_is_told_of_the_seconds_and_of_what_was_printed(tmp_path):
    told = []
    code = "import time; print('begun', flush=True); time.sleep(1.5)"
    python(code, tmp_path, waiting=lambda *now: told.append(now))
    ((elapsed, output),) = told
    assert 1 <= elapsed < 60
    assert output == "begun\n"


def test_a_program_is_ended_where_nobody_waits_any_more(tmp_path):
    def interrupted(elapsed, output):
        raise KeyboardInterrupt

    code = f"import os; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); {FAMILY.format(seconds=600)}"
    with pytest.raises(KeyboardInterrupt):
        python(code, tmp_path, waiting=interrupted)
    assert is_gone(int((tmp_path / "pid").read_text()))


def test_a_process_that_left_the_group_is_not_waited_for(tmp_path):
    start = time.monotonic()
    ended = python(LEAVING, tmp_path)
    os.kill(int(ended.output), signal.SIGKILL)
    assert ended.code == 0
    assert time.monotonic() - start < 60


def test_only_the_end_of_much_output_is_kept(tmp_path):
    ended = python(f"print('x' * {8 * processes.TAIL}); print('last')", tmp_path)
    assert len(ended.output) == processes.TAIL
    assert ended.output.endswith("x\nlast\n")


def test_bytes_that_are_no_text_are_shown(tmp_path):
    assert python("import os; os.write(1, b'\\xff')", tmp_path).output == "\\xff"


def test_a_program_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        processes.run(["/no/such/program"], folder=tmp_path, seconds=1)


def test_an_interrupt_ends_the_program_and_its_children(tmp_path):
    code = f"""
import pathlib, sys
from noise_ops.environments import processes
command = [sys.executable, "-c", {FAMILY.format(seconds=600)!r}]
processes.run(command, folder=pathlib.Path({str(tmp_path)!r}), seconds=600)
"""
    outer = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    try:
        family = wait_for(lambda: descendants(outer.pid), 2)
        outer.send_signal(signal.SIGINT)
        outer.wait(20)
    finally:
        outer.kill()
        outer.wait()
    assert all(map(is_gone, family))


def descendants(pid):
    """Processes below one, youngest last."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in listed.splitlines())}
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def wait_for(found, number):
    for _ in range(200):
        if len(listed := found()) >= number:
            return listed
        time.sleep(0.05)
    raise AssertionError("that did not happen in time")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("tab\t", "tab\\t"),
        ("naïve", "naïve"),
        ("\u202eright", "\\u202eright"),
        ("over\rwritten", "over\\rwritten"),
        ("a\0b\x7f\x9b", "a\\x00b\\x7f\\x9b"),
        ("no text: \udcff", "no text: \\udcff"),
        (Path("a\nb"), "a\\nb"),
        ("\n" * 400, "\\n" * 148 + "\\..."),
        ("", ""),
        ("x" * 400, "x" * 297 + "..."),
    ],
)
def test_a_text_from_outside_is_one_plain_line(text, shown):
    assert plain(text) == shown


def test_a_signal_without_a_name_has_its_number():
    assert Ended(-250, "", "").fate == "was ended by signal 250"
