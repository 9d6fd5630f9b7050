"""`noise-ops selftest`: breaks layers on purpose, under the real ones, and shows that the suite notices."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from noise_ops.cli.terminal import Terminal, width, write
from noise_ops.errors import UserError
from noise_ops.files import require_writable, write_whole

_FORMATS = ("text", "html", "json")


def add_to(commands: Any) -> None:
    """Add the command."""
    selftest = commands.add_parser(
        "selftest",
        help="break layers on purpose and show that the suite notices",
        description="Break layers on purpose and show that the suite notices. There are hundreds, and each "
        "takes seconds: all of them take many minutes on two cores. --layer narrows it; progress says what is left.",
    )
    selftest.add_argument(
        "--layer", action="append", default=[], metavar="PATTERN", help="break only these layers; repeatable"
    )
    selftest.add_argument("--format", default="text", choices=_FORMATS, help="format of the kill matrix")
    selftest.add_argument("-o", "--output", type=Path, metavar="FILE", help="write it there as well")
    selftest.add_argument(
        "--random", type=_count, metavar="N", help="break layers at N random places in place of the known ones"
    )
    selftest.add_argument(
        "--from", type=_count, default=0, dest="first", metavar="K", help="number of the first random one; by default 0"
    )
    selftest.run_by(
        _selftest,
        "0 if every broken layer was judged as it must be, 1 if one was not, 2 if the command could not run or was "
        "interrupted: what was judged till then is shown, and no file written.",
        "noise-ops selftest --layer keras.layers.Dropout",
        "noise-ops selftest --random 50 --from 500",
    )


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of layers")
    return int(text)


def _selftest(options: argparse.Namespace) -> int:
    from noise_ops.report import html, kill_matrix
    from noise_ops.sabotage import selftest, throws

    require_writable(options.output)
    chosen = None
    if options.random is None and options.first:
        raise UserError("--from counts random layers: give --random N as well.")
    if options.random is not None:
        chosen = [throws.mutant(options.first + number) for number in range(options.random)]
        if not chosen:
            raise UserError("--random 0 breaks no layer: give a number from 1.")
    matrix = selftest.run(Terminal(header=False, noun="layers"), selftest.narrowed(chosen, options.layer))
    by_format: dict[str, Callable[[int | None], str]] = {
        "text": lambda room: kill_matrix.render_text(matrix, width=room),
        "html": lambda _: html.render(kill_matrix.page(matrix)),
        "json": lambda _: kill_matrix.render_json(matrix),
    }
    if matrix.left:
        write(by_format[options.format](width()))
        raise KeyboardInterrupt
    if options.output is not None:
        write_whole(options.output, by_format[options.format](None))
    write(by_format[options.format](width()))
    return matrix.exit_code
