"""`noise-ops record` and `probe`: the fingerprint of a TensorFlow, and the program that writes one elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from noise_ops.cli.files import require_writable, write_whole
from noise_ops.cli.options import add_layer
from noise_ops.cli.parsing import RUNS
from noise_ops.cli.terminal import progress


def add_to(commands: Any) -> None:
    """Add the commands."""
    _add_record(commands)
    _add_probe(commands)


def _add_record(commands: Any) -> None:
    record = commands.add_parser(
        "record",
        help="write down what the installed TensorFlow does, for compare",
        description="Writes the fingerprint of an installed TensorFlow.",
    )
    record.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write it (default: the screen)")
    record.add_argument(
        "--python", type=Path, metavar="PATH", help="the Python, or virtual environment, that has the TensorFlow"
    )
    add_layer(record)
    record.add_argument("--mode", action="append", default=[], metavar="MODE", help="only this mode; repeatable")
    record.run_by(
        _record,
        RUNS,
        "noise-ops record -o mine.json",
        "noise-ops record --python other/.venv --layer Dropout --mode eager -o other.json",
    )


def _add_probe(commands: Any) -> None:
    probe = commands.add_parser(
        "probe",
        help="write the program that records as one file, for a machine without noise_ops",
        description="Writes the program that records as one file. Beside any TensorFlow from 2.4 on, with Python 3.8 "
        "and no noise_ops, `python FILE -o FINGERPRINT` writes a fingerprint, which compare reads.",
    )
    probe.add_argument("-o", "--output", type=Path, metavar="FILE", required=True, help="such as probe.pyz")
    probe.run_by(_probe, RUNS, "noise-ops probe -o probe.pyz", "python probe.pyz -o mine.json  # on the other machine")


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


def _probe(options: argparse.Namespace) -> int:
    from noise_ops.environments import travelling

    require_writable(options.output)
    write_whole(options.output, travelling.zipped())
    return 0
