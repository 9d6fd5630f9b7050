"""`noise-ops check` and `noise-ops doctor`: the installed TensorFlow, and what is installed."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noise_ops.cli import checking_own
from noise_ops.cli.options import (
    PROFILES,
    add_expected,
    add_selection,
    add_verdict,
    exit_code,
    expected,
    given,
    seconds,
)
from noise_ops.cli.parsing import JUDGES, RUNS
from noise_ops.cli.terminal import Terminal, width, write
from noise_ops.files import require_writable, write_whole

if TYPE_CHECKING:
    from noise_ops.result import Result


def add_to(commands: Any) -> None:
    """Add both commands."""
    check = commands.add_parser("check", help="check the installed TensorFlow, Keras and tf_keras")
    add_selection(check)
    check.add_argument(
        "--property",
        action="append",
        default=[],
        metavar="PATTERN",
        help="only these properties, such as mask_density or '*density'; repeatable (noise-ops --list properties)",
    )
    check.add_argument("--profile", default="default", choices=PROFILES, help="how much is asked (default: default)")
    check.add_argument(
        "--max-time",
        type=seconds,
        metavar="SECONDS",
        help="begin no check later than this after the first: a run that this cuts short is no pass",
    )
    check.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the report there; the screen stays text"
    )
    check.add_argument("--junit", type=Path, metavar="FILE", help="also write a JUnit file")
    add_expected(check)
    add_verdict(check, ("text", "markdown", "html", "json", "github"))
    checking_own.add_options(check)
    check.run_by(
        _check,
        f"{JUDGES} Where nothing was asked, or --max-time cut the run short, it is 1.",
        "noise-ops check --layer Dropout --profile quick",
        "noise-ops check --layer mypkg.layers:DropPath --law 'drops(0.1, shared_axes=(1, 2))'",
    )
    check.elsewhere = {
        "-n": "check shares its work among the cores by itself; `pytest --pyargs noise_ops.suite -n 2` does it in 2 "
        "processes",
        "--accept": "entries for check are written by hand, as docs/verdicts.md#findings-that-are-expected says; "
        "--accept is of compare and upgrade",
    }
    doctor = commands.add_parser(
        "doctor", help="say what is installed, what would spoil a run, and what a check would skip"
    )
    doctor.run_by(_doctor, RUNS, "noise-ops doctor", "CUDA_VISIBLE_DEVICES=-1 noise-ops doctor")


def _check(options: argparse.Namespace) -> int:
    from noise_ops import judging

    if checking_own.is_asked(options):
        return checking_own.check(options)
    listener = Terminal(options.format == "text" or options.output is not None, given=given(options))
    require_writable(options.output)
    require_writable(options.junit)
    result = judging.check(
        options.layer,
        dtypes=options.dtype,
        modes=options.mode,
        properties=options.property,
        profile=options.profile,
        max_time=options.max_time,
        expected=expected(options),
        listener=listener,
    )
    result.given = given(options)
    result.seconds = time.monotonic() - options.started
    if options.junit is not None:
        write_whole(options.junit, _as_junit(result, options))
    report = _rendered(result, options)
    if options.output is not None:
        write_whole(options.output, report)
    if listener.header:
        from noise_ops.report import of_check, text

        report = text.render_run(of_check.page(result), width=width())
    write(report)
    return exit_code(result, options)


def _as_junit(result: Result, options: argparse.Namespace) -> str:
    from noise_ops.findings import Verdict
    from noise_ops.report import of_check

    return of_check.as_junit(result, Verdict(options.fail_on))


def _rendered(result: Result, options: argparse.Namespace) -> str:
    """Return the report in the format asked for, with its setting."""
    from noise_ops.findings import Verdict
    from noise_ops.report import json, of_check, renderers, text

    by_format: dict[str, renderers.Renderer] = {
        **renderers.BY_FORMAT,
        "text": lambda page, _: f"{text.render_setting(page)}\n{text.render_run(page)}",
        "json": lambda *_: json.render(result, options.fail_on),
    }
    return by_format[options.format](of_check.page(result), Verdict(options.fail_on))


def _doctor(_options: argparse.Namespace) -> int:
    from noise_ops.checks import environment
    from noise_ops.report import layout, of_check

    described, skipped = environment.describe(), environment.skipped()
    warnings = [*environment.warnings(), *environment.spoilers()]
    told = [*of_check.setting(described), ""]
    told += [f"Warning: {sentence}" for sentence in warnings] or ["Nothing was found that is known to spoil a run."]
    told += [f"Skipped: {sentence}" for sentence in skipped]
    told += [f"Here: {sentence}" for sentence in environment.here()]
    write("".join(f"{part}\n" for line in told for part in layout.wrapped(line, width(), "  ")))
    return 0
