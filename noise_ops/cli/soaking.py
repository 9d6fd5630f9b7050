"""`noise-ops soak` and `noise-ops merge`: sampling without an end, and what shards, machines and nights add up to."""

from __future__ import annotations

import argparse
import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noise_ops.cli.options import add_selection, add_verdict, exit_code, seconds, selection
from noise_ops.cli.parsing import JUDGES
from noise_ops.cli.terminal import Terminal, show, width, write
from noise_ops.files import require_writable, write_whole

if TYPE_CHECKING:
    from noise_ops.result import Result

_FORMATS = ("text", "html", "json")


def add_to(commands: Any) -> None:
    """Add both commands."""
    soak = commands.add_parser("soak", help="sample without an end; stops at an alarm, goes on where it stopped")
    add_selection(soak)
    soak.add_argument("--shard", type=_shard, default=(1, 1), metavar="I/N", help="do every N-th round from the I-th")
    soak.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="do the rounds on the workers of this Dask scheduler, such as tcp://10.0.0.1:8786; "
        "local: on this machine, a worker a core",
    )
    soak.add_argument("--rounds", type=_count, metavar="N", help="stop when the file holds so many rounds")
    soak.add_argument(
        "--max-time",
        type=seconds,
        metavar="SECONDS",
        help="stop after the round that this ends in; TensorFlow is loaded before",
    )
    soak.add_argument("-o", "--output", type=Path, metavar="FILE", required=True, help="what is known; made or resumed")
    add_verdict(soak, _FORMATS)
    soak.run_by(
        _soak,
        f"{JUDGES} Ctrl-C ends the sampling only: whole rounds are kept and judged.",
        "noise-ops soak --max-time 3600 -o night.json",
        "noise-ops soak --shard 2/4 -o shard-2.json",
    )
    merge = commands.add_parser("merge", help="add up the files of shards, machines and nights, and judge the sum")
    merge.add_argument("files", nargs="+", type=Path, metavar="FILE", help="file that soak wrote")
    merge.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the sum there")
    add_verdict(merge, _FORMATS)
    merge.run_by(
        _merge, JUDGES, "noise-ops merge shard-1.json shard-2.json", "noise-ops merge *.json -o sum.json --format json"
    )


def _shard(text: str) -> tuple[int, int]:
    index, slash, count = text.partition("/")
    if not (slash and index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text!r} is not I/N with 1 <= I <= N")
    return int(index), int(count)


def _count(text: str) -> int:
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of rounds")
    return int(text)


def _soak(options: argparse.Namespace) -> int:
    from noise_ops.soak import file, rounds, worker

    require_writable(options.output)
    known = file.read(options.output) if options.output.exists() else None
    with worker.rounds_at(options.dask) as done:
        current = rounds.new()
        if known is not None:
            rounds.require_same(current, known)
            current = known
        asked = selection(options)
        rounds.targets(asked)  # refused before anything is said
        shown = Terminal(header=options.format == "text")
        shown.started(current.environment)
        first = time.monotonic()

        def enough(so_far: rounds.Soak) -> bool:
            show(f"round {so_far.rounds[-1] + 1}: {so_far.samples():,} samples, no alarm")
            late = options.max_time is not None and time.monotonic() - first > options.max_time
            return late or bool(rounds.judged(so_far).findings)

        left = rounds.left(current, options.shard, options.rounds)
        with contextlib.suppress(KeyboardInterrupt):  # the last whole round is saved, and judged below
            one_by_one = done(current.environment, asked, left)
            rounds.run(current, one_by_one, enough, lambda s: write_whole(options.output, file.to_json(s)))
    show("")
    return _report(rounds.judged(current), options)


def _merge(options: argparse.Namespace) -> int:
    from noise_ops.soak import file, rounds

    require_writable(options.output)
    total = rounds.merged([file.read(path) for path in options.files])
    if options.output is not None:
        write_whole(options.output, file.to_json(total))
    if options.format == "text":
        Terminal(header=True).started(total.environment)
    return _report(rounds.judged(total), options)


def _report(result: Result, options: argparse.Namespace) -> int:
    from noise_ops.findings import Verdict
    from noise_ops.report import json, of_check, renderers, text

    result.seconds = time.monotonic() - options.started
    by_format: dict[str, renderers.Renderer] = {
        **renderers.BY_FORMAT,
        "text": lambda page, _: text.render_run(page, width=width()),
        "json": lambda *_: json.render(result, options.fail_on),
    }
    write(by_format[options.format](of_check.page(result), Verdict(options.fail_on)))
    return exit_code(result, options)
