"""`noise-ops record`: the fingerprint of an installed TensorFlow, as a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from noise_ops.cli.files import require_writable, write_whole
from noise_ops.cli.options import add_layer
from noise_ops.cli.terminal import progress


def add_to(commands: Any) -> None:
    """Add the command."""
    record = commands.add_parser(
        "record", help="write down what the installed TensorFlow does, for compare", description=__doc__
    )
    record.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write it (default: the screen)")
    record.add_argument(
        "--python", type=Path, metavar="PATH", help="the Python, or virtual environment, that has the TensorFlow"
    )
    add_layer(record)
    record.add_argument("--mode", action="append", default=[], metavar="MODE", help="only this mode; repeatable")
    record.set_defaults(command=_record)


def _record(options: argparse.Namespace) -> int:
    from noise_ops.environments import recording

    require_writable(options.output)
    narrowed = recording.narrowed(options.layer, options.mode)
    with progress() as show:
        narrowed["progress"] = show
        text = recording.recorded(options.python, **narrowed)
    if options.output is None:
        print(text, end="")
    else:
        write_whole(options.output, text)
    return 0
