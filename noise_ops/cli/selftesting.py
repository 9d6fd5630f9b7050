"""`noise-ops selftest`: breaks layers on purpose, under the real ones, and shows that the suite notices."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from noise_ops.cli.files import require_writable, write_whole
from noise_ops.cli.terminal import Terminal, width


def add_to(commands: Any) -> None:
    """Add the command."""
    selftest = commands.add_parser("selftest", help="break layers on purpose and show that the suite notices")
    selftest.add_argument("--format", default="text", choices=("text", "json"), help="format of the kill matrix")
    selftest.add_argument("-o", "--output", type=Path, metavar="FILE", help="write it there as well")
    selftest.set_defaults(command=_selftest)


def _selftest(options: argparse.Namespace, started: float) -> int:
    del started
    from noise_ops.report import kill_matrix
    from noise_ops.sabotage import selftest

    require_writable(options.output)
    matrix = selftest.run(Terminal(header=False, noun="layers"))
    is_json = options.format == "json"
    if options.output is not None:
        write_whole(options.output, kill_matrix.render_json(matrix) if is_json else kill_matrix.render_text(matrix))
    print(kill_matrix.render_json(matrix) if is_json else kill_matrix.render_text(matrix, width=width()), end="")
    return matrix.exit_code
