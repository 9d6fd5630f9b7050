"""The command line: reads arguments, calls, writes, returns an exit code. No logic of its own.

Exit codes: 0 the policy is met, 1 it is not (`Verdict.fails`), 2 the command could not run, or was interrupted.

checking.py     check and doctor
checking_own.py check of a layer of the user's own
comparing.py    compare and upgrade
auditing.py     audit
recording.py    record and probe
looking_up.py   bisect, releases and explain
soaking.py      soak and merge
selftesting.py  selftest
listing.py      --version, --list and --completion
parsing.py      the parser: refusals, help, examples
options.py      what commands share
terminal.py     the terminal's width, a run's header, a line of progress
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence

from noise_ops.cli import auditing, checking, comparing, listing, looking_up, recording, selftesting, soaking, terminal
from noise_ops.cli.parsing import Parser
from noise_ops.cli.terminal import refuse
from noise_ops.errors import UserError

# Heavy modules are imported inside the commands: `--help` answers in a fraction of a second.


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = argparse.Namespace(started=time.monotonic())
    _open_streams()
    terminal.expect(sys.argv[1:] if arguments is None else arguments)
    signal.signal(signal.SIGTERM, _interrupt)  # how CI cancels a job
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _interrupt)  # how a terminal is closed; nohup ignores it
    try:
        parser = _parser()
        if not (sys.argv[1:] if arguments is None else arguments):
            parser.print_help()
            return 2
        parser.read(arguments, options)
        terminal.choose_colour(getattr(options, "color", "auto"))
        code = int(options.command(options))
        terminal.put("")  # that a disk is full is said here
    except (UserError, OSError) as error:
        refuse(_sentence(error))
        return 2
    except Exception:
        from noise_ops.checks import needed

        if not (unmet := needed.unmet()):  # which breaks whatever imports it, in one way or another
            raise
        refuse(unmet[0])
        return 2
    except KeyboardInterrupt:
        refuse("interrupted; no file is half-written.")
        return 2
    return code


def _open_streams() -> None:
    """Open what the caller closed on the null device: else the next file opened would get the streams' numbers."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        terminal.make_printable(stream)


def _sentence(error: UserError | OSError) -> str:
    if isinstance(error, UserError):
        return str(error)
    return f"{error.strerror}: {error.filename}." if error.filename else f"{error.strerror or error}."


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _parser() -> Parser:
    parser = Parser(
        prog="noise-ops",
        description="Holds the noise layers of the installed TensorFlow and Keras to a NumPy prediction of every bit.",
        epilog="`noise-ops COMMAND --help` has examples and exit codes. Without a command this help is shown, and the "
        "exit code is 2.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="named")
    for room in (checking, comparing, auditing, recording, looking_up, soaking, selftesting):
        room.add_to(commands)
    listing.add_to(parser)
    parser.commands = dict(commands.choices)
    for each in (parser, *parser.commands.values()):
        each.add_color()
    return parser
