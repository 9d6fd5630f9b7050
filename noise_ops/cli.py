"""The command line: reads arguments, calls, writes, returns an exit code. No logic of its own.

Exit codes: 0 the policy is met, 1 a finding at or above --fail-on, 2 the command could not run.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noise_ops.errors import UserError

if TYPE_CHECKING:
    from noise_ops.session import Result, Selection

# Heavy modules are imported inside the commands: `--help` answers in a fraction of a second.

_FAIL_ON = ("stream-changed", "contract-changed", "law-changed", "cannot-tell")
_PROFILES = ("quick", "default", "thorough", "soak")
_DTYPES = ("float16", "bfloat16", "float32", "float64")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    started = time.monotonic()
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)  # how CI cancels a job
    try:
        return int(options.command(options, started))
    except (UserError, OSError) as error:
        sentence = f"{error.strerror}: {error.filename}." if isinstance(error, OSError) else str(error)
        print(f"noise-ops: {sentence}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("noise-ops: interrupted; nothing was written.", file=sys.stderr)
        return 2


def _interrupt(number: int, frame: object) -> None:
    del number, frame
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="noise-ops",
        description="Holds the noise layers of the installed TensorFlow and Keras to a NumPy prediction of every bit.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="check the installed TensorFlow, Keras and tf_keras")
    _add_selection(check)
    check.add_argument("--profile", default="default", choices=_PROFILES, help="how much is asked (default: default)")
    check.add_argument("--max-time", type=_seconds, metavar="SECONDS", help="begin no further check after this time")
    check.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the report there; the screen stays text"
    )
    check.add_argument("--junit", type=Path, metavar="FILE", help="also write a JUnit file")
    _add_verdict(check)
    check.set_defaults(command=_check)
    _add_soak(commands)
    doctor = commands.add_parser("doctor", help="say what is installed, what a check would skip, and why")
    doctor.set_defaults(command=_doctor)
    return parser


def _add_selection(command: argparse.ArgumentParser) -> None:
    command.add_argument("--layer", action="append", default=[], metavar="NAME", help="only this layer; repeatable")
    command.add_argument("--dtype", action="append", default=[], choices=_DTYPES, help="only this dtype; repeatable")
    command.add_argument(
        "--mode", action="append", default=[], metavar="MODE", help="only this mode, such as eager or xla"
    )


def _add_verdict(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", default="text", choices=("text", "json"), help="format of the report")
    command.add_argument(
        "--fail-on", default="contract-changed", choices=_FAIL_ON, help="mildest verdict that makes the exit code 1"
    )


def _add_soak(commands: Any) -> None:
    soak = commands.add_parser("soak", help="sample without an end; stops at an alarm, goes on where it stopped")
    _add_selection(soak)
    soak.add_argument("--shard", type=_shard, default=(1, 1), metavar="I/N", help="do every N-th round from the I-th")
    soak.add_argument("--max-time", type=_seconds, metavar="SECONDS", help="stop after the round that this ends in")
    soak.add_argument("-o", "--output", type=Path, metavar="FILE", required=True, help="what is known; made or resumed")
    _add_verdict(soak)
    soak.set_defaults(command=_soak)
    merge = commands.add_parser("merge", help="add up the files of shards, machines and nights, and judge the sum")
    merge.add_argument("files", nargs="+", type=Path, metavar="FILE", help="file that soak wrote")
    merge.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the sum there")
    _add_verdict(merge)
    merge.set_defaults(command=_merge)


def _shard(text: str) -> tuple[int, int]:
    index, slash, count = text.partition("/")
    if not (slash and index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text!r} is not I/N with 1 <= I <= N")
    return int(index), int(count)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return seconds


def _soak(options: argparse.Namespace, started: float) -> int:
    from noise_ops import soak, soak_file

    _require_writable(options.output)
    known = soak_file.read(options.output) if options.output.exists() else None
    current = soak.new()
    if known is not None:
        soak.require_same(current, known)
        current = known
    chosen = soak.targets(_selection(options))
    shown = _Terminal(header=options.format == "text")
    shown.started(current.environment)

    def enough(so_far: soak.Soak) -> bool:
        shown.show(f"round {so_far.rounds[-1] + 1}: {so_far.samples():,} samples, no alarm")
        late = options.max_time is not None and time.monotonic() - started > options.max_time
        return late or bool(soak.judged(so_far).findings)

    with contextlib.suppress(KeyboardInterrupt):  # the last whole round is saved, and judged below
        soak.run(current, chosen, options.shard, enough, lambda s: _write_whole(options.output, soak_file.to_json(s)))
    shown.show("")
    return _report(soak.judged(current), options, started)


def _merge(options: argparse.Namespace, started: float) -> int:
    from noise_ops import soak, soak_file

    _require_writable(options.output)
    total = soak.merged([soak_file.read(path) for path in options.files])
    if options.output is not None:
        _write_whole(options.output, soak_file.to_json(total))
    if options.format == "text":
        _Terminal(header=True).started(total.environment)
    return _report(soak.judged(total), options, started)


def _report(result: Result, options: argparse.Namespace, started: float) -> int:
    from noise_ops.findings import Verdict
    from noise_ops.report import json as json_report
    from noise_ops.report import text

    result.seconds = time.monotonic() - started
    print((json_report if options.format == "json" else text).render(result), end="")
    return int(result.verdict.severity >= Verdict(options.fail_on).severity)


def _check(options: argparse.Namespace, started: float) -> int:
    from noise_ops import session
    from noise_ops.findings import Verdict
    from noise_ops.report import json as json_report
    from noise_ops.report import text

    selection = _selection(options)
    listener = _Terminal(header=options.format == "text" or options.output is not None)
    _require_writable(options.output)
    _require_writable(options.junit)
    with tempfile.TemporaryDirectory() as scratch:
        junit = Path(scratch) / "junit.xml" if options.junit is not None else None
        result = session.run(selection, listener, junit)
        if junit is not None:
            _write_whole(options.junit, junit.read_text(encoding="utf-8"))
    result.seconds = time.monotonic() - started
    as_text, as_json = text.render(result), json_report.render(result)
    if options.output is not None:
        header = text.header(result.environment)
        _write_whole(options.output, as_json if options.format == "json" else f"{header}\n{as_text}")
    print(as_text if listener.header else as_json, end="")
    return int(result.verdict.severity >= Verdict(options.fail_on).severity)


class _Terminal:
    """Shows a run's header on the screen, and its progress where stderr is a terminal."""

    def __init__(self, header: bool) -> None:
        self.header = header
        self._stdout = sys.stdout  # the engine's own output is captured while it runs
        self.show("Loading TensorFlow ...")

    def started(self, environment: dict[str, Any]) -> None:
        """Print the header."""
        from noise_ops.report import text
        from noise_ops.subjects.environment import warnings

        self.show("")
        if self.header:
            print(text.header(environment), file=self._stdout, flush=True)
        for sentence in warnings():
            print(f"Warning: {sentence}", file=sys.stderr)

    def advanced(self, done: int, total: int, subject: str) -> None:
        """Show the count of checks."""
        self.show(f"{done} of {total} checks: {subject}" if done < total else "")

    def show(self, line: str) -> None:
        """Show a line of progress in place of the last one, where stderr is a terminal."""
        if sys.stderr.isatty():
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)


