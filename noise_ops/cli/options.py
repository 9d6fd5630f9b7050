"""Options that commands share: what to select, how to report, and when to fail."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from noise_ops.result import Result, Selection
    from noise_ops.usage.used import Usage

PROFILES = ("quick", "default", "thorough", "soak")

EXPECTED = Path("noise-ops.expected.toml")
"""The file of expected findings where none is named."""

DTYPES = ("float16", "bfloat16", "float32", "float64")


def add_selection(command: argparse.ArgumentParser) -> None:
    """Add the options that narrow what is looked at."""
    add_layer(command, "Dropout, keras.layers.Dropout or '*Dropout'")
    command.add_argument("--dtype", action="append", default=[], choices=DTYPES, help="only this dtype; repeatable")
    command.add_argument(
        "--mode", action="append", default=[], metavar="MODE", help="only this mode, such as eager or xla; repeatable"
    )


def add_layer(
    command: argparse.ArgumentParser, such_as: str = "Dropout, keras.layers.LSTM, LSTM.dropout or '*Dropout'"
) -> None:
    """Add the option that narrows a command to some layers.

    Args:
      command: whose option it is.
      such_as: patterns that the command knows, as examples.
    """
    command.add_argument(
        "--layer",
        action="append",
        default=[],
        metavar="PATTERN",
        help=f"only these layers or functions, such as {such_as}; repeatable",
    )


def add_used(command: argparse.ArgumentParser) -> None:
    """Add the options that narrow a command to what is used."""
    command.add_argument(
        "--used-in",
        type=Path,
        metavar="DIR",
        help="only what the Python files and notebooks in this folder name; they are read, not run",
    )
    command.add_argument(
        "--model",
        type=Path,
        metavar="FILE",
        help="only what the model in this .keras, .h5 or JSON file uses, in its dtypes and with its arguments",
    )


def usage(options: argparse.Namespace, *, or_doubt: bool = False) -> Usage | None:
    """Return what is used where the options say; None where they name nothing; `or_doubt` as `Usage.require_known`.

    Raises:
      UserError: if it cannot be read, or nothing that is known is used.
    """
    from noise_ops import judging

    return judging.usage(options.used_in, options.model, or_doubt=or_doubt)


def add_expected(command: argparse.ArgumentParser) -> None:
    """Add the option that names the file of expected findings."""
    command.add_argument(
        "--expected", type=Path, metavar="FILE", help=f"findings that are expected (default: {EXPECTED}, if it exists)"
    )


def expected(options: argparse.Namespace, *, may_be_new: bool = False) -> Path | None:
    """Return the file of expected findings; None where none is named and none is there, unless it may be new."""
    found: Path = options.expected or EXPECTED
    return found if options.expected is not None or may_be_new or found.exists() else None


def selection(options: argparse.Namespace) -> Selection:
    """Return what the options select.

    Raises:
      NoSuchNameError: if there is no such layer or mode; the message names the nearest. Known without TensorFlow.
    """
    from noise_ops.checks import elsewhere
    from noise_ops.result import Selection

    profile, limit = getattr(options, "profile", "default"), options.max_time
    chosen = Selection(tuple(options.layer), tuple(options.dtype), tuple(options.mode), profile, limit)
    elsewhere.require_known(chosen)
    return chosen


def add_verdict(command: argparse.ArgumentParser, formats: Sequence[str] = ("text", "json")) -> None:
    """Add the options that say how the outcome is told."""
    command.add_argument("--format", default="text", choices=formats, help="format of the report")
    add_fail_on(command)


def add_fail_on(command: argparse.ArgumentParser, but: str = "") -> None:
    """Add the option that says from which verdict on the exit code is 1; `but` is what its help adds."""
    command.add_argument(
        "--fail-on",
        default="contract-changed",
        choices=("stream-changed", "contract-changed", "cannot-tell", "law-changed"),
        help=f"mildest verdict that makes the exit code 1; cannot-tell and law-changed always do{but}",
    )


def given(options: argparse.Namespace) -> str:
    """Return, for the header of a run, what was asked otherwise than by default; "" for nothing."""
    asked = {
        "layer": options.layer,
        "dtype": options.dtype,
        "mode": options.mode,
        "property": options.property,
        "profile": [options.profile] if options.profile != "default" else [],
        "max-time": [f"{options.max_time:g} s"] if options.max_time else [],
        "fail-on": [options.fail_on] if options.fail_on != "contract-changed" else [],
    }
    return " · ".join(f"{name} {', '.join(values)}" for name, values in asked.items() if values)


def exit_code(result: Result, options: argparse.Namespace) -> int:
    """Return 1 if a finding fails by the verdict that the options name, or not all was asked; else 0.

    What is expected is no such finding; an expectation past its day fails.
    """
    from noise_ops.findings import Verdict

    too_bad = any(finding.verdict.fails(Verdict(options.fail_on)) for finding in result.findings)
    return int(too_bad or not result.asked or bool(result.unreached or result.expected.expired))


def seconds(text: str) -> float:
    """Return an option's positive number of seconds."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return seconds