def _selection(options: argparse.Namespace) -> Selection:
    from noise_ops.session import Selection
    from noise_ops.subjects import catalog, modes

    try:
        layers = [name for pattern in options.layer for name in catalog.matching(pattern)]
        chosen_modes = [modes.known(mode) for mode in options.mode]
    except ValueError as error:
        raise UserError(str(error)) from None
    profile, limit = getattr(options, "profile", "default"), options.max_time
    return Selection(tuple(layers), tuple(options.dtype), tuple(chosen_modes), profile, limit)


def _require_writable(path: Path | None) -> None:
    """Raise UserError before the run, not after it, if `path` cannot be written."""
    if path is None:
        return
    goal = path.resolve()
    if goal.is_dir():
        raise UserError(f"cannot write {path}: it is a folder.")
    if not goal.parent.is_dir():
        raise UserError(f"cannot write {path}: there is no folder {goal.parent}.")
    if not os.access(goal if goal.exists() else goal.parent, os.W_OK):
        raise UserError(f"cannot write {path}: permission denied.")


def _write_whole(path: Path, content: str) -> None:
    """Write a file beside `path` and let it take its place, so that no reader ever meets half a report."""
    goal = path.resolve()  # a link stays a link
    if goal.exists() and not goal.is_file():
        goal.write_text(content, encoding="utf-8")  # a pipe or a device cannot be replaced
        return
    handle, name = tempfile.mkstemp(prefix=f".{goal.name}.", dir=goal.parent)
    os.close(handle)
    try:
        Path(name).write_text(content, encoding="utf-8")
        os.chmod(name, 0o666 & ~_umask())  # mkstemp's files are for their owner alone
        os.replace(name, goal)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}.") from None
    finally:
        Path(name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _doctor(options: argparse.Namespace, started: float) -> int:
    from noise_ops.report import text
    from noise_ops.subjects import environment

    described, warnings, skipped = environment.describe(), environment.warnings(), environment.skipped()
    print(text.header(described))
    for sentence in warnings:
        print(f"Warning: {sentence}")
    for sentence in skipped:
        print(f"Skipped: {sentence}")
    return 0
